"""Whatever is typed becomes a value of the promised type or a ValidationError, in time that grows like the text."""

import enum
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from botcore import validators as v
from botcore.exceptions import ValidationError
from botcore.texts.length import telegram_length
from botcore.texts.visible import INVISIBLE

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
MOST = 2_000_000


class Colour(enum.Enum):
    """Something to choose."""

    RED = "red"
    BLUE = "blue"


FUNCTIONS: dict[str, tuple[Callable[[str], object], type]] = {
    "as_duration": (lambda typed: v.as_duration(v.duration(typed)), str),
    "boolean": (v.boolean, bool),
    "callback_payload": (v.callback_payload, str),
    "chat_id": (v.chat_id, int),
    "chat_reference": (v.chat_reference, v.ChatReference),
    "choice": (partial(v.choice, allowed=("red", "blue"), name="colour"), str),
    "closest": (partial(v.closest, allowed=("red", "blue")), str),
    "cron": (v.cron, str),
    "cut_to": (partial(v.cut_to, most=100), str),
    "deep_link_source": (v.deep_link_source, str),
    "duration": (partial(v.duration, least=timedelta(minutes=1)), timedelta),
    "for_how_long": (lambda typed: v.for_how_long([typed]), str),
    "integer": (partial(v.integer, least=1), int),
    "json_value": (partial(v.json_value, most=MOST), object),
    "member": (partial(v.member, kind=Colour), Colour),
    "moment": (partial(v.moment, zone=BERLIN, now=NOW), datetime),
    "number": (v.number, float),
    "one_of": (partial(v.one_of, allowed=("red", "blue")), str),
    "person_reference": (partial(v.person_reference, reply_to=5), v.ChatReference),
    "shown": (v.shown, str),
    "storable": (v.storable, str),
    "telegram_id": (v.telegram_id, int),
    "text": (partial(v.text, most=MOST), str),
    "url": (v.url, str),
    "username": (v.username, str),
    "whole": (v.whole, int),
    "words": (v.words, list),
}
# What each function nearly takes, so that examples come far into it.
SEEDS = [
    "on",
    "-1001234567890",
    "1e5",
    "1h30m",
    "2ч 5м",
    "2026-03-29 02:30",
    "29.3.2026 Europe/Berlin",
    "14:00+02:00",
    "@alice_1",
    "https://t.me/alice",
    "tg://user?id=5",
    "https://[::1]:80/",
    "https://xn--a.рф",
    "a:b",
    "0 9 L * 5#2",
    '{"a": [1.5, "\\ud83e"]}',
    "«a b» “c",
    "red",
    "Infinity",
    "\u202e",
    "\ud83e",
    "\x00",
    "🦊",
    "\u200b",
    "²",
    "İ",
]
TYPED = st.one_of(
    st.text(st.characters(), max_size=300),
    st.text(st.sampled_from("0123456789+-:./@#*,LW[]{}\"'\\ eEhmsdwTZ_\u202e\ud800\x00я“”«»\n"), max_size=60),
    st.lists(st.one_of(st.sampled_from(SEEDS), st.text(st.characters(), max_size=3)), max_size=4).map("".join),
)
SHAPES = [
    "a",
    " ",
    "9",
    "-",
    "\x00",
    "\ud800",
    "\u202e",
    "\u200b",
    "🦊",
    "🇩🇪",
    "e\u0301",
    "\u0301",
    "\u200d",
    "@",
    "ß",
    "a ",
    '"a ',
    "'a ",
    "“a ",
    "«a ”",
    '"“«„a ',
    '" ',
    "a'",
    '"',
    '\\"',
    '"\\',
    "\\",
    "[",
    "]",
    "[]",
    '{"a":',
    '"a",',
    "1h",
    "1.",
    "0,",
    "a.",
    "_a",
    "://",
    "https://a",
    "a:",
    "* ",
    ",",
    "\r\n",
    "\t",
    "%(a)s",
    "İ",
    "٣",
]


def test_every_function_is_fuzzed() -> None:
    assert set(FUNCTIONS) == {name for name in v.__all__ if name[0].islower()}


def refusal(function: Callable[[str], object], kind: type, typed: str) -> str:
    """Return how the text is refused, empty for a text that is a value of this type."""
    try:
        value = function(typed)
    except ValidationError as exc:
        return str(exc)
    assert isinstance(value, kind)
    return ""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_any_text_is_a_value_or_refused_in_a_short_sentence(name: str) -> None:
    @settings(max_examples=200)
    @given(TYPED)
    @example("\ud800")
    @example("\x00")
    @example("")
    def any_text(typed: str) -> None:
        said = refusal(*FUNCTIONS[name], typed)
        assert len(said) < 200
        assert not INVISIBLE.search(said)

    any_text()


@settings(max_examples=300)
@given(typed=TYPED, most=st.integers(1, 50), lines=st.booleans())
def test_a_checked_text_can_be_stored_and_is_within_its_limit(typed: str, most: int, *, lines: bool) -> None:
    try:
        kept = v.text(typed, least=0, most=most, lines=lines)
    except ValidationError:
        return
    assert telegram_length(kept) <= most
    assert kept == v.storable(kept)
    assert v.text(kept, least=0, most=most, lines=lines) == kept
    assert lines or len(kept.splitlines()) < 2


@given(TYPED, st.integers(0, 50))
def test_a_cut_text_is_a_beginning_of_it(typed: str, most: int) -> None:
    kept = v.cut_to(typed, most)
    assert typed.startswith(kept)
    assert telegram_length(kept) <= most


@settings(max_examples=300)
@given(TYPED)
def test_words_stand_where_they_say_and_between_them_is_white_space(typed: str) -> None:
    place = 0
    for word in v.words(typed):
        assert not typed[place : word.start].strip()
        assert typed[word.start : word.end] in (word.text, typed[word.start] + word.text + typed[word.end - 1])
        place = word.end
    assert not typed[place:].strip()


@settings(max_examples=300)
@given(TYPED)
def test_a_moment_is_aware_and_in_utc(typed: str) -> None:
    with suppress(ValidationError):
        assert v.moment(typed, zone=BERLIN, now=NOW).tzinfo is UTC


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_megabyte_of_anything_is_a_value_or_refused(name: str) -> None:
    for shape in SHAPES[::5]:
        assert len(refusal(*FUNCTIONS[name], shape * (1_000_000 // len(shape)))) < 200


def effort(function: Callable[[str], object], typed: str) -> float:
    """Return the CPU seconds of the best of three tries."""
    tries = []
    for _ in range(3):
        begun = time.process_time()
        with suppress(ValidationError):
            function(typed)
        tries.append(time.process_time() - begun)
    return min(tries)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_four_times_the_text_takes_about_four_times_the_effort(name: str) -> None:
    """A quadratic function takes sixteen times; what is done within half a millisecond is not compared."""
    function, _kind = FUNCTIONS[name]
    for shape in SHAPES:
        count = 20_000 // len(shape)
        short = max(effort(function, shape * count), 0.0005)
        assert effort(function, shape * count * 4) < 12 * short, repr(shape)
