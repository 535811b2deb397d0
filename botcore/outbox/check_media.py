"""Files and albums that Telegram would refuse, refused before they are queued; files of this machine are looked at."""

from pathlib import Path

from botcore.exceptions import ValidationError
from botcore.media.attachments import FILE_ID
from botcore.outbox import checks
from botcore.outbox.content import Album, Enclosed, Media

SMALLEST_ALBUM, BIGGEST_ALBUM = 2, 10
MEGABYTE = 1_000_000


def media(item: Media) -> None:
    """Refuse a file that is not there or too large, and what is neither a file_id nor an address."""
    if isinstance(item.file, Enclosed):  # looked at when it was taken
        return
    if isinstance(item.file, Path):
        _local_file(item.file, item.megabytes)
        return
    checks.string(item.file, what="file")
    if not item.file.strip():
        raise ValidationError("The file is missing: give a path, a file_id or an address.")
    if not FILE_ID.fullmatch(item.file) and not checks.is_address(item.file):
        raise ValidationError(
            f"The file {checks.brief(item.file)} is neither a file_id nor an address like https://example.com/cat.jpg; "
            "give a file of this machine as a Path."
        )


def _local_file(path: Path, megabytes: int) -> None:
    checks.storable(str(path), what="file's name")
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


def _file(item: object) -> Media:
    if not isinstance(item, Media):
        raise ValidationError(f"An album has files such as Photo(…); {checks.brief(item)} is none.")
    return item


def album(value: Album) -> list[Media]:
    """Return an album's files; refuse a wrong number of them, and kinds that do not go together."""
    items = [_file(item) for item in checks.listed(value.items, what="files of an album")]
    if not SMALLEST_ALBUM <= len(items) <= BIGGEST_ALBUM:
        raise ValidationError(f"An album has {SMALLEST_ALBUM} to {BIGGEST_ALBUM} files; this one has {len(items)}.")
    kinds = {item.kind for item in items}
    if not (kinds <= {"photo", "video"} or kinds in ({"document"}, {"audio"})):
        raise ValidationError("An album has photos and videos, or documents only, or audios only.")
    for item in items:
        media(item)
    return items
