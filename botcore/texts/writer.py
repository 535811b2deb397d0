"""Collects text and entities for the readers of HTML and MarkdownV2."""

from collections import Counter
from dataclasses import dataclass

from botcore.texts.entities import Entity, RichText, Style
from botcore.texts.length import telegram_length


@dataclass(slots=True)
class Opened:
    """An entity whose end is not read yet; `position` is where in the source it begins."""

    name: str
    style: Style
    position: int
    offset: int
    part: int


class Writer:
    """A text that grows."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._units = 0
        self._opened: list[Opened] = []
        self._names: Counter[str] = Counter()
        self._entities: list[tuple[int, Entity]] = []  # with the place in the source

    @property
    def inmost(self) -> Opened | None:
        """The entity that was opened last, None outside all."""
        return self._opened[-1] if self._opened else None

    def is_open(self, name: str) -> bool:
        """Tell whether an entity of this name is open."""
        return self._names[name] > 0

    def write(self, text: str) -> None:
        """Add text."""
        if text:
            self._parts.append(text)
            self._units += telegram_length(text)

    def open(self, name: str, style: Style, position: int) -> None:
        """Begin an entity."""
        self._names[name] += 1
        self._opened.append(Opened(name, style, position, self._units, len(self._parts)))

    def close(self, style: Style | None = None) -> None:
        """End the inmost entity; one without text vanishes."""
        opened = self._pop()
        if self._units > opened.offset:
            entity = Entity(style or opened.style, opened.offset, self._units - opened.offset)
            self._entities.append((opened.position, entity))

    def inner_text(self) -> str:
        """Return the text of the inmost entity so far."""
        return "".join(self._parts[self._opened[-1].part :])

    def code_as(self, kinds: set[str], style: Style) -> bool:
        """Give the entity that was closed last this style if it fills the one to be closed, which then vanishes."""
        opened = self._opened[-1]
        if not self._entities:
            return False
        position, last = self._entities[-1]
        if last.style.type not in kinds or (last.offset, last.end) != (opened.offset, self._units):
            return False
        language = last.style.language or style.language
        self._entities[-1] = (position, Entity(Style("pre", language=language), last.offset, last.length))
        self._pop()
        return True

    def finish(self) -> RichText:
        """Return what was collected."""
        ordered = sorted(self._entities, key=lambda item: (item[1].offset, -item[1].length, item[0]))
        return RichText("".join(self._parts), tuple(entity for _, entity in ordered))

    def _pop(self) -> Opened:
        opened = self._opened.pop()
        self._names[opened.name] -= 1
        return opened
