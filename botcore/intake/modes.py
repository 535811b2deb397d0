"""The two modes of intake, with one face for the wiring: polling, and a webhook."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Protocol

from django.conf import settings
from telegram import Bot
from telegram.request import BaseRequest

from botcore import metrics
from botcore.connection.link_watch import LinkWatch
from botcore.connection.webhook import WebhookKeeper
from botcore.database import in_database, patiently
from botcore.inbox.envelope import Envelope
from botcore.intake.polling import Poller
from botcore.intake.supervisor import PollingSupervisor
from botcore.intake.watch import Watch
from botcore.intake.webhook import WebhookServer
from botcore.monitoring.identity import process_name
from botcore.runtime import services
from botcore.runtime.duty import Duty
from botcore.tell import Tell


class Intake(Protocol):
    """What the wiring needs of either mode."""

    @property
    def last_poll_at(self) -> datetime | None:
        """The last getUpdates that Telegram answered; None for a process that does not poll."""

    @property
    def role(self) -> str:
        """What this process does about intake: polling, standby or webhook."""

    @property
    def trouble(self) -> str:
        """One sentence for the operators; empty when all is well."""

    def age(self) -> float | None:
        """Return the age of the last successful getUpdates in seconds; None for a process that does not poll."""

    def look(self) -> None:
        """A duty may have become free."""

    async def run(self) -> None:
        """Take updates until cancelled."""


class PollingIntake:
    """getUpdates, by one process at a time."""

    def __init__(
        self,
        bot: Bot,
        *,
        allowed_updates: Sequence[str],
        wake: Callable[[], None],
        tell: Tell,
        poll_request: BaseRequest,
        link: LinkWatch,
    ) -> None:
        self._watch = Watch(tell)
        self._duty = Duty(services.poller_of(bot.id), process_name())
        self._request = poll_request
        self._wake = wake
        poller = Poller(
            bot,
            allowed_updates=allowed_updates,
            poll_seconds=settings.BOT_POLL_SECONDS,
            on_updates=self._came,
            watch=self._watch,
            link=link,
        )
        self._supervisor = PollingSupervisor(
            bot_id=bot.id,
            process=process_name(),
            duty=self._duty,
            poll=poller.run,
            reconnect=self._reconnect,
            poll_seconds=settings.BOT_POLL_SECONDS,
            watch=self._watch,
            tell=tell,
        )

    @property
    def role(self) -> str:
        """Polling, or on standby."""
        metrics.INTAKE_HELD.set(self._duty.held)
        return "polling" if self._duty.held else "standby"

    @property
    def trouble(self) -> str:
        """Who else polls."""
        return self._watch.trouble if self._duty.held else ""

    @property
    def last_poll_at(self) -> datetime | None:
        """The last getUpdates that Telegram answered."""
        return self._watch.last_poll_at

    def age(self) -> float | None:
        """Return for how long Telegram has not answered."""
        return self._watch.deaf_for() if self._duty.held else None

    def look(self) -> None:
        """The duty may have become free."""
        self._duty.look()

    async def run(self) -> None:
        """Poll or stand by."""
        await self._supervisor.run()

    def _came(self, new: Sequence[Envelope]) -> None:
        self._supervisor.came(new)
        self._wake()

    async def _reconnect(self) -> None:
        await self._request.shutdown()
        await self._request.initialize()


class WebhookIntake:
    """Deliveries to every process; one of them keeps Telegram's side right."""

    def __init__(
        self,
        bot: Bot,
        *,
        allowed_updates: Sequence[str],
        wake: Callable[[], None],
        tell: Tell,
        poll_request: BaseRequest,
        link: LinkWatch,
    ) -> None:
        self._bot = bot
        self._wake = wake
        self._duty = Duty(f"webhook:{bot.id}", process_name())
        self._keeper = WebhookKeeper(
            bot,
            url=settings.WEBHOOK_URL,
            allowed_updates=allowed_updates,
            tell=tell,
            judge=link.judge,
        )

    @property
    def role(self) -> str:
        """Every process takes deliveries."""
        metrics.INTAKE_HELD.set(self._duty.held)
        return "webhook"

    @property
    def last_poll_at(self) -> datetime | None:
        """Return None: nothing is polled."""
        return None

    @property
    def trouble(self) -> str:
        """What Telegram cannot deliver stands with the webhook, not here."""
        return ""

    def age(self) -> float | None:
        """Return None: nothing is polled."""
        return None

    def look(self) -> None:
        """The duty may have become free."""
        self._duty.look()

    async def run(self) -> None:
        """Listen, then let one process tell Telegram where."""
        async for attempt in patiently("intake"):
            with attempt:
                row = await in_database(services.webhook_of, self._bot.id, secret=settings.WEBHOOK_SECRET)
        server = WebhookServer(self._bot.id, row.secret, on_update=self._wake)
        host, port = settings.WEBHOOK_HOST, settings.WEBHOOK_PORT
        async with server.serving(host, port) if port else nullcontext():  # 0: the web processes take the deliveries
            await self._duty.run(self._keeper.run)
