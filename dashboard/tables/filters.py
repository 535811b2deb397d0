"""What narrows a table: each filter has its name in the address, its check, its control and the words of its chip."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.validators import duration, moment, one_of, storable, whole
from dashboard.tables.columns import Sees, Words

LONGEST = 100  # characters of a word in an address
MOST_IDS = 100  # rows that are chosen by number
Options = Sequence[tuple[str, Words]]


class Misread(ValidationError):  # noqa: N818 (told to a person, not an error of ours)
    """What was typed means nothing here. `name` is its field, where a filter has several; `link` leads on."""

    def __init__(self, words: str, *, name: str = "", link: str = "") -> None:
        super().__init__(words)
        self.name = name
        self.link = link


@dataclass(frozen=True, kw_only=True)
class Filter(ABC):
    """A condition. `is_main` stands beside the list's name; the others stand in a sheet that opens."""

    name: str
    label: Words
    is_main: bool = False
    control = ""

    @property
    def names(self) -> tuple[str, ...]:
        """What of an address belongs to it."""
        return (self.name,)

    @abstractmethod
    def read(self, typed: Mapping[str, str]) -> Any:
        """Return the checked value of what was typed, which is not empty; raise ValidationError."""

    def refusal(self, typed: Mapping[str, str], sees: Sees) -> str:
        """Say why a visitor with these permissions may not ask this; empty where they may."""
        return ""

    def words(self, name: str, typed: str, value: Any) -> str:
        """Return what stands in the chip of something typed; `value` is None where that means nothing."""
        return typed


@dataclass(frozen=True, kw_only=True)
class Pick(Filter):
    """One of a few words; `is_tabs` shows all of them as tabs, `default` is meant when none is named.

    `options` are asked anew each time; `is_open` lets through what is none of them.
    """

    options: Callable[[], Options]
    is_tabs: bool = False
    default: str = ""
    is_open: bool = False
    control = "pick"

    def read(self, typed: Mapping[str, str]) -> str:
        """Return the word."""
        word = typed[self.name]
        if self.is_open:
            return _printable(word, self.label)
        return one_of(word, [value for value, _label in self.options()])

    def words(self, name: str, typed: str, value: Any) -> str:
        """Return the option's label."""
        return str(dict(self.options()).get(typed, typed))


@dataclass(frozen=True, kw_only=True)
class Typed(Filter):
    """A word that somebody types; `check` makes a value of it or raises ValidationError.

    `told` says in the chip what that value is: whose id it is, or that nobody has it.
    """

    check: Callable[[str], Any]
    told: Callable[[Any], str] | None = None
    hint: Words = ""
    longest: int = LONGEST
    is_search: bool = False
    control = "typed"

    def read(self, typed: Mapping[str, str]) -> Any:
        """Return what the check makes of it."""
        word = typed[self.name]
        if len(word) > self.longest:
            words = {"label": self.label, "most": self.longest}
            raise ValidationError(_("%(label)s: at most %(most)s characters.") % words)
        return self.check(word)

    def words(self, name: str, typed: str, value: Any) -> str:
        """Return what the value is called, else what was typed."""
        return self.told(value) if self.told and value is not None else typed


@dataclass(frozen=True)
class Span:
    """A stretch of time, open at an end that is None."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class When(Filter):
    """From a time and before another, each a moment or how long ago: `from` and `to` in the address."""

    control = "when"

    @property
    def names(self) -> tuple[str, ...]:
        """Both ends."""
        return ("from", "to")

    def read(self, typed: Mapping[str, str]) -> Span:
        """Return the stretch; one that ends before it begins is refused."""
        since, until = (_end(name, typed) for name in self.names)
        if since and until and since >= until:
            words = _("The end of the time is not after its beginning: nothing can lie between them.")
            raise Misread(words, name="to")
        return Span(since, until)

    def words(self, name: str, typed: str, value: Any) -> str:
        """Say which end it is."""
        if value is None:
            return typed
        is_length = not any(sign in typed for sign in ":.-")
        ago = _("%(length)s ago") % {"length": typed} if is_length else typed
        return (_("from %(moment)s") if name == "from" else _("before %(moment)s")) % {"moment": ago}


@dataclass(frozen=True, kw_only=True)
class Ids(Filter):
    """Rows that somebody has chosen, by number; it has no control."""

    def read(self, typed: Mapping[str, str]) -> tuple[int, ...]:
        """Return the numbers."""
        numbers = tuple(whole(word) for word in typed[self.name].split(",")[: MOST_IDS + 1])
        if len(numbers) > MOST_IDS or not all(numbers):
            raise ValidationError(_("Choose at most %(most)s rows, by their numbers.") % {"most": MOST_IDS})
        return numbers

    def words(self, name: str, typed: str, value: Any) -> str:
        """Say how many."""
        return ", ".join(f"#{number}" for number in typed.split(",")[:5]) + (" …" if typed.count(",") > 4 else "")


def plain(longest: int = LONGEST) -> Callable[[str], str]:
    """Check a word that is compared whole."""
    return lambda word: storable(word)[:longest]


def printable(label: Words) -> Callable[[str], str]:
    """Check a name that shows all of itself."""
    return lambda word: _printable(word, label)


def choices(found: Iterable[tuple[Any, Words]]) -> Callable[[], Options]:
    """Return options that never change."""
    listed = [(str(value), label) for value, label in found]
    return lambda: listed


def _printable(word: str, label: Words) -> str:
    if len(word) > LONGEST or not word.isprintable():
        raise ValidationError(_("%(label)s: no such name can be.") % {"label": label})
    return word


def _end(name: str, typed: Mapping[str, str]) -> datetime | None:
    """Return one end of a time; what is wrong with it belongs to its field."""
    try:
        return _moment(typed[name]) if name in typed else None
    except ValidationError as exc:
        raise Misread(str(exc), name=name) from exc


def _moment(typed: str) -> datetime:
    """Return a moment in the past: a time of day is the last such time, a length counts from now."""
    now = timezone.now()
    try:
        return now - duration(typed)
    except (ValidationError, OverflowError):
        found = moment(typed, zone=timezone.get_current_timezone(), now=now)
    is_clock = found > now and "-" not in typed and typed.count(".") < 2
    return found - timedelta(days=1) if is_clock else found
