"""Handlers that fail: tried again with their errors kept, dead after the last attempt, never twice where it counts."""

from django.conf import settings
from django.test import override_settings
from prometheus_client import Histogram
from telegram import Update as TelegramUpdate
from telegram.error import RetryAfter, TimedOut

from botcore import metrics
from botcore.connection.link_watch import LinkWatch
from botcore.exceptions import Postponed, UserError
from botcore.inbox.models import FailedAttempt, OnceKey, State
from botcore.pipeline.attempt import back_off
from botcore.pipeline.context import Context
from botcore.registry import command
from tests.telegram import BotTestCase

failures: dict[str, int] = {}  # how often each command still fails


def fail_if_due(name: str) -> None:
    """Fail as often as the test asked for."""
    if failures.get(name, 0) > 0:
        failures[name] -= 1
        raise ConnectionError(f"{name} is down")


@command("pay")
async def pay(_update: TelegramUpdate, context: Context) -> None:
    """Do something that may not happen twice, then fail."""
    if await context.once("charge"):
        await context.tell("charged")
    fail_if_due("pay")
    await context.tell("paid")


@command("register")
async def register(_update: TelegramUpdate, context: Context) -> None:
    """Take each number once, whoever sends it, however often."""
    first = await context.once("number 7", across_updates=True)
    await context.tell("welcome" if first else "known already")


@command("fragile", retry=False)
async def fragile(_update: TelegramUpdate, _context: Context) -> None:
    """Fail once and for all."""
    fail_if_due("fragile")


@command("age")
async def age(_update: TelegramUpdate, _context: Context) -> None:
    """Complain about the person's words."""
    raise UserError("Please send your age as a number.")


@command("unlucky")
async def unlucky(_update: TelegramUpdate, _context: Context) -> None:
    """Meet a Telegram that does not answer."""
    if failures.get("unlucky", 0) > 0:
        failures["unlucky"] -= 1
        raise TimedOut


@command("unlucky_once", retry=False)
async def unlucky_once(_update: TelegramUpdate, _context: Context) -> None:
    """Meet it where no second attempt is wanted."""
    raise TimedOut


def counted(metric: Histogram) -> tuple[float, float]:
    """Return how many were measured, and their sum."""
    found = {sample.name.rpartition("_")[2]: sample.value for sample in next(iter(metric.collect())).samples}
    return found["count"], found["sum"]


class AwayTests(BotTestCase):
    """A Telegram that does not answer is not the handler's fault."""

    features = (unlucky, unlucky_once)

    async def asked(self, text: str, *, link_is_up: bool) -> None:
        """Let Alice write while the link is in this state."""
        application = await self.bot()
        link = LinkWatch("http://telegram", tell=self.tell)
        if link_is_up:
            link.note(ok=True, seconds=0.1, method="getMe")
        application.bot_data["link"] = link
        with self.assertLogs("botcore.pipeline.guard", "WARNING"):
            await self.alice.says(text)

    async def test_while_it_is_away_the_last_attempt_is_not_counted(self) -> None:
        failures["unlucky"] = 5
        with self.assertRaises(Postponed):  # the worker gives the lane back and comes again
            await self.asked("/unlucky", link_is_up=False)
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.PENDING, settings.BOT_ATTEMPTS - 1))

    async def test_while_the_link_is_up_it_is(self) -> None:
        failures["unlucky"] = 5
        await self.asked("/unlucky", link_is_up=True)
        self.assertEqual((await self.newest_update()).state, State.DEAD)

    async def test_what_must_not_be_tried_again_is_not(self) -> None:
        for attempts in (3, 1):
            with override_settings(BOT_ATTEMPTS=attempts):
                await self.asked("/unlucky_once", link_is_up=False)
            self.assertEqual((await self.newest_update()).state, State.DEAD)


