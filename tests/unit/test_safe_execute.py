"""@safe_execute: errors end at the function, with a record and a fallback; what ends a task or a process does not."""

import asyncio
import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from unittest import mock

from django.core import exceptions as django
from django.test import SimpleTestCase
from django.utils import translation
from telegram.error import BadRequest, Forbidden, RetryAfter, TimedOut

from botcore import exceptions
from botcore.connection.translation import translated
from botcore.exceptions import (
    BotdeckError,
    ChatGone,
    PermissionDenied,
    RateLimited,
    TemporaryError,
    UserError,
    safe_execute,
    translate,
    use_translator,
)
from tests.database.captured import recorded


class SafeExecuteTests(SimpleTestCase):
    """Sync and async alike."""

    def test_the_fallback_takes_the_place_of_an_error_and_the_record_has_the_context(self) -> None:
        @safe_execute(fallback=-1, context=lambda number: {"number": number})
        def half(number: int) -> float:
            return number / 0

        with recorded() as records:
            self.assertEqual(half(4), -1)
        (record,) = records.records
        self.assertEqual((record["title"], record["source"]), ("ZeroDivisionError: division by zero", "job"))
        self.assertEqual(record["event"]["payload"]["context"]["number"], "4")
        self.assertIn("half", record["event"]["payload"]["context"]["job"])

    async def test_a_coroutine_function_stays_one(self) -> None:
        @safe_execute(fallback=lambda error: f"sorry: {error}")
        async def ask() -> str:
            await asyncio.sleep(0)
            raise KeyError("x")

        self.assertTrue(asyncio.iscoroutinefunction(ask))
        with self.assertLogs(__name__, "ERROR"):
            self.assertEqual(await ask(), "sorry: 'x'")

    def test_what_is_no_error_passes_unchanged(self) -> None:
        @safe_execute(fallback=0)
        def add(one: int, other: int = 2) -> int:
            """Add."""
            return one + other

        self.assertEqual((add(1), add(1, other=5), add.__name__, add.__doc__), (3, 6, "add", "Add."))

    def test_the_end_of_a_process_is_never_swallowed(self) -> None:
        for kind in (SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError):

            @safe_execute(fallback="swallowed", retry=3)
            def end(error: type[BaseException] = kind) -> str:
                raise error

            with self.assertRaises(kind):
                end()

    async def test_cancellation_is_never_swallowed(self) -> None:
        for kind in (SystemExit, KeyboardInterrupt, asyncio.CancelledError):

            @safe_execute(fallback="swallowed", retry=3)
            async def end(error: type[BaseException] = kind) -> str:
                raise error

            with self.assertRaises(kind):
                await end()

        @safe_execute(fallback="swallowed", retry=3)
        async def wait() -> str:
            await asyncio.Event().wait()
            return ""

        task = asyncio.create_task(wait())
        await asyncio.sleep(0)
        task.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await task

    def test_passing_trouble_is_tried_again_and_a_bug_is_not(self) -> None:
        use_translator(translated)
        self.enterContext(no_waiting())
        tries: list[type[Exception]] = []

        @safe_execute(fallback="gave up", retry=2)
        def ask(kind: type[Exception]) -> str:
            tries.append(kind)
            if len(tries) == 3 and kind is TemporaryError:
                return "third time lucky"
            raise kind

        self.assertEqual(ask(TemporaryError), "third time lucky")
        for kind, level in ((TimedOut, "WARNING"), (ValueError, "ERROR")):
            tries.clear()
            with self.assertLogs(__name__, level) as logs:
                self.assertEqual(ask(kind), "gave up")
            self.assertEqual(logs.records[0].levelname, level)
            self.assertEqual(len(tries), 3 if kind is TimedOut else 1)

    def test_a_flood_wait_is_waited_for(self) -> None:
        waits: list[float] = []
        self.enterContext(no_waiting(waits))

        @safe_execute(fallback=None, retry=1)
        def ask() -> None:
            raise RateLimited(seconds=42)

        with self.assertLogs(__name__, "WARNING"):
            ask()
        self.assertEqual(waits, [42])

    def test_what_shall_go_on_does(self) -> None:
        @safe_execute(fallback=0, reraise=(KeyError, OSError))
        def look(error: Exception) -> int:
            raise error

        with self.assertRaises(FileNotFoundError):
            look(FileNotFoundError())
        with self.assertLogs(__name__, "ERROR"):
            self.assertEqual(look(ValueError()), 0)

    def test_a_context_that_fails_costs_only_itself(self) -> None:
        @safe_execute(fallback=0, context=lambda: {"x": 1 / 0})
        def look() -> int:
            raise ValueError("the error at hand")

        with self.assertLogs(__name__, "ERROR") as logs:
            look()
        self.assertIn("the error at hand", logs.output[0])

    def test_a_function_with_some_of_its_arguments_is_guarded_under_its_own_name(self) -> None:
        def divide(number: int, by: int) -> float:
            return number / by

        with self.assertLogs(__name__, "ERROR") as logs:
            self.assertIsNone(safe_execute()(functools.partial(divide, 1))(0))
        self.assertIn("divide failed", logs.output[0])

    def test_a_fallback_or_a_context_that_fails_costs_only_itself(self) -> None:
        def divide(number: float) -> float:
            return 1 / number

        for plan in ({"fallback": lambda _error: 1 / 0}, {"context": lambda _number: None}, {"fallback": dict}):
            with self.subTest(plan), self.assertLogs(__name__, "ERROR"):
                self.assertIn(safe_execute(**plan)(divide)(0), (None, dict))

    def test_an_object_that_can_be_called_is_refused(self) -> None:
        class Called:
            async def __call__(self) -> None: ...

        with self.assertRaisesMessage(TypeError, "only functions"):
            safe_execute()(Called())

    def test_djangos_own_errors_are_known(self) -> None:
        self.assertEqual(str(translate(django.ValidationError(["One.", "Two."]))), "One. Two.")
        self.assertIsInstance(translate(django.PermissionDenied()), PermissionDenied)

    def test_a_generator_cannot_be_guarded(self) -> None:
        def numbers() -> Iterator[int]:
            yield 1

        with self.assertRaisesMessage(TypeError, "while it is read"):
            safe_execute()(numbers)


