"""What is too long for one message: several, or a file when these would be too many."""

from botcore.texts.entities import RichText
from botcore.texts.split import split
from botcore.texts.text_file import TextFile, as_file


def cut(rich: RichText, *, most: int) -> list[RichText] | TextFile:
    """Return the pieces of a text, in order; a file for more than `most`. A blank text has no pieces."""
    pieces = split(rich)
    return as_file(rich) if len(pieces) > most else pieces
