"""What commands about people share: naming a person and a role, until when, and the answer that says what was done."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram.constants import ChatType

from botcore.access.roles import Role
from botcore.people.selectors import Person
from botcore.pipeline.context import Context, callback_button
from botcore.templatetags.moments import utc
from botcore.validators import shown


def label(person: Person) -> str:
    """Name a person in a sentence."""
    return f"{shown(person.name)} ({person.id})"


def role_words(role: Role) -> str:
    """Name a role, in a sentence."""
    return str(role.label)


LENGTHS = {
    "30m": gettext_lazy("30m"),
    "1h": gettext_lazy("1h"),
    "4h": gettext_lazy("4h"),
    "6h": gettext_lazy("6h"),
    "1d": gettext_lazy("1d"),
    "7d": gettext_lazy("7d"),
    "30d": gettext_lazy("30d"),
    "1y": gettext_lazy("1y"),
}


def length_words(length: str) -> str:
    """Return what a button says for a length of time that is typed like "7d"."""
    return str(LENGTHS.get(length, length))


def ends_after(seconds: float | None) -> datetime | None:
    """Return when so many seconds from now are over; None stays None."""
    return None if seconds is None else timezone.now() + timedelta(seconds=seconds)


def until(moment: datetime | None) -> str:
    """Say when something ends."""
    return _("until %(time)s") % {"time": utc(moment)} if moment else _("until somebody lifts it")


def outcome(context: Context, sentence: str, user_id: int) -> dict[str, Any]:
    """Return what the template `sentence` shows: what was done, and in private a button to the person's card."""
    is_private = context.message.chat.type == ChatType.PRIVATE
    rows = [[callback_button(_("Card"), "person", str(user_id))]] if is_private else []
    return {"sentence": sentence, "buttons": rows}
