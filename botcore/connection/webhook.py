"""Keeps the webhook right: set when something differs, looked at every minute, never deleted at a stop."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from telegram import Bot, Update, WebhookInfo
from telegram.error import BadRequest, InvalidToken, TelegramError
from tenacity import AsyncRetrying, retry_if_exception

from botcore import metrics
from botcore.connection.judge import TokenJudge
from botcore.connection.manager import wait_politely
from botcore.database import in_database, patiently
from botcore.exceptions import ConfigurationError
from botcore.runtime import services
from botcore.runtime.models import Webhook
from botcore.tell import Tell
from botcore.validators import storable

logger = logging.getLogger(__name__)

LOOK_SECONDS = 60.0
CONNECTIONS = 40  # Telegram's default for max_connections
# What Telegram delivers to a bot that never said what it wants, core.telegram.org/bots/api#setwebhook
DEFAULT_UPDATES = frozenset(Update.ALL_TYPES) - {"chat_member", "message_reaction", "message_reaction_count"}


class WebhookKeeper:
    """One bot's webhook, kept by the process that has the duty."""

    def __init__(
        self,
        bot: Bot,
        *,
        url: str,
        allowed_updates: Sequence[str],
        tell: Tell,
        judge: TokenJudge,
    ) -> None:
        self._bot = bot
        self._url = url
        self._allowed_updates = list(allowed_updates)
        self._tell = tell
        self._judge = judge
        self._looked = False
        self._told = ""  # the failure that the operators know of
        self._settled: frozenset[str] | None = None  # the types as Telegram took them

    async def run(self) -> None:
        """Keep the webhook right until cancelled; raise ConfigurationError when Telegram refuses the address."""
        try:
            while True:
                async for attempt in AsyncRetrying(
                    retry=retry_if_exception(_may_pass), wait=wait_politely, before_sleep=_note_failure, reraise=True
                ):
                    with attempt:
                        await self.look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            metrics.WEBHOOK_WAITING.set(0)  # the next keeper says it

    async def look(self) -> None:
        """Ask Telegram once, and set what differs."""
        row = await self._row()
        info = await self._ask()
        if self._differs(info, row):
            if self._looked:
                self._tell("webhook", "The webhook was changed by somebody else; it is set again.", level="warning")
            await self._set(row)
            info = await self._ask()
            self._settled = _types(info)
        self._looked = True
        await self._note(info, row)

    async def _ask(self) -> WebhookInfo:
        try:
            info = await self._bot.get_webhook_info()
        except InvalidToken:  # its text holds the token
            raise self._judge.rejected() from None
        self._judge.accepted()
        return info

    async def _row(self) -> Webhook:
        async for attempt in patiently("intake"):
            with attempt:
                row = await in_database(services.webhook_of, self._bot.id)
        return row

    def _differs(self, info: WebhookInfo, row: Webhook) -> bool:
        return (
            info.url != self._url
            or not self._is_ours(row)
            or _types(info) not in {frozenset(self._allowed_updates), self._settled}
            or (info.max_connections or CONNECTIONS) != CONNECTIONS
            or bool(info.has_custom_certificate)
        )

    def _is_ours(self, row: Webhook) -> bool:
        """Did Telegram take this very address and secret from us before?"""
        return (row.url, row.told_secret) == (self._url, row.secret)

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
            if self._is_ours(row):  # it took the same before: a name server that fails for a moment, say
                raise TelegramError(f"setWebhook was refused: {exc.message}") from exc
            raise ConfigurationError(f"WEBHOOK_URL: Telegram refused {self._url}: {exc.message}") from exc
        logger.info("the webhook is set to %s", self._url)
        await self._keep(url=self._url, told_secret=row.secret)

    async def _note(self, info: WebhookInfo, row: Webhook) -> None:
        """Keep what Telegram says; tell of an error once, until everything is delivered again."""
        metrics.WEBHOOK_WAITING.set(info.pending_update_count)
        metrics.WEBHOOK_LAST_ERROR.set(info.last_error_date.timestamp() if info.last_error_date else 0)
        error = storable(info.last_error_message or "")
        fresh = info.last_error_date not in {None, row.last_error_at}  # no clock of ours can be wrong about that
        if fresh and error != self._told:
            self._tell("webhook", f"Telegram could not deliver an update: {error}", level="warning")
            self._told = error
        elif not fresh and not info.pending_update_count:
            self._told = ""
        await self._keep(
            checked_at=timezone.now(),
            waiting=info.pending_update_count,
            last_error_at=info.last_error_date,
            last_error=error[:300],
            ip_address=storable(info.ip_address or "")[:45],
            max_connections=info.max_connections,
            allowed_updates=", ".join(sorted(info.allowed_updates or ())),
            has_certificate=info.has_custom_certificate,
            sync_failed_at=info.last_synchronization_error_date,
        )

    async def _keep(self, **facts: Any) -> None:
        async for attempt in patiently("intake"):
            with attempt:
                await in_database(services.note_webhook, self._bot.id, **facts)


def _types(info: WebhookInfo) -> frozenset[str]:
    return frozenset(info.allowed_updates) if info.allowed_updates else DEFAULT_UPDATES


def _may_pass(error: BaseException) -> bool:
    return isinstance(error, Exception) and not isinstance(error, ConfigurationError)


def _note_failure(state: Any) -> None:
    error = state.outcome.exception()
    if isinstance(error, TelegramError):
        logger.warning("the webhook could not be looked at, trying again: %s", error)
    else:
        logger.error("the webhook could not be looked at, trying again", exc_info=error)
