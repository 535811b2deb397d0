"""Text from people → checked values: numbers, switches, choices, texts, words. Other subjects have own files."""

import enum

import pytest
from django.utils import translation

from botcore.exceptions import ValidationError
from botcore.models import Priority
from botcore.validators import (
    Word,
    boolean,
    chat_id,
    choice,
    cut_to,
    deep_link_source,
    integer,
    member,
    number,
    one_of,
    shown,
    storable,
    telegram_id,
    text,
    whole,
    words,
)

LEVELS = ("DEBUG", "INFO", "WARNING")


class Colour(enum.Enum):
    """An enumeration whose values are words."""

    RED = "red"
    DARK_BLUE = "dark-blue"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("42", 42),
        ("-7", -7),
        ("+7", 7),
        (" 007 ", 7),
        ("\u202a42\u202c", 42),
        ("9223372036854775807", 2**63 - 1),
        ("36 500", 36_500),
        ("-36,500", -36_500),
        ("-1\u00a0000\u00a0000", -1_000_000),
    ],
)
def test_a_whole_number(typed: str, value: int) -> None:
    assert integer(typed) == value


@pytest.mark.parametrize(
    "typed", ["", "x", "4 2", "1 0000", "1  000", "1_000", "٤٢", "1.0", "--1", "9" * 41, "9" * 1_000_000, "4\u202e2"]
)
def test_no_whole_number(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a whole number, such as 42\.$"):
        integer(typed)


@pytest.mark.parametrize(
    ("typed", "least", "most", "sentence"),
    [
        ("0", 1, 10, "Write a number from 1 to 10."),
        ("11", 1, 10, "Write a number from 1 to 10."),
        ("11", None, 10, "Write a number that is 10 at most."),
        ("0", 1, None, "Write a number that is 1 at least."),
        ("9" * 30, 1, 10, "Write a number from 1 to 10."),
        ("9223372036854775808", None, None, f"Write a number from {1 - 2**63} to {2**63 - 1}."),
    ],
)
def test_a_number_beyond_its_limits_is_answered_with_them(
    typed: str, least: int | None, most: int | None, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        integer(typed, least=least, most=most)
    assert str(caught.value) == sentence


def test_limits_themselves_are_allowed() -> None:
    assert [integer("1", least=1, most=10), integer("10", least=1, most=10)] == [1, 10]
    assert [number("0.5", least=0.5, most=1.5), number("1.5", least=0.5, most=1.5)] == [0.5, 1.5]


@pytest.mark.parametrize(
    ("typed", "value"), [("12.5", 12.5), ("12,5", 12.5), ("-.5", -0.5), ("5.", 5.0), ("0,125", 0.125)]
)
def test_a_number(typed: str, value: float) -> None:
    assert number(typed) == value


@pytest.mark.parametrize(
    "typed", ["", ".", "nan", "inf", "-Infinity", "1e3", "1e999", "0x10", "1,500", "1.2.3", "٣", "1e"]
)
def test_no_number(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a number, such as 12 or 12\.5\.$"):
        number(typed)


@pytest.mark.parametrize("typed", ["on", "Yes", "TRUE", "1", "да", "ДА", " вкл "])
def test_on(typed: str) -> None:
    assert boolean(typed) is True


@pytest.mark.parametrize("typed", ["off", "No", "false", "0", "Нет", "выкл"])
def test_off(typed: str) -> None:
    assert boolean(typed) is False


@pytest.mark.parametrize("typed", ["", "2", "maybe", "onn", "on off"])
def test_neither_on_nor_off(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write on or off\.$"):
        boolean(typed)


def test_ids_have_52_bits() -> None:
    assert telegram_id(" 123456789 ") == 123456789
    assert telegram_id(str(2**52 - 1)) == 2**52 - 1
    assert chat_id("-1001234567890") == -1001234567890


@pytest.mark.parametrize("typed", ["", "0", "-5", "@alice", "1.5", str(2**52), "9" * 500])
def test_no_id_of_a_person(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a person's id"):
        telegram_id(typed)


@pytest.mark.parametrize("typed", ["", "0", "−5", "@group", str(-(2**52))])
def test_no_id_of_a_chat(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a chat's id"):
        chat_id(typed)


def test_the_number_of_a_row_is_0_for_what_is_none() -> None:
    assert [whole(typed) for typed in ("7", "", "-7", "x", "²", "9" * 19)] == [7, 0, 0, 0, 0, 0]


def test_one_of_the_choices_is_returned() -> None:
    assert one_of("ru", {"en": "English", "ru": "Русский"}) == "ru"


def test_another_word_is_refused_with_the_choices() -> None:
    with pytest.raises(ValidationError, match=r"^Choose one of: off, on\.$"):
        one_of("maybe", ["on", "off"])


def test_a_buttons_word_counts_only_as_it_is() -> None:
    with pytest.raises(ValidationError, match=r"^Choose one of: off, on; did you mean on\?$"):
        one_of("ON", ["on", "off"])


def test_a_typed_choice_may_have_any_case_and_comes_back_as_it_is_allowed() -> None:
    assert [choice(typed, LEVELS) for typed in ("INFO", "info", " Debug\n")] == ["INFO", "INFO", "DEBUG"]


def test_of_two_words_that_differ_by_case_none_is_guessed() -> None:
    assert choice("On", ["on", "On"]) == "On"
    with pytest.raises(ValidationError):
        choice("ON", ["on", "On"])


@pytest.mark.parametrize(
    ("typed", "name", "sentence"),
    [
        ("DEBGU", "", "Choose one of: DEBUG, INFO, WARNING; did you mean DEBUG?"),
        ("warn", "level", "Choose one of these for level: DEBUG, INFO, WARNING; did you mean WARNING?"),
        ("zzz", "level", "Choose one of these for level: DEBUG, INFO, WARNING."),
        ("", "", "Choose one of: DEBUG, INFO, WARNING."),
        ("DEBUG" * 200_000, "", "Choose one of: DEBUG, INFO, WARNING."),
    ],
)
def test_a_wrong_choice_is_answered_with_the_closest(typed: str, name: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        choice(typed, LEVELS, name=name)
    assert str(caught.value) == sentence


def test_a_long_list_of_choices_is_cut() -> None:
    with pytest.raises(ValidationError) as caught:
        choice("?", [f"word{number:05}" for number in range(10_000)])
    assert str(caught.value).endswith("word00028, word00029, ….")


def test_a_member_is_found_by_its_value_or_else_by_its_name() -> None:
    assert [member("Dark-Blue", Colour), member("alert", Priority)] == [Colour.DARK_BLUE, Priority.ALERT]
    with pytest.raises(ValidationError, match=r"^Choose one of: red, dark-blue; did you mean red\?$"):
        member("rad", Colour)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hello, мир 🦊 ", "Hello, мир 🦊"),
        ("one\r\ntwo\rthree\u2028four\tx", "one\ntwo\nthree\nfour\tx"),
        ("a\x00b\x07c\x9bd\x7f", "abcd"),
        ("a\u202eb\u2067c\u200fd\u061ce", "abcde"),
        ("a\ud83e", "a?"),
        ("👨\u200d👩\u200d👧 🏴\U000e0067\U000e007f", "👨\u200d👩\u200d👧 🏴\U000e0067\U000e007f"),
    ],
)
def test_a_text_is_kept_without_what_hides_or_harms(typed: str, kept: str) -> None:
    assert text(typed, most=100) == kept


def test_a_text_of_one_line_has_spaces_for_line_ends() -> None:
    assert text("a\nb\tc\r\nd", most=10, lines=False) == "a b c d"


@pytest.mark.parametrize(
    "typed", ["", " \n ", "\u200b\u2060", "\u202e", "\x00", "\u3164", "\u2800", "\ufe0f", "\u200d"]
)
def test_a_text_without_ink_is_empty(typed: str) -> None:
    assert text(typed, least=0, most=10) == ""
    with pytest.raises(ValidationError, match=r"^Write some text\.$"):
        text(typed, most=10)


def test_a_texts_length_is_counted_as_telegram_does() -> None:
    assert text("🦊🦊", most=4) == "🦊🦊"
    with pytest.raises(ValidationError, match=r"^Write at most 3 characters; these are 4\.$"):
        text("🦊🦊", most=3)
    with pytest.raises(ValidationError, match=r"^Write at least 5 characters; these are 4\.$"):
        text("🦊🦊", least=5, most=9)


@pytest.mark.parametrize(
    ("typed", "most", "kept"),
    [
        ("Hello", 4, "Hell"),
        ("Hello", 9, "Hello"),
        ("🦊🦊", 3, "🦊"),
        ("ab👩\u200d👧", 5, "ab"),
        ("🦊", 1, ""),
        ("x", 0, ""),
    ],
)
def test_a_cut_leaves_characters_whole(typed: str, most: int, kept: str) -> None:
    assert cut_to(typed, most) == kept


@pytest.mark.parametrize(
    ("payload", "source"),
    [("poster", "poster"), ("", ""), ("a" * 70, "a" * 64), ("tab\there\u202e", "tabhere")],
)
def test_a_deep_links_payload_is_cut_to_what_prints(payload: str, source: str) -> None:
    assert deep_link_source(payload) == source


def test_storable_text_has_no_null_and_no_lone_surrogate() -> None:
    assert storable("a\x00b\ud800c🦊") == "ab?c🦊"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("abc", "abc"),
        ("a\n\u202eb\x00\ud800  c", "a b c"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("\u200b" * 1_000_000, "…"),
    ],
)
def test_an_answer_repeats_little_and_nothing_that_hides(typed: str, seen: str) -> None:
    assert shown(typed) == seen


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("", []),
        (" one  two\n", ["one", "two"]),
        ('say "good morning" now', ["say", "good morning", "now"]),
        ("'a b' “c d” «e f» „g h“ ‘i j’", ["a b", "c d", "e f", "g h", "i j"]),
        ('"open end', ['"open', "end"]),
        ("don't rock 'n' roll", ["don't", "rock", "n", "roll"]),
        ("'don't do it' x", ["don't do it", "x"]),
        ('a "" b', ["a", "", "b"]),
        ('5" 6"', ['5"', '6"']),
        ('“mixed quotes"', ["“mixed", 'quotes"']),
    ],
)
def test_words_are_joined_by_quotes(typed: str, parts: list[str]) -> None:
    assert [word.text for word in words(typed)] == parts


def test_words_know_where_they_stand() -> None:
    assert words(" ab «c d»") == [Word("ab", 1, 3), Word("c d", 4, 9)]


def test_sentences_are_in_the_persons_language() -> None:
    with translation.override("ru"), pytest.raises(ValidationError, match=r"^Напишите число от 1 до 5\.$"):
        integer("6", least=1, most=5)
