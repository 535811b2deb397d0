"""What can be said in a chat: values for `outbox.services.send(content=…)`. They know nothing of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file that `enclosures.services.enclose` keeps; in a method's parameters it is the JSON of these columns."""

    enclosure: int
    name: str
    sha256: str

    @classmethod
    def read(cls, value: object) -> "Enclosed | None":
        """Return what is so written in parameters; None for anything else."""
        if not isinstance(value, dict) or value.keys() != set(cls.__slots__):
            return None
        return cls(**value)


# A file_id or an address that Telegram fetches, a file of this machine, or one that came from a page.
File = str | Path | Enclosed


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it opens an address, or its data reach `@button(name)` as "name:value".

    Data over Telegram's 64 bytes are kept in a row for the chat; `user_id` lets only that person press it then.
    """

    text: str
    url: str = ""
    data: str = ""
    user_id: int | None = None


Buttons = Sequence[Sequence[Button]]  # rows


@dataclass(frozen=True, slots=True)
class Text:
    """A text, with `parse_mode` HTML or MarkdownV2 a formatted one; `preview=False` shows no preview of links."""

    text: str
    parse_mode: str = ""
    preview: bool = True


@dataclass(frozen=True, slots=True)
class Template:
    """`templates/messages/<name>.html` in the language of the chat's person; everything in `values` is escaped."""

    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    preview: bool = True


@dataclass(frozen=True, slots=True)
class Media:
    """A file with a caption; see its kinds below."""

    file: File
    caption: str = ""
    parse_mode: str = ""

    kind: ClassVar[str] = ""
    megabytes: ClassVar[int] = 50  # core.telegram.org/bots/api#sending-files


class Photo(Media):
    """A picture."""

    kind = "photo"
    megabytes = 10


class Video(Media):
    """A film."""

    kind = "video"


class Animation(Media):
    """A film without sound that repeats."""

    kind = "animation"


class Audio(Media):
    """Music."""

    kind = "audio"


class Voice(Media):
    """A voice message: OGG with Opus, MP3 or M4A."""

    kind = "voice"


class Document(Media):
    """Any file."""

    kind = "document"


@dataclass(frozen=True, slots=True)
class Album:
    """2 to 10 photos and videos, or documents only, or audios only; an album has no buttons."""

    items: Sequence[Media]


@dataclass(frozen=True, slots=True)
class Copy:
    """A message of another chat, without a word on where it is from."""

    from_chat_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Forward:
    """A message of another chat, with its author."""

    from_chat_id: int
    message_id: int


Content = Text | Template | Media | Album | Copy | Forward
