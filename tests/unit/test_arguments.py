"""What stands behind commands: words to values, and how a mistake is pointed out."""

from datetime import timedelta
from typing import Any
from unittest import TestCase

from botcore.pipeline.arguments import (
    Argument,
    ArgumentError,
    Choice,
    Duration,
    Integer,
    Name,
    Person,
    Text,
    Typed,
    read,
    usage,
)
from botcore.registry import checked
from botcore.validators import ChatReference

BAN = (Person("who"), Duration("for", default=None), Text("reason", default=""))


def values(text: str, arguments: tuple[Argument, ...] = BAN, **message: int) -> dict[str, Any]:
    """Read what stands behind a command."""
    return read(arguments, Typed(text, **message)).values


class ReadingTests(TestCase):
    """Right ones."""

    def test_all_that_is_given(self) -> None:
        found = values("@bobby 2h30m he spams,  a lot")
        self.assertEqual(found["who"], ChatReference(username="bobby"))
        self.assertEqual(found["for"], timedelta(hours=2, minutes=30))
        self.assertEqual(found["reason"], "he spams,  a lot")

    def test_what_may_be_left_out(self) -> None:
        self.assertEqual(values("42"), {"who": ChatReference(id=42), "for": None, "reason": ""})

    def test_a_word_that_is_no_duration_belongs_to_the_next(self) -> None:
        self.assertEqual(values("42 spam")["reason"], "spam")

    def test_the_person_of_the_message_that_is_answered(self) -> None:
        self.assertEqual(values("1h spam", reply_to=7)["who"], ChatReference(id=7))
        self.assertEqual(values("", reply_to=7)["who"], ChatReference(id=7))

    def test_the_author_of_a_forwarded_message_counts_more_than_who_forwarded_it(self) -> None:
        self.assertEqual(values("", reply_to=7, forwarded_from=8)["who"], ChatReference(id=8))

    def test_a_name_counts_more_than_the_message(self) -> None:
        self.assertEqual(values("@bobby", reply_to=7)["who"], ChatReference(username="bobby"))

    def test_quotes_join_words(self) -> None:
        self.assertEqual(values('"two words"', (Name("name"),))["name"], "two words")

    def test_numbers_and_choices(self) -> None:
        found = values("12 ON", (Integer("count", least=1, most=20), Choice("state", among=("on", "off"))))
        self.assertEqual(found, {"count": 12, "state": "on"})


class MistakeTests(TestCase):
    """Wrong ones."""

    def mistake(self, text: str, arguments: tuple[Argument, ...] = BAN) -> ArgumentError:
        """Return the complaint."""
        with self.assertRaises(ArgumentError) as raised:
            values(text, arguments)
        return raised.exception

    def test_the_wrong_word_is_pointed_out(self) -> None:
        error = self.mistake("@bobby 5x spam")
        self.assertEqual((error.before, error.wrong, error.after), ("@bobby ", "5x", " spam"))

    def test_a_missing_word(self) -> None:
        error = self.mistake("")
        self.assertEqual((error.before, error.wrong), ("", ""))
        self.assertIn("Name a person", str(error))
        self.assertIn("count", str(self.mistake("", (Integer("count"),))))

    def test_too_many_words(self) -> None:
        error = self.mistake("5 6 7", (Integer("count"),))
        self.assertEqual((error.before, error.wrong, error.after), ("5 ", "6", " 7"))

    def test_no_word_where_none_is_taken(self) -> None:
        self.assertEqual(self.mistake("now", ()).wrong, "now")

    def test_a_choice_that_is_nearly_right(self) -> None:
        self.assertIn("of", str(self.mistake("of", (Choice("state", among=("on", "off")),))))

    def test_what_was_typed_is_shown_in_part_only(self) -> None:
        error = self.mistake("x" * 100_000)
        self.assertLess(len(error.before + error.wrong + error.after), 200)


class DeclarationTests(TestCase):
    """What a decorator may say."""

    def test_usage(self) -> None:
        self.assertEqual(usage("ban", BAN), "/ban who [for] [reason…]")

    def test_the_rest_comes_last(self) -> None:
        with self.assertRaisesRegex(ValueError, "must be the last"):
            checked("x", [Text("all"), Name("name")])

    def test_what_must_be_given_comes_first(self) -> None:
        with self.assertRaisesRegex(ValueError, "stands before"):
            checked("x", [Name("name", default=""), Integer("count")])

    def test_names_are_told_apart(self) -> None:
        with self.assertRaisesRegex(ValueError, "same name"):
            checked("x", [Name("name"), Integer("name")])
