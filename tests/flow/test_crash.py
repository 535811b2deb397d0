"""/crash: an error of each class on purpose; what the person reads, and what becomes of the update."""

import threading
from collections.abc import Callable
from unittest import mock

from django.conf import settings
from django.test import override_settings

from botcore import crashes, handlers
from botcore.errors import hooks
from botcore.exceptions import Postponed
from botcore.handlers import crash
from botcore.inbox.models import State
from botcore.registry import Registry
from tests.telegram import BotTestCase

APOLOGY = "Something went wrong here. It is not your fault, and it was noted."
LATER = "This does not work right now. Please try again later."
REFERENCE = r"Reference: [0-9A-Z]{4}-[0-9A-Z]+$"


class AbsentTests(BotTestCase):
    """Without the sandbox there is no such command."""

    async def test_it_is_unknown_outside_the_sandbox(self) -> None:
        await self.alice.says("/crash bug")
        self.assertIn("I do not know /crash", self.alice.sees)
        await self.alice.says("/help")
        self.assertNotIn("/crash", self.alice.sees)

    async def test_telegram_is_asked_for_its_updates_in_the_sandbox_only(self) -> None:
        self.assertFalse(settings.BOT_SANDBOX)
        here = {feature.name for feature in Registry.discover(handlers).features}
        with override_settings(BOT_SANDBOX=True):
            there = {feature.name for feature in Registry.discover(handlers).features}
        self.assertEqual(there - here, {"crash.crash", "crash.press"})


@override_settings(BOT_SANDBOX=True)
class CrashTests(BotTestCase):
    """What each class of error does."""

    async def ends(self, name: str, state: State, attempts: int = 1, error: str = "") -> None:
        """Check the update's state, its failed attempts, and how its error begins."""
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (state, attempts), name)
        self.assertTrue(update.error.startswith(error), f"{name}: {update.error}")

    async def test_shows_a_button_for_each_and_stands_in_the_help(self) -> None:
        await self.alice.says("/crash")
        self.assertIn("Which error shall I make?", self.alice.sees)
        self.assertEqual(self.alice.buttons, list(crashes.CRASHES))
        await self.bob.says("/help")
        self.assertIn("/crash – Нарочно вызвать ошибку", self.bob.sees)

    async def test_a_bug_is_tried_again_and_ends_in_an_apology_with_a_reference(self) -> None:
        errors = {
            "bug": "ValueError: no answer from https://api.telegram.org/bot",
            "BadRequest": "BadRequest: ",
            "hostile": "ValueError: <script>",
            "chain": "RuntimeError: the end of a long chain",
            "unshowable": "ValueError: 2",
            "database": "",
        }
        for name, error in errors.items():
            with self.subTest(name), self.assertLogs("botcore.pipeline.guard", "ERROR"):
                await self.alice.says(f"/crash {name}")
                self.assertIn(APOLOGY, self.alice.sees)
                self.assertRegex(self.alice.sees, REFERENCE)
                await self.ends(name, State.DEAD, settings.BOT_ATTEMPTS, error)

    async def test_a_persons_mistake_is_told_and_done(self) -> None:
        told = {
            "UserError": "That did not work. Please check what you sent.",
            "ValidationError": "This is not what was asked for.",
            "PermissionDenied": "This is for the people behind this bot only.",
            "no such": "Choose one of: BadRequest, ",
        }
        for name, sentence in told.items():
            with self.subTest(name), self.assertNoLogs("botcore.pipeline.guard", "WARNING"):
                await self.alice.says(f"/crash {name}")
                self.assertTrue(self.alice.sees.startswith(sentence), self.alice.sees)
                await self.ends(name, State.DONE)

    async def test_passing_trouble_is_tried_again_and_told_after_the_last_attempt(self) -> None:
        told = {
            "TemporaryError": LATER,
            "TimedOut": LATER,
            "NetworkError": LATER,
            "RateLimited": "That was too much at once. Please wait a moment and try again.",
        }
        for name, sentence in told.items():
            with self.subTest(name), self.assertLogs("botcore.pipeline.guard", "WARNING") as logs:
                before = len(self.alice.answers)
                await self.alice.says(f"/crash {name}")
                self.assertEqual(self.alice.answers[before:], [sentence])
                await self.ends(name, State.DEAD, settings.BOT_ATTEMPTS)
                self.assertEqual([record.levelname for record in logs.records], ["WARNING", "WARNING", "ERROR"])

    async def test_a_chat_that_is_gone_is_no_error(self) -> None:
        for name in ("ChatGone", "Forbidden"):
            with self.subTest(name), self.assertNoLogs("botcore.pipeline.guard", "WARNING"):
                await self.alice.says(f"/crash {name}")
                self.assertEqual(self.alice.answers, [])
                await self.ends(name, State.DONE, 1, name)

    async def test_what_dies_beside_the_handler_leaves_the_update_done(self) -> None:
        for name, logger in (("task", "asyncio"), ("log", "botcore.crashes"), ("thread", hooks.logger.name)):
            with self.subTest(name), self.assertLogs(logger, "ERROR"):
                with mock.patch("threading.excepthook", hooks._in_thread):  # as in a real process
                    await self.alice.says(f"/crash {name}")
                    join(lambda thread: thread.name == "crash")
                self.assertEqual(self.alice.sees, "Done. Look what became of it.")
                await self.ends(name, State.DONE)

    async def test_a_button_makes_it_too(self) -> None:
        await self.bob.says("/crash")
        notices = await self.bob.presses("UserError")
        self.assertEqual(len(notices), 1)
        self.assertTrue(notices[0])
        await self.ends("UserError", State.DONE)
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.bob.presses("bug")
        await self.ends("bug", State.DEAD, settings.BOT_ATTEMPTS)

    async def test_only_owners_end_the_process_and_their_update_waits(self) -> None:
        await self.bob.says("/crash configuration")
        await self.ends("configuration", State.DONE)
        await self.bob.forges("crash:configuration")
        await self.ends("configuration", State.DONE)
        with self.assertLogs("botcore.pipeline.guard", "CRITICAL"), self.assertRaises(Postponed):
            await self.alice.says("/crash configuration")
        await self.ends("configuration", State.PENDING, 0)

    async def test_every_kind_is_tried_here(self) -> None:
        beside, mistakes = {"task", "thread", "log"}, {"UserError", "ValidationError", "PermissionDenied"}
        passing, gone = {"TemporaryError", "TimedOut", "NetworkError", "RateLimited"}, {"ChatGone", "Forbidden"}
        bugs = {"bug", "BadRequest", "hostile", "chain", "unshowable", "database"}
        self.assertEqual(set(crashes.CRASHES), beside | mistakes | passing | gone | bugs)
        self.assertEqual([feature.sandbox for feature in (crash.crash, crash.press)], [True, True])


def join(chosen: Callable[[threading.Thread], bool]) -> None:
    """Wait for threads to end."""
    for thread in threading.enumerate():
        if chosen(thread):
            thread.join(60)
