"""An address' query → a selection of updates, each word checked: a wrong one becomes a page with status 400."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from botcore.exceptions import ValidationError
from botcore.inbox.selection import Selection
from botcore.models import State
from botcore.validators import one_of

KIND = re.compile(r"[a-z_]{1,40}", re.ASCII)
GROUP = re.compile(r"[\w-]{1,16}", re.ASCII)
HANDLER_LENGTH = 100  # a feature may have any name


def selection(query: Mapping[str, str]) -> Selection:
    """Return the updates that the address asks for; empty words mean any."""
    if state := query.get("state", ""):
        one_of(state, State.values)
    handler = query.get("handler", "")
    if len(handler) > HANDLER_LENGTH or not handler.isprintable():
        raise ValidationError("The handler in the address has no name that a handler could have.")
    return Selection(
        states=(state,) if state else (),
        kind=_word(query, "kind", KIND, "The kind of update in the address is not one that Telegram could send."),
        handler=handler,
        group=_word(query, "group", GROUP, "The error group in the address is not one that an error could have."),
    )


def address(chosen: Selection) -> str:
    """Return the query of the list that shows this selection in any state; empty for all."""
    words = {"kind": chosen.kind, "handler": chosen.handler, "group": chosen.group}
    query = urlencode({name: word for name, word in words.items() if word})
    return f"?{query}" if query else ""


def _word(query: Mapping[str, str], name: str, form: re.Pattern[str], complaint: str) -> str:
    word = query.get(name, "")
    if word and not form.fullmatch(word):
        raise ValidationError(complaint)
    return word
