"""/export: a whole table as a file in the chat, the newest rows first, as far as Telegram takes them."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InputFile, Update
from telegram.constants import ChatAction, FileSizeLimit

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.exports import services
from botcore.exports.forms import Form
from botcore.exports.kinds import EXPORTS
from botcore.exports.selectors import Written, write_export
from botcore.people.privacy import by_person
from botcore.pipeline.arguments import Choice
from botcore.pipeline.context import Context, render
from botcore.registry import command

MOST_BYTES = int(FileSizeLimit.FILESIZE_UPLOAD)
KIND = Choice(
    "kind",
    among=EXPORTS,
    help=gettext_lazy(
        "people, chats, updates, errors, messages, feedback, events, audit, or numbers of Growth, such as days"
    ),
)
FORM = Choice("form", default=Form.CSV.value, among=[*Form], help=gettext_lazy("csv for spreadsheets, or jsonl"))


@command("export", args=[KIND, FORM], help=gettext_lazy("A whole table as a file"), role=Role.ADMIN, private=True,
         retry=False)  # fmt: skip
async def export(_update: Update, context: Context) -> None:
    """Write the file, put on record that it leaves, send it, and remove it."""
    kind, form = context.arguments["kind"], context.arguments["form"]
    await context.message.chat.send_action(ChatAction.UPLOAD_DOCUMENT)
    with TemporaryDirectory(prefix="export-") as directory:
        path = Path(directory) / f"{kind}-{timezone.now():%Y-%m-%d}.{form}"
        reader = await in_database(by_person, context.person.id)
        written = await in_database(write_export, kind, form, path, most_bytes=MOST_BYTES, reader=reader)
        if not written.rows:
            raise UserError(_("There is nothing to export yet."))
        sent = {"kind": kind, "form": form, "rows": written.rows, "is_cut": written.is_cut}
        await in_database(services.note_sent, **sent, by=context.by)  # first: what may have left is on record
        await upload(context, kind, written)


async def upload(context: Context, kind: str, written: Written) -> None:
    """Send the file, read while it is sent, and say how much is in it."""
    caption = render("export", kind=kind, written=written, most=MOST_BYTES // 1_000_000)
    with written.path.open("rb") as file:
        document = InputFile(file, filename=written.path.name, read_file_handle=False)
        await context.message.chat.send_document(document, caption=caption)
