"""Keeps the webhook right: set when something differs, looked at every minute, never deleted at a stop."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from telegram import Bot, Update, WebhookInfo
from telegram.error import BadRequest
from tenacity import AsyncRetrying, retry_if_exception

from botcore import metrics
from botcore.connection.manager import is_passing, wait_politely
from botcore.database import in_database, patiently
from botcore.exceptions import ConfigurationError
from botcore.runtime import services
from botcore.runtime.models import Webhook
from botcore.tell import Tell

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
CONNECTIONS = 40  # Telegram's default for max_connections
# What Telegram delivers to a bot that never said what it wants, core.telegram.org/bots/api#setwebhook
DEFAULT_UPDATES = frozenset(Update.ALL_TYPES) - {"chat_member", "message_reaction", "message_reaction_count"}


class WebhookKeeper:
    """One bot's webhook, kept by the process that has the duty."""

    def __init__(self, bot: Bot, *, url: str, allowed_updates: Sequence[str], tell: Tell) -> None:
        self._bot = bot
        self._url = url
        self._allowed_updates = list(allowed_updates)
        self._tell = tell
        self._known_error: str = ""
        self._settled: frozenset[str] | None = None  # the types as Telegram took them

    async def run(self) -> None:
        """Keep the webhook right until cancelled; raise ConfigurationError when Telegram refuses the address."""
        first = True
        while True:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception(is_passing), wait=wait_politely, before_sleep=_note_failure, reraise=True
            ):
                with attempt:
                    await self.look(first=first)
            first = False
            await asyncio.sleep(LOOK_SECONDS)

    async def look(self, *, first: bool = False) -> None:
        """Ask Telegram once, and set what differs."""
        row = await self._row()
        info = await self._bot.get_webhook_info()
        if self._differs(info, row):
            if not first:
                self._tell("webhook", "The webhook was changed by somebody else; it is set again.", level="warning")
            await self._set(row)
            info = await self._bot.get_webhook_info()
            self._settled = _types(info)
        await self._note(info)

    async def _row(self) -> Webhook:
        async for attempt in patiently("intake"):
            with attempt:
                row = await in_database(services.webhook_of, self._bot.id)
        return row

    def _differs(self, info: WebhookInfo, row: Webhook) -> bool:
        return (
            info.url != self._url
            or (row.url, row.told_secret) != (self._url, row.secret)
            or _types(info) not in {frozenset(self._allowed_updates), self._settled}
            or (info.max_connections or CONNECTIONS) != CONNECTIONS
            or bool(info.has_custom_certificate)
        )

    async def _set(self, row: Webhook) -> None:
        try:
            await self._bot.set_webhook(
                self._url,
                secret_token=row.secret,
                allowed_updates=self._allowed_updates,
                max_connections=CONNECTIONS,
                drop_pending_updates=False,
            )
        except BadRequest as exc:
            raise ConfigurationError(f"WEBHOOK_URL: Telegram refused {self._url}: {exc.message}") from exc
        logger.info("the webhook is set to %s", self._url)
        await self._keep(url=self._url, told_secret=row.secret)

    async def _note(self, info: WebhookInfo) -> None:
        """Keep what Telegram says; tell of an error once, not at every look."""
        metrics.WEBHOOK_WAITING.set(info.pending_update_count)
        error = info.last_error_message or ""
        seen = f"{info.last_error_date}{error}"
        fresh = info.last_error_date and (timezone.now() - info.last_error_date).total_seconds() < 2 * LOOK_SECONDS
        if error and fresh and seen != self._known_error:
            self._tell("webhook", f"Telegram could not deliver an update: {error}", level="warning")
        self._known_error = seen
        await self._keep(
            checked_at=timezone.now(),
            waiting=info.pending_update_count,
            last_error_at=info.last_error_date,
            last_error=error[:300],
        )

    async def _keep(self, **facts: Any) -> None:
        async for attempt in patiently("intake"):
            with attempt:
                await in_database(services.note_webhook, self._bot.id, **facts)


def _types(info: WebhookInfo) -> frozenset[str]:
    return frozenset(info.allowed_updates) if info.allowed_updates else DEFAULT_UPDATES


def _note_failure(state: Any) -> None:
    logger.warning("the webhook could not be looked at, trying again: %s", state.outcome.exception())
