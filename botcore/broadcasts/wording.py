"""The words of a broadcast: from what an operator writes to a call's parameters, and back. Pure.

They are a text, or the caption of a file, or of an album's first file; an edit of what was sent has them, too.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

from botcore.broadcasts import variables
from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.outbox.amendments import CAPTION, EDITS, TEXT
from botcore.outbox.calls import Call, calls_of
from botcore.outbox.content import Text
from botcore.texts.markup import HTML
from botcore.texts.split import LONGEST

ALBUM = "sendMediaGroup"
# The parameter with the words, by method.
NAMES: Mapping[str, str] = MappingProxyType(
    {**{method: name for method, (_edit, name) in EDITS.items()}, **dict((TEXT, CAPTION)), ALBUM: CAPTION[1]}
)
WORDS = (TEXT[1], CAPTION[1])
SAID = frozenset({"text", "entities", "caption", "caption_entities", "parse_mode", "reply_markup"})


def call(content: Text) -> Call:
    """Return the one call that says a text: pieces of a long one could be torn apart by a pause."""
    made = _one_call(content)
    if variables.has_any(content.text):
        variables.check(content.text)
        if "entities" in made.parameters:  # their places would no longer be right
            raise ValidationError(_("A text with variables has at most 32,768 bytes with its formatting."))
        for text in variables.extremes(content.text, content.parse_mode):
            _one_call(Text(text, content.parse_mode, content.preview))
    return made


def caption(content: Text) -> dict[str, Any]:
    """Return the parameters of a caption; none are needed for one that is empty."""
    if not content.text.strip():
        return {}
    variables.check(content.text)
    for text in (content.text, *variables.extremes(content.text, content.parse_mode)):
        checks.text(text, content.parse_mode, most=checks.CAPTION, what="caption")
    return {"parse_mode": content.parse_mode, "caption": content.text}


def reworded(method: str, parameters: Mapping[str, Any], content: Text) -> dict[str, Any]:
    """Return a call's parameters with other words and no buttons; all else stays as it is."""
    rest = {name: value for name, value in parameters.items() if name not in SAID}
    match NAMES.get(method):
        case "text":
            return {**call(content).parameters, **rest}
        case "caption" if method == ALBUM:
            own = {name: value for name, value in said(parameters).items() if name not in SAID}
            return _in_album(rest, {**own, **caption(content)})
        case "caption":
            return {**rest, **caption(content)}
    raise ValidationError(_("A copy of a message cannot be changed: write the text as a new broadcast."))


def said(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return where a call's words stand: of an album in the file whose caption Telegram's apps show."""
    media = parameters.get("media")
    return media[_captioned(media)] if isinstance(media, list) and media else parameters


def filled(parameters: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """Return a call's parameters with one person's variables in its words."""
    found = said(parameters)
    mode = found.get("parse_mode", "")
    own = {name: variables.filled(found[name], values, mode) for name in WORDS if name in found}
    if found is parameters:
        return {**parameters, **own}
    return _in_album(parameters, {**found, **own})


def varies(parameters: Mapping[str, Any]) -> bool:
    """Tell whether a call says something else to each person."""
    return any(variables.has_any(said(parameters).get(name, "")) for name in WORDS)


def source(method: str, parameters: Mapping[str, Any]) -> str | None:
    """Return the words as they were written, in Telegram's HTML; None when they cannot be written anew."""
    found = said(parameters)
    words = found.get(NAMES.get(method, ""), "")
    return str(words) if method in NAMES and (not words or found.get("parse_mode") == HTML) else None


def _captioned(media: Sequence[Mapping[str, Any]]) -> int:
    """Return which file of an album has the caption; see enclosures.services.enclose."""
    return len(media) - 1 if media[0].get("type") in {"document", "audio"} else 0


def _in_album(parameters: Mapping[str, Any], item: Mapping[str, Any]) -> dict[str, Any]:
    media = list(parameters["media"])
    media[_captioned(media)] = item
    return {**parameters, "media": media}


def _one_call(content: Text) -> Call:
    calls = calls_of(content)
    if len(calls) > 1 or calls[0].method == "sendDocument":
        words = _("A broadcast is one message: its text has at most %(count)s characters.")
        raise ValidationError(words % {"count": LONGEST})
    return calls[0]
