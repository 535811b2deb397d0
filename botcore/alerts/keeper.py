"""The keeper: one process of all decides about alerts and delivers them; the others stand by.

Whatever fails here is logged as a warning and shown on the page; it never becomes an alert.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from botcore import metrics
from botcore.alerts import webhook
from botcore.alerts.conditions.watch import look_at_conditions
from botcore.alerts.decisions import decide_waiting
from botcore.alerts.deliveries import Due, arrived, claim_due, failed, follow_outbox
from botcore.alerts.failure import NotDelivered, warn
from botcore.alerts.mail import Mailer
from botcore.alerts.models import ChannelName
from botcore.alerts.spikes import note_spikes
from botcore.database import in_database, patiently
from botcore.logs import error_text
from botcore.runtime.duty import Duty

logger = logging.getLogger(__name__)

DUTY = "alerts"
LOOK_SECONDS, SPIKE_SECONDS, CONDITION_SECONDS = 2.0, 20.0, 20.0
TROUBLE_SECONDS = 10.0  # until the duty is asked for again after it failed


class AlertKeeper:
    """Keeps alerts for as long as this process has the duty."""

    def __init__(self, owner: str) -> None:
        self._owner = owner
        self._mailer = Mailer()

    async def run(self) -> None:
        """Keep them until cancelled."""
        try:
            while True:
                try:
                    await Duty(DUTY, self._owner).run(self._work)
                except Exception as exc:
                    warn("the keeper of alerts", exc)
                    await asyncio.sleep(TROUBLE_SECONDS)
        finally:
            self._mailer.close()

    async def _work(self) -> None:
        jobs: list[tuple[float, Callable[[], Awaitable[object]]]] = [
            (LOOK_SECONDS, self.decide),
            (LOOK_SECONDS, self.deliver),
            (SPIKE_SECONDS, self.look_for_spikes),
            (CONDITION_SECONDS, self.look_at_conditions),
        ]
        async with asyncio.TaskGroup() as tasks:
            for seconds, job in jobs:
                tasks.create_task(again_and_again(seconds, job))

    async def decide(self) -> None:
        """Decide about what waits, and see what became of what the outbox has."""
        await in_database(decide_waiting)
        await in_database(follow_outbox)
        metrics.HEARTBEAT.labels("alerts").set_to_current_time()

    async def deliver(self) -> None:
        """Send what is due by e-mail and webhook, side by side."""
        due = await in_database(claim_due)
        await asyncio.gather(*(self._deliver(one) for one in due))

    async def look_for_spikes(self) -> None:
        """Raise alerts about errors that became many."""
        await in_database(note_spikes)

    async def look_at_conditions(self) -> None:
        """Raise alerts about conditions that fire, last, or are over."""
        await in_database(look_at_conditions)

    async def _deliver(self, due: Due) -> None:
        note = await self._try(due)
        async for attempt in patiently("alerts"):  # what arrived must not be sent again for want of a note
            with attempt:
                await in_database(note)

    async def _try(self, due: Due) -> Callable[[], None]:
        """Tell somebody; return what is to be noted of it."""
        try:
            if due.channel == ChannelName.EMAIL:
                await self._mailer.send(due.said, due.target)
            else:
                await webhook.post(due.said, due.pk)
        except NotDelivered as exc:
            level = logging.INFO if exc.again else logging.WARNING
            logger.log(level, "an alert was not delivered by %s: %s", due.channel, exc)
            return partial(failed, due.pk, str(exc), again=exc.again, wait=exc.wait)
        except Exception as exc:  # a bug of ours must not hold up the other deliveries
            warn(f"the delivery by {due.channel}", exc)
            return partial(failed, due.pk, error_text(exc), again=True)
        return partial(arrived, due.pk)


async def again_and_again(seconds: float, job: Callable[[], Awaitable[object]]) -> None:
    """Do the job every so many seconds until cancelled, with patience while the database is away."""
    while True:
        try:
            async for attempt in patiently("alerts"):
                with attempt:
                    await job()
        except Exception as exc:
            warn(job.__name__, exc)
        await asyncio.sleep(seconds)