class RetryTests(BotTestCase):
    """What becomes of an update whose handler fails."""

    features = (pay, register, fragile, age)

    def setUp(self) -> None:
        """Let nothing fail yet."""
        super().setUp()
        failures.clear()

    async def test_a_passing_failure_is_tried_again_and_the_person_hears_nothing_of_it(self) -> None:
        failures["pay"] = 2
        with self.assertLogs("botcore.pipeline.guard", "ERROR") as logs:
            await self.alice.says("/pay")
        self.assertEqual(self.alice.answers, ["charged", "paid"])
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts, update.error), (State.DONE, 3, ""))
        kept = [(row.number, row.error, row.handler) async for row in FailedAttempt.objects.order_by("id")]
        error, handler = "ConnectionError: pay is down", "test_retries.pay"
        self.assertEqual([(number, text) for number, text, _ in kept], [(1, error), (2, error)])
        self.assertTrue(all(name.endswith(handler) for _, _, name in kept))
        self.assertIn("attempt 1 of 3", logs.output[0])

    async def test_what_its_person_waits_is_measured_once_with_all_attempts(self) -> None:
        failures["pay"] = 2
        before = [counted(metric) for metric in (metrics.UPDATE_LATENCY, metrics.UPDATE_PROCESSING)]
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/pay")
        after = [counted(metric) for metric in (metrics.UPDATE_LATENCY, metrics.UPDATE_PROCESSING)]
        self.assertEqual([now[0] - then[0] for now, then in zip(after, before, strict=True)], [1, 3])
        update = await self.newest_update()
        assert update.latency_ms is not None
        self.assertAlmostEqual(after[0][1] - before[0][1], update.latency_ms / 1000, places=5)

    async def test_after_the_last_attempt_it_is_a_dead_letter_and_the_lane_goes_on(self) -> None:
        failures["pay"] = 99
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/pay")
        dead = await self.newest_update()
        self.assertEqual((dead.state, dead.attempts, dead.error), (State.DEAD, 3, "ConnectionError: pay is down"))
        self.assertEqual(await FailedAttempt.objects.filter(update=dead).acount(), 3)
        self.assertEqual(len([text for text in self.alice.answers if "wrong" in text]), 1, "one apology, at the end")
        await self.alice.says("/register")
        self.assertEqual(self.alice.sees, "welcome")

    @override_settings(BOT_ATTEMPTS=5)
    async def test_the_number_of_attempts_is_a_setting(self) -> None:
        failures["pay"] = 4
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/pay")
        self.assertEqual((await self.newest_update()).state, State.DONE)

    async def test_a_handler_can_ask_for_a_single_attempt(self) -> None:
        failures["fragile"] = 1
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/fragile")
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DEAD, 1))

    async def test_a_persons_mistake_is_told_and_never_retried(self) -> None:
        await self.alice.says("/age")
        self.assertEqual(self.alice.answers, ["Please send your age as a number."])
        update = await self.newest_update()
        self.assertEqual((update.state, update.attempts), (State.DONE, 1))
        self.assertEqual(await FailedAttempt.objects.acount(), 0)

    async def test_the_same_failure_has_the_same_group_whenever_it_happens(self) -> None:
        failures["pay"] = 99
        with self.assertLogs("botcore.pipeline.guard", "ERROR"):
            await self.alice.says("/pay")
            first = await self.newest_update()
            await self.bob.says("/pay")
            second = await self.newest_update()
            failures["fragile"] = 1
            await self.bob.says("/fragile")
        self.assertRegex(first.error_group, "^[0-9a-f]{12}$")
        self.assertEqual(first.error_group, second.error_group)

    async def test_once_is_once_for_each_update_or_for_all(self) -> None:
        for writer, answer in ((self.alice, "welcome"), (self.alice, "known already"), (self.charlie, "known already")):
            await writer.says("/register")
            self.assertEqual(writer.sees, answer)
        await self.alice.says("/pay")
        await self.alice.says("/pay")
        self.assertEqual(self.alice.answers[2:], ["charged", "paid", "charged", "paid"])
        self.assertEqual(await OnceKey.objects.acount(), 3)
        self.assertEqual((await OnceKey.objects.aget(update=None)).key, "number 7")  # it outlives the update

    def test_the_wait_grows_and_obeys_telegram(self) -> None:
        error = ValueError()
        waits = [back_off(number, error) for number in (1, 2, 3, 4, 20)]
        for wait, middle in zip(waits, (2, 8, 32, 128, 300), strict=True):
            self.assertTrue(0.75 * middle <= wait <= 1.25 * middle, (wait, middle))
        self.assertGreaterEqual(back_off(1, RetryAfter(77)), 77)
