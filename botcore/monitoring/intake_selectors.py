"""Reading how updates come in: which process polls or takes the webhook, and all that Telegram said of the webhook."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from botcore.models import Webhook
from botcore.monitoring.selectors import WEBHOOK_NEWS, Process, recent_processes


@dataclass(frozen=True)
class WebhookDetail:
    """All that getWebhookInfo said last, `is_old` when that was a while ago; never the secret, only whether it is told.

    None, and an empty text, are not known.
    """

    bot_id: int
    url: str
    is_secret_told: bool
    waiting: int
    last_error: str
    last_error_at: datetime | None
    ip_address: str
    max_connections: int | None
    allowed_updates: str
    has_certificate: bool | None
    sync_failed_at: datetime | None
    checked_at: datetime | None
    is_old: bool


def takers() -> list[Process]:
    """Return the living bot processes, those that take updates in before those that stand by."""
    alive = [process for process in recent_processes() if process.is_alive and process.role == "bot"]
    return sorted(alive, key=lambda process: (process.intake == "standby", process.process))


def webhook_details() -> list[WebhookDetail]:
    """Return what is known of each bot's webhook."""
    now = timezone.now()
    return [_detail(row, now) for row in Webhook.objects.exclude(url="", checked_at=None).order_by("bot_id")]


def _detail(row: Webhook, now: datetime) -> WebhookDetail:
    return WebhookDetail(
        bot_id=row.bot_id,
        url=row.url,
        is_secret_told=bool(row.told_secret) and row.told_secret == row.secret,
        waiting=row.waiting,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        ip_address=row.ip_address,
        max_connections=row.max_connections,
        allowed_updates=row.allowed_updates,
        has_certificate=row.has_certificate,
        sync_failed_at=row.sync_failed_at,
        checked_at=row.checked_at,
        is_old=row.checked_at is None or now - row.checked_at > WEBHOOK_NEWS,
    )
