"""Polling as a duty: looked back at when it begins, rebuilt when it dies or hangs, given up when that does not help."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.database import in_database
from botcore.exceptions import ConfigurationError
from botcore.inbox import store
from botcore.inbox.envelope import Envelope, read_envelope
from botcore.intake.supervisor import DEAF_SECONDS, HANG_SECONDS, PollingError, PollingSupervisor
from botcore.intake.watch import Watch
from botcore.models import Heartbeat, Lease
from botcore.runtime.duty import Duty

BOT = 1
ME = "host:1-0001"
LOG = "botcore.intake.supervisor"
PATIENCE = 30  # seconds: a bound for a machine under load

Loop = Callable[[], Awaitable[None]]


def update(number: int) -> Envelope:
    """Return an update as the poller hands it on."""
    return read_envelope({"update_id": number, "message": {"chat": {"id": 1}}})


class SupervisorTests(TestCase):
    """A supervisor with poll loops made by the tests, and a watch whose clock they move."""

    def setUp(self) -> None:
        """Make the watch."""
        self.now = 0.0
        self.told: list[tuple[str, str, str]] = []
        self.begun = self.ended = self.reconnected = 0
        self.watch = Watch(self.tell, clock=lambda: self.now)

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    async def reconnect(self) -> None:
        """Count."""
        self.reconnected += 1

    async def poll(self) -> None:
        """Be a loop that neither dies nor ends."""
        self.watch.begin()
        self.begun += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.ended += 1

    def supervisor(self, poll: Loop | None = None) -> PollingSupervisor:
        """Make one."""
        return PollingSupervisor(
            bot_id=BOT,
            process=ME,
            duty=Duty("poller:1", ME),
            poll=poll or self.poll,
            reconnect=self.reconnect,
            poll_seconds=25,
            watch=self.watch,
            tell=self.tell,
        )

    async def run_until(self, supervisor: PollingSupervisor, condition: Callable[[], bool]) -> None:
        """Run it until the condition holds, or it ends with an error."""
        running = asyncio.create_task(supervisor.run())
        async with asyncio.timeout(PATIENCE):
            while not condition() and not running.done():
                await asyncio.sleep(0.001)
        running.cancel()
        await asyncio.wait({running})
        self.assertEqual((await Lease.objects.aget()).owner, "")
        if not running.cancelled():
            running.result()

    async def test_a_loop_that_dies_is_rebuilt_three_times_and_then_the_process_ends(self) -> None:
        async def dies() -> None:
            self.begun += 1
            raise KeyError("a bug")

        with self.assertLogs(LOG, "ERROR") as logs, self.assertRaisesRegex(PollingError, "KeyError.*4 times in 600 s"):
            await self.run_until(self.supervisor(dies), lambda: False)
        self.assertEqual((self.begun, self.reconnected), (4, 3))
        self.assertIn("KeyError", logs.output[0])
        rebuilt = ("poller", "error", "Polling ended (KeyError: 'a bug'); it is rebuilt.")
        self.assertEqual(
            self.told, [rebuilt] * 3 + [("poller", "error", "Polling ended (KeyError: 'a bug'); the process ends.")]
        )

    async def test_a_loop_that_ends_or_is_cancelled_from_elsewhere_is_a_death_too(self) -> None:
        async def ends() -> None:
            pass

        async def cancelled() -> None:
            raise asyncio.CancelledError

        for loop, words in ((ends, "polling ended,"), (cancelled, "polling was cancelled,")):
            with self.subTest(words), self.assertRaisesRegex(PollingError, words):
                await self.run_until(self.supervisor(loop), lambda: False)

    async def test_a_wrong_set_up_passes_through_at_once(self) -> None:
        async def rejected() -> None:
            self.begun += 1
            raise ConfigurationError("the sentence")

        with self.assertRaisesRegex(ConfigurationError, "the sentence"):
            await self.run_until(self.supervisor(rejected), lambda: False)
        self.assertEqual((self.begun, self.told), (1, []))

    async def test_a_loop_that_hangs_is_ended_and_rebuilt(self) -> None:
        def seen() -> bool:
            if self.begun == 1:
                self.now = 25 + HANG_SECONDS + 1
            return self.begun == 2

        await self.run_until(self.supervisor(), seen)
        self.assertEqual((self.begun, self.ended, self.reconnected), (2, 2, 1))
        self.assertEqual(self.told, [("poller", "error", "Polling hung for 86 s; it is rebuilt.")])

    async def test_a_loop_without_an_answer_gets_new_connections_and_goes_on(self) -> None:
        def seen() -> bool:
            if self.begun and self.reconnected < 2:
                self.now += DEAF_SECONDS / 1000
                self.watch.failed()
            return self.reconnected == 2

        await self.run_until(self.supervisor(), seen)
        self.assertEqual((self.begun, self.told), (1, []))
        self.assertGreater(self.watch.deaf_for(), 2 * DEAF_SECONDS)

    async def test_a_stop_ends_the_loop_and_its_trouble(self) -> None:
        def trouble() -> bool:
            if self.begun and not self.watch.trouble:
                self.watch.conflict("terminated by other getUpdates request")
            return bool(self.watch.trouble)

        with self.assertLogs("botcore.intake.watch", "INFO"):
            await self.run_until(self.supervisor(), trouble)
        self.assertEqual((self.begun, self.ended, self.watch.trouble), (1, 1, ""))

    async def heartbeat(self, process: str, *, hours_ago: float) -> None:
        """Let a process have been heard of."""
        at = timezone.now() - timedelta(hours=hours_ago)
        await Heartbeat.objects.acreate(
            process=process, role="bot", version="1", state="stopped", bot_id=BOT, started_at=at, beat_at=at
        )

    async def test_an_outage_is_told_when_polling_begins(self) -> None:
        await self.heartbeat("host:2-0002", hours_ago=30)
        await self.heartbeat(ME, hours_ago=0)
        await self.run_until(self.supervisor(), lambda: self.begun > 0)
        self.assertEqual(self.told, [("outage", "error", "down 30 h; up to 6 h of updates are gone")])

    async def test_a_clock_set_back_by_an_hour_is_no_outage(self) -> None:
        await self.heartbeat("host:2-0002", hours_ago=-1)
        await self.run_until(self.supervisor(), lambda: self.begun > 0)
        self.assertEqual(self.told, [])

    async def test_a_duty_that_comes_back_to_the_same_process_is_no_outage(self) -> None:
        await self.heartbeat("host:2-0002", hours_ago=30)
        self.watch.answered()  # this process polled a moment ago
        await self.run_until(self.supervisor(), lambda: self.begun > 0)
        self.assertEqual(self.told, [])

    async def test_a_gap_is_told_with_the_first_updates_and_never_again(self) -> None:
        await in_database(store.accept, BOT, [update(100)])
        supervisor = self.supervisor()
        await self.run_until(supervisor, lambda: self.begun > 0)
        supervisor.came([])
        supervisor.came([update(105), update(104)])
        supervisor.came([update(200)])
        self.assertEqual(
            [(kind, text.split(":")[0]) for kind, _, text in self.told],
            [("gap", "3 updates before number 104 never came")],
        )
