"""The entities that a bot names itself beside a text, as spans; those that Telegram finds by itself are left to it."""

from typing import Any

from sandbox.api.fields import FieldError, required_integer, required_text, text_field
from sandbox.api.parameters import Parameters
from sandbox.entities.links import checked_link
from sandbox.entities.spans import Span
from sandbox.errors import bad_request
from sandbox.terms import MessageEntityType as Kind

_FOUND_ANYWAY = frozenset({
    Kind.MENTION, Kind.HASHTAG, Kind.CASHTAG, Kind.BOT_COMMAND, Kind.URL, Kind.EMAIL, Kind.PHONE_NUMBER,
    "bank_card_number",
})  # fmt: skip
_PLAIN = frozenset({
    Kind.BOLD, Kind.ITALIC, Kind.UNDERLINE, Kind.STRIKETHROUGH, Kind.SPOILER, Kind.CODE, Kind.BLOCKQUOTE,
    Kind.EXPANDABLE_BLOCKQUOTE,
})  # fmt: skip
_LATEST = 2**31  # seconds since 1970
_FAR = 1_000_000  # tdlib: entities beyond are no entities


def given_spans(given: Parameters, name: str) -> list[Span]:
    """The entities in a parameter; as for the real server, what is no list is none. Raises ApiError."""
    try:
        entities = given.document(name)
    except ValueError:
        return []
    return [span for entity in entities for span in _spans(entity)] if isinstance(entities, list) else []


def _spans(entity: Any) -> list[Span]:
    try:
        return [span for span in _span(entity) if 0 <= span.start < _FAR and 0 < span.length < _FAR]
    except FieldError as error:
        raise bad_request(f"can't parse MessageEntity: {error}") from error


def _span(entity: Any) -> list[Span]:
    if not isinstance(entity, dict):
        raise FieldError("expected an Object")
    start, length = required_integer(entity, "offset"), required_integer(entity, "length")
    kind = required_text(entity, "type")
    if kind in _PLAIN:
        return [Span(Kind(kind), start, length)]
    if kind in _FOUND_ANYWAY:
        return []
    argument = _argument(entity, kind)
    shown = text_field(entity, "date_time_format") if kind == Kind.DATE_TIME else ""
    as_kind = Kind.TEXT_LINK if kind == Kind.TEXT_MENTION else Kind(kind)
    return [] if argument is None else [Span(as_kind, start, length, argument, shown)]


def _argument(entity: dict[str, Any], kind: str) -> str | None:
    """What an entity says besides where it is; None if it is no good. A mention is a link that texts.py resolves."""
    match kind:
        case Kind.PRE:
            return text_field(entity, "language")
        case Kind.TEXT_LINK:
            return checked_link(required_text(entity, "url"))
        case Kind.TEXT_MENTION:
            user = entity.get("user")
            if not isinstance(user, dict):
                raise FieldError('Can\'t find field "user"' if user is None else 'Field "user" must be of type Object')
            return f"tg://user?id={required_integer(user, 'id')}"
        case Kind.CUSTOM_EMOJI:
            return str(required_integer(entity, "custom_emoji_id"))
        case Kind.DATE_TIME:
            moment = required_integer(entity, "unix_time")
            return str(moment) if 0 < moment < _LATEST else None
    raise FieldError("Unsupported type specified")
