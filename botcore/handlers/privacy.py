"""/privacy: what the bot keeps of the person and for how long; they get all of it as a file, or have it forgotten."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InputFile, Update
from telegram.constants import ChatAction, FileSizeLimit

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.erasure import archive, selectors, services, takeout
from botcore.erasure.archive import Packed
from botcore.erasure.parts import Parts
from botcore.exceptions import UserError
from botcore.pipeline.context import Context, callback_button, render
from botcore.registry import button, command, confirmed
from botcore.uploads import in_thread

MOST_BYTES = int(FileSizeLimit.FILESIZE_UPLOAD)
FETCH_SECONDS = 120.0  # for the files, which the person waits for


@command("privacy", args=[], help=gettext_lazy("What I keep of you"), private=True, always=True)
async def privacy(_update: Update, context: Context) -> None:
    """Say what is kept and for how long, with the two buttons."""
    kept = await in_database(selectors.spans)
    buttons = [
        [callback_button(_("My data"), "privacy_data")],
        [callback_button(_("Erase everything about me"), "privacy_erase")],
    ]
    await context.answer("privacy", kept=kept, buttons=buttons)


@button("privacy_data", role=Role.MEMBER, retry=False)
async def my_data(_update: Update, context: Context) -> None:
    """Send all of it as a file, which is written, put on record, and removed afterwards."""
    user_id = await only_in_private(context)
    await in_database(takeout.count, user_id)
    await context.toast(_("I gather it: the file comes in a moment."))
    await context.message.chat.send_action(ChatAction.UPLOAD_DOCUMENT)
    with TemporaryDirectory(prefix="takeout-") as directory:
        path = Path(directory) / f"my-data-{timezone.now():%Y-%m-%d}.zip"
        await in_database(takeout.note, user_id, themselves=True)
        packed = await pack(user_id, path)
        if packed is None:
            path = path.with_suffix(".json")
            written = await in_database(takeout.write, user_id, path, most_bytes=MOST_BYTES)
        facts = {"packed": packed, "written": packed or written, "most": MOST_BYTES // 1_000_000}
        with path.open("rb") as file:
            document = InputFile(file, filename=path.name, read_file_handle=False)
            await context.message.chat.send_document(document, caption=render("privacy_data", **facts))


async def pack(user_id: int, path: Path) -> Packed | None:
    """Write it with the files that were sent; None when that is more than Telegram takes."""
    if (files := await in_database(archive.for_chat, user_id, most_bytes=MOST_BYTES)) is None:
        return None
    with TemporaryDirectory(prefix="takeout-", dir=path.parent) as folder:
        parts = Parts(Path(folder))
        await in_thread(partial(parts.fetch_all, files, seconds=FETCH_SECONDS))
        return await in_database(archive.pack, user_id, path, parts, most_bytes=MOST_BYTES)


@button("privacy_erase", role=Role.MEMBER)
async def ask(_update: Update, context: Context) -> None:
    """Ask first; who has a role is told what is to be done before."""
    user_id = await only_in_private(context)
    await in_database(services.check_may_go, user_id)
    question = _(
        "Shall I forget you? Everything that I keep of you goes for good: what you wrote, what I answered, "
        "your settings. If you write again, we begin anew."
    )
    await context.ask("privacy_erase_ok", "ask", yes=_("Erase everything"), given={}, question=question)


@confirmed("privacy_erase_ok", role=Role.MEMBER)
async def erase(_update: Update, context: Context) -> None:
    """Have it done, and say so in the question's place: nothing is written to them afterwards."""
    await in_database(services.ask, user_id=await only_in_private(context), themselves=True)
    sentence = _("Within a few minutes I will have forgotten you. What you write before that goes, too.")
    await context.edit("sentence", sentence=sentence)


async def only_in_private(context: Context) -> int:
    """Return whose private chat it is; raise UserError for a button that was forwarded elsewhere."""
    if context.message.chat.id != context.person.id:
        raise UserError(_("Use /privacy in a private chat with me."))
    return context.person.id