class TreeTests(SimpleTestCase):
    """The classes and their sentences."""

    def test_an_error_without_words_says_its_class_sentence_in_the_language_active_now(self) -> None:
        self.assertEqual(str(UserError()), "That did not work. Please check what you sent.")
        self.assertEqual(str(UserError("Too late.")), "Too late.")
        with translation.override("ru"):
            for kind in every_class(BotdeckError):
                self.assertRegex(str(kind()), "[а-я]", kind)

    def test_every_sentence_is_marked_for_translators(self) -> None:
        said = {(kind.__doc__ or "").partition("\n")[0] for kind in (BotdeckError, *every_class(BotdeckError))}
        ours = {text for text in said if text}
        self.assertEqual(ours, set(map(str, exceptions.SENTENCES)))

    def test_libraries_errors_are_translated_once(self) -> None:
        use_translator(translated)
        use_translator(translated)
        wait = translate(RetryAfter(7))
        self.assertIsInstance(wait, RateLimited)
        self.assertEqual(wait.seconds if isinstance(wait, RateLimited) else 0, 7)
        self.assertIsInstance(translate(TimedOut()), TemporaryError)
        self.assertIsInstance(translate(Forbidden("Forbidden: bot was blocked by the user")), ChatGone)
        self.assertIsNone(translate(BadRequest("no")))
        self.assertIsNone(translate(ValueError()))
        self.assertEqual(exceptions._translators.count(translated), 1)


def every_class(root: type[BotdeckError]) -> list[type[BotdeckError]]:
    """Return the classes of the tree that belong to the project."""
    found = [kind for kind in root.__subclasses__() if kind.__module__ == "botcore.exceptions"]
    return [*found, *(below for kind in found for below in every_class(kind))]


def no_waiting(waits: list[float] | None = None) -> AbstractContextManager[object]:
    """Let tenacity's pauses pass at once, and note them."""
    return mock.patch("tenacity.nap.time.sleep", ([] if waits is None else waits).append)
