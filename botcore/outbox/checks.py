"""What Telegram would refuse, refused before it is queued: ValidationError in one sentence. Pure, but for files.

Numbers: core.telegram.org/bots/api and telegram.constants, which services do not import.
"""

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.content import Album, Buttons, Media
from botcore.outbox.models import Priority
from botcore.texts.entities import RichText
from botcore.texts.length import telegram_length
from botcore.texts.markup import read

CAPTION = 1024  # UTF-16 units after parsing
LONGEST = 1_000_000  # UTF-16 units of a text that is cut, or sent as a file
SMALLEST_ALBUM, BIGGEST_ALBUM = 2, 10
BUTTONS = 100
LONGEST_WORDS = 100  # characters of source and key
TOO_LATE = timedelta(days=1)
MEGABYTE = 1_000_000


def text(value: str, parse_mode: str, *, most: int = LONGEST, what: str = "text") -> RichText:
    """Return a text as people see it; refuse one that is empty, too long, badly formatted, or that nobody can store."""
    storable(value, what=what)
    shown = read(value, parse_mode)
    if not shown.text.strip():
        raise ValidationError(f"The {what} is empty.")
    if (length := telegram_length(shown.text)) > most:
        raise ValidationError(f"The {what} is too long: {length} of at most {most} characters.")
    return shown


def storable(value: object, *, what: str) -> None:
    """Refuse what is no text, null characters, and halves of characters."""
    if not isinstance(value, str):
        raise ValidationError(f"The {what} is no text.")
    if "\x00" in value:
        raise ValidationError(f"The {what} has a null character.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValidationError(f"The {what} has half of a character (a lone surrogate).") from None


def payment(*, paid: bool) -> None:
    """Refuse a paid message of a bot that does not pay: it would cost Stars, and gain nothing."""
    if paid and not settings.BOT_PAID_MESSAGES_PER_SECOND:
        raise ValidationError("Paid messages are off: set BOT_PAID_MESSAGES_PER_SECOND, or leave `paid` out.")


def media(item: Media) -> None:
    """Refuse a caption that is too long, and a file that is not there or too large."""
    if item.caption:
        text(item.caption, item.parse_mode, most=CAPTION, what="caption")
    if isinstance(item.file, Path):
        _local_file(item.file, item.megabytes)
    else:
        storable(item.file, what="file")
        if not item.file.strip():
            raise ValidationError("The file is missing: give a path, a file_id or an address.")
        if ":" in item.file and not item.file.startswith(("http://", "https://")):  # a file_id has no colon
            raise ValidationError("A file's address begins with https://; give a file of this machine as a Path.")


def _local_file(path: Path, megabytes: int) -> None:
    storable(str(path), what="file's name")
    try:
        if path.exists() and not path.is_file():  # to open a pipe would wait for ever
            raise ValidationError(f"{path} is no file.")
        with path.open("rb") as file:
            size = file.seek(0, 2)
    except OSError as exc:
        raise ValidationError(f"The file {path} cannot be read: {exc.strerror}.") from None
    if not size:
        raise ValidationError(f"The file {path} is empty.")
    if size > megabytes * MEGABYTE:
        raise ValidationError(f"The file {path} is too large: Telegram takes {megabytes} MB.")


def album(value: Album) -> None:
    """Refuse an album of a wrong size, or of kinds that do not go together."""
    if not SMALLEST_ALBUM <= len(value.items) <= BIGGEST_ALBUM:
        raise ValidationError(
            f"An album has {SMALLEST_ALBUM} to {BIGGEST_ALBUM} files; this one has {len(value.items)}."
        )
    kinds = {item.kind for item in value.items}
    if not (kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})):
        raise ValidationError("An album has photos and videos, or documents only, or audios only.")
    for item in value.items:
        media(item)


def buttons(rows: Buttons) -> None:
    """Refuse too many buttons, and those that say or do nothing."""
    every = [button for row in rows for button in row]
    if len(every) > BUTTONS:
        raise ValidationError(f"A message has at most {BUTTONS} buttons; this one has {len(every)}.")
    for button in every:
        text(button.text, "", what="button's text")
        if bool(button.url) == bool(button.data):
            raise ValidationError(f"The button {button.text!r} needs either an address or data.")
        storable(button.data, what="button's data")
        storable(button.url, what="button's address")
        if button.url and not _is_address(button.url):
            raise ValidationError(f"The button {button.text!r} needs an address like https://example.com.")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "tg", "ton"} and bool(parts.netloc) and " " not in url


def due(at: datetime | None) -> None:
    """Refuse a time without its zone, and one that is long over."""
    if at is None:
        return
    if not isinstance(at, datetime):
        raise ValidationError(f"The due time is no time: {at!r}.")
    if timezone.is_naive(at):
        raise ValidationError("The due time has no time zone; use django.utils.timezone.now() and the like.")
    if at < timezone.now() - TOO_LATE:
        raise ValidationError("The due time is over since more than a day.")


def priority(value: int) -> Priority:
    """Return the priority of this number."""
    try:
        return Priority(value)
    except ValueError:
        choices = ", ".join(f"{choice.value} ({choice.label})" for choice in Priority)
        raise ValidationError(f"There is no priority {value!r}; the priorities are {choices}.") from None


def words(source: str, key: str | None) -> None:
    """Refuse a source or key that is too long for its column, and a key that says nothing."""
    if key == "":
        raise ValidationError("The key is empty: leave it out, or say what shall be sent once.")
    for name, value in {"source": source, **({} if key is None else {"key": key})}.items():
        storable(value, what=name)
        if len(value) > LONGEST_WORDS:
            raise ValidationError(f"The {name} is too long: {len(value)} of at most {LONGEST_WORDS} characters.")


def identifier(value: object, *, what: str) -> None:
    """Refuse what is no number of Telegram's: they have at most 52 bits."""
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**52:
        raise ValidationError(f"The {what} must be one of Telegram's numbers; this is {value!r}.")
