"""Fingerprints and references: what is one problem, and the code that finds it."""

import string

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TimedOut

from botcore.connection.errors import NotConnected, UncertainTimeoutError
from botcore.errors.fingerprint import chain, fingerprint, fingerprint_of_words
from botcore.errors.reference import fingerprint_range, make_reference, normalised, prefix_of, update_in


def caught(raise_it: object, *args: object) -> BaseException:
    """Return what a function raises."""
    try:
        raise_it(*args)  # type: ignore[operator]
    except BaseException as exc:  # noqa: BLE001
        return exc
    raise AssertionError


def divide(by: int) -> float:
    """Fail on one line."""
    return 1 / by


def divide_elsewhere(by: int) -> float:
    """Fail in the same way in another function."""
    return 1 / by


def deeply(depth: int) -> None:
    """Fail after so many calls of itself."""
    if depth:
        deeply(depth - 1)
    raise ValueError


def wrapped(cause: BaseException) -> None:
    """Fail because of something else."""
    raise RuntimeError("no") from cause


def raises(error: BaseException) -> BaseException:
    """Return the error with a traceback."""

    def fail() -> None:
        raise error

    return caught(fail)


class FingerprintTests(SimpleTestCase):
    """What is one problem."""

    def test_the_function_and_the_handler_tell_problems_apart_and_the_text_does_not(self) -> None:
        first = fingerprint(caught(divide, 0))
        self.assertRegex(first, r"^[0-9a-f]{12}$")
        self.assertEqual(first, fingerprint(caught(divide, 0)))
        self.assertNotEqual(first, fingerprint(caught(divide_elsewhere, 0)))
        self.assertNotEqual(first, fingerprint(caught(divide, 0), "start.start"))
        texts = [fingerprint(raises(ValueError(text))) for text in ("one", "two")]
        self.assertEqual(texts[0], texts[1])

    def test_recursion_of_any_depth_is_one_problem(self) -> None:
        self.assertEqual(fingerprint(caught(deeply, 3)), fingerprint(caught(deeply, 90)))

    def test_the_cause_belongs_to_the_problem(self) -> None:
        one, other = caught(wrapped, caught(divide, 0)), caught(wrapped, caught(deeply, 1))
        self.assertNotEqual(fingerprint(one), fingerprint(other))

    def test_passing_failures_of_telegram_are_one_group_each_wherever_they_happen(self) -> None:
        self.assertEqual(fingerprint(raises(TimedOut())), fingerprint(UncertainTimeoutError("x"), "start.start"))
        self.assertEqual(fingerprint(raises(NetworkError("a"))), fingerprint(NotConnected("b")))
        kinds = {fingerprint(error) for error in (TimedOut(), NetworkError("x"), RetryAfter(3))}
        self.assertEqual(len(kinds), 3)

    def test_refusals_differ_by_their_text_without_its_numbers(self) -> None:
        same = [fingerprint(raises(BadRequest(f"Chat {number} not found"))) for number in (1, 22)]
        self.assertEqual(same[0], same[1])
        self.assertNotEqual(same[0], fingerprint(raises(BadRequest("Message is too long"))))
        self.assertNotEqual(fingerprint(ChatMigrated(5)), fingerprint(NetworkError("x")))

    def test_an_error_without_a_traceback_differs_by_its_text(self) -> None:
        self.assertEqual(fingerprint(ValueError("row 1")), fingerprint(ValueError("row 2")))
        self.assertNotEqual(fingerprint(ValueError("row 1")), fingerprint(ValueError("column 1")))

    def test_a_chain_is_followed_ten_links_and_never_in_a_circle(self) -> None:
        error = RuntimeError("0")
        for number in range(100):
            try:
                raise RuntimeError(str(number)) from error
            except RuntimeError as exc:
                error = exc
        self.assertEqual(len(list(chain(error))), 10)
        one, other = ValueError(), ValueError()
        one.__cause__, other.__cause__ = other, one
        self.assertEqual(list(chain(one)), [one, other])
        self.assertEqual(len(fingerprint(one)), 12)

    def test_addresses_and_what_people_wrote_make_no_new_problem(self) -> None:
        lines = [fingerprint_of_words("asyncio", f"Unclosed session <x at 0x7f3c{n}>") for n in ("2b1d5a90", "bcafe10")]
        self.assertEqual(lines[0], lines[1])
        tags = [fingerprint(raises(BadRequest(f'Unsupported start tag "{tag}"'))) for tag in ("x", "y")]
        self.assertEqual(tags[0], tags[1])

    def test_a_log_line_is_known_by_its_logger_and_its_template(self) -> None:
        self.assertEqual(fingerprint_of_words("a", "lane %s"), fingerprint_of_words("a", "lane %s"))
        self.assertNotEqual(fingerprint_of_words("a", "lane %s"), fingerprint_of_words("b", "lane %s"))


class ReferenceTests(SimpleTestCase):
    """The code in an apology."""

    @given(st.text("0123456789abcdef", min_size=12, max_size=12), st.integers(1, 2**63 - 1))
    def test_it_leads_back_to_the_group_and_to_the_update(self, value: str, pk: int) -> None:
        code = make_reference(value, pk)
        self.assertEqual(normalised(code), code)
        self.assertEqual(update_in(code), pk)
        start, end = fingerprint_range(code)
        self.assertTrue(start <= value <= end)
        self.assertEqual(prefix_of(value), code[:4])

    def test_it_is_found_however_a_person_types_it(self) -> None:
        for typed in ("7k2q-x9mb", " 7K2Q X9MB ", "7K2QX9MB"):
            self.assertEqual(normalised(typed), "7K2Q-X9MB")
        self.assertEqual(normalised("oil0-oil0"), "0110-0110")
        for wrong in ("", "7K2Q", "7K2Q-", "ValueError", "7K2Q-X9MB-" * 9, "7K2Q-X9ÜB", "٣٣٣٣-٣٣٣٣"):
            self.assertEqual(normalised(wrong), "", wrong)

    def test_its_letters_cannot_be_mistaken(self) -> None:
        self.assertFalse(set("ILOU") & set(make_reference("f" * 12)))
        self.assertRegex(make_reference("f" * 12, -1), r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
        self.assertTrue(set(make_reference("f" * 12)) <= {*string.ascii_uppercase, *string.digits, "-"})
