"""The keeper: one process decides and delivers, whatever fails."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from unittest import mock

from django.db import OperationalError
from django.test import override_settings
from django.utils import timezone

from botcore.alerts import keeper
from botcore.alerts.keeper import AlertKeeper, again_and_again
from botcore.alerts.models import Alert, AlertChannel, AlertDelivery, DeliveryState, Reason
from botcore.errors.models import ErrorGroup
from tests.database.alerts import AlertCase
from tests.unit.smtp_server import MailServer
from tests.unit.wire import Wire, reply, says

PATIENCE = 30  # seconds: a bound for a machine under load
SMTP = "django.core.mail.backends.smtp.EmailBackend"


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Look until it has happened."""
    async with asyncio.timeout(PATIENCE):
        while not await happened():
            await asyncio.sleep(0.01)


@override_settings(TELEGRAM_ADMIN_IDS=[], ALERT_WEBHOOK_PRIVATE=True)
class KeeperTests(AlertCase):
    """A keeper that looks often."""

    def setUp(self) -> None:
        super().setUp()
        patched = mock.patch.object(keeper, "LOOK_SECONDS", 0.02)
        patched.start()
        self.addCleanup(patched.stop)

    async def run_until(self, happened: Callable[[], Awaitable[bool]], *, keepers: int = 1) -> None:
        """Let so many processes run until it has happened, and stop them."""
        tasks = [asyncio.create_task(AlertKeeper(f"process {number}").run()) for number in range(keepers)]
        try:
            await until(happened)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    async def ended() -> bool:
        """Tell whether every delivery has its end."""
        found = [row async for row in AlertDelivery.objects.all()]
        return bool(found) and all(row.finished_at for row in found)

    async def test_an_alert_is_delivered_by_mail_and_webhook(self) -> None:
        async with Wire() as wire, MailServer() as mails:
            where: dict[str, Any] = {"EMAIL_BACKEND": SMTP, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": mails.port}
            where |= {"ALERT_WEBHOOK_URL": f"http://127.0.0.1:{wire.port}/", "ALERT_EMAILS": ["bob@example.org"]}
            with override_settings(**where):
                await Alert.objects.acreate(reason=Reason.TEST, title="A test", at=timezone.now())
                await self.run_until(self.ended)
        self.assertEqual((len(wire.calls), len(mails.mails)), (1, 1))
        states = [row.state async for row in AlertDelivery.objects.all()]
        self.assertEqual(states, [DeliveryState.SENT, DeliveryState.SENT])

    async def test_of_many_processes_one_decides_and_delivers(self) -> None:
        async with Wire() as wire:
            where = override_settings(ALERT_WEBHOOK_URL=f"http://127.0.0.1:{wire.port}/")
            with where, mock.patch.object(AlertKeeper, "_work", autospec=True, side_effect=AlertKeeper._work) as works:
                await Alert.objects.acreate(reason=Reason.TEST, title="A test", at=timezone.now())
                await self.run_until(self.ended, keepers=3)
        self.assertEqual((len(wire.calls), works.call_count), (1, 1))

    async def test_a_channel_that_fails_is_red_and_makes_no_error_and_no_alert(self) -> None:
        async with Wire(says(reply(b"no", 404))) as wire:
            with override_settings(ALERT_WEBHOOK_URL=f"http://127.0.0.1:{wire.port}/"):
                await Alert.objects.acreate(reason=Reason.TEST, title="A test", at=timezone.now())
                await self.run_until(self.ended)
        channel = await AlertChannel.objects.aget()
        self.assertEqual(channel.last_error, "The webhook answered 404. no")
        self.assertIsNotNone(channel.failing_since)
        self.assertEqual((await Alert.objects.acount(), await ErrorGroup.objects.acount()), (1, 0))

    async def test_a_bug_in_one_delivery_holds_up_no_other(self) -> None:
        async with Wire() as wire:
            where = {"ALERT_WEBHOOK_URL": f"http://127.0.0.1:{wire.port}/", "ALERT_EMAILS": ["bob@example.org"]}
            with (
                override_settings(EMAIL_BACKEND="no.such.Backend", **where),
                self.assertLogs("botcore.alerts", logging.WARNING) as logs,
            ):
                await Alert.objects.acreate(reason=Reason.TEST, title="A test", at=timezone.now())
                await self.run_until(lambda: AlertChannel.objects.filter(name="webhook").aexists())
                await self.run_until(lambda: AlertChannel.objects.filter(name="email").aexists())
        self.assertIn("the delivery by email failed", logs.output[0])
        self.assertEqual(len(wire.calls), 1)

    async def test_spikes_are_looked_for_and_conditions_are_looked_at(self) -> None:
        with (
            mock.patch.object(keeper, "note_spikes", return_value=0) as spikes,
            mock.patch.object(keeper, "look_at_conditions", return_value=0) as conditions,
        ):

            async def has_looked() -> bool:
                return bool(spikes.called and conditions.called)

            await self.run_until(has_looked)


class LoopTests(AlertCase):
    """What keeps each job going."""

    async def test_the_database_may_be_away_and_come_back(self) -> None:
        outcomes: list[Exception | None] = [OperationalError("gone"), OperationalError("gone"), None, None]
        self.assertEqual(await self.runs(outcomes), 4)

    async def test_a_bug_is_logged_as_a_warning_that_is_recorded_and_the_loop_goes_on(self) -> None:
        with self.assertLogs("botcore.alerts", logging.WARNING) as logs:
            self.assertEqual(await self.runs([ValueError("a bug"), None]), 2)
        (record,) = logs.records
        self.assertEqual((record.levelname, record.capture), ("WARNING", True))  # type: ignore[attr-defined]
        self.assertIn("a bug", record.getMessage())

    async def runs(self, outcomes: Sequence[Exception | None]) -> int:
        """Let a job end so time after time; return how often it ran."""
        calls: list[Exception | None] = []
        done = asyncio.Event()

        async def job() -> None:
            outcome = outcomes[len(calls)]
            calls.append(outcome)
            if len(calls) == len(outcomes):
                done.set()
            if outcome:
                raise outcome

        task = asyncio.create_task(again_and_again(0.0, job))
        async with asyncio.timeout(PATIENCE):
            await done.wait()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return len(calls)
