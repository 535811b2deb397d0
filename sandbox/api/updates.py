"""getUpdates and the webhook's settings; the two exclude each other. Delivery to a webhook is in webhook.py."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import telegram
from telegram.constants import PollingLimit

from sandbox.api.registry import Call, Told, method
from sandbox.bots import Bot, Webhook
from sandbox.errors import bad_request, conflict, too_many_requests
from sandbox.updates import DEFAULT_TYPES, allowed_types

LONG_POLL_SECONDS = 50  # Client.cpp, LONG_POLL_MAX_TIMEOUT
SECRET_LENGTH = 256
WEBHOOK_IS_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


@method("getUpdates")
async def get_updates(call: Call) -> list[dict[str, Any]]:
    bot, parameters = call.bot, call.parameters
    if bot.webhook:
        await bot.poller.refuse(conflict(WEBHOOK_IS_ACTIVE))
    _remember_allowed_updates(call)
    limit = parameters.integer("limit", PollingLimit.MAX_LIMIT, PollingLimit.MIN_LIMIT, PollingLimit.MAX_LIMIT)
    timeout = parameters.integer("timeout", 0, 0, LONG_POLL_SECONDS)
    updates = await bot.poller.poll(parameters.integer("offset"), limit, timeout)
    return call.world.spoiler.answer(bot.number, updates)


@method("setWebhook")
async def set_webhook(call: Call) -> Told:
    bot, url = call.bot, call.parameters.text("url")
    if not url:
        return _unset(call)
    webhook = Webhook(_checked_url(url), call.parameters.integer("max_connections", 40, 1, 100), _checked_secret(call))
    now = call.world.clock.now()
    if now < bot.webhook_set_at + 1:
        raise too_many_requests(1)
    bot.webhook_set_at = now
    _remember_allowed_updates(call)
    _drop_pending_if_wished(call)
    changed = bot.change_webhook(webhook)
    bot.poller.terminate(conflict("terminated by setWebhook request"))
    return Told(True, "Webhook was set" if changed else "Webhook is already set")


@method("deleteWebhook")
async def delete_webhook(call: Call) -> Told:
    return _unset(call)


def _unset(call: Call) -> Told:
    _drop_pending_if_wished(call)
    changed = call.bot.change_webhook(None)
    return Told(True, "Webhook was deleted" if changed else "Webhook is already deleted")


@method("getWebhookInfo")
async def get_webhook_info(call: Call) -> dict[str, Any]:
    bot = call.bot
    error = bot.webhook_error
    info = telegram.WebhookInfo(
        url=bot.webhook.url if bot.webhook else "",
        has_custom_certificate=False,
        pending_update_count=bot.queue.waiting(call.world.clock.now()),
        last_error_date=datetime.fromtimestamp(error.date, UTC) if error else None,
        last_error_message=error.message if error else None,
        max_connections=bot.webhook.max_connections if bot.webhook else None,
        allowed_updates=_unusual_types(bot),
    )
    return info.to_dict()


def _unusual_types(bot: Bot) -> list[str] | None:
    return None if bot.allowed_types == DEFAULT_TYPES else sorted(bot.allowed_types)


def _remember_allowed_updates(call: Call) -> None:
    try:
        wanted = allowed_types(call.parameters.document("allowed_updates"))
    except ValueError:
        return  # as in the real server, what cannot be read changes nothing
    if wanted is not None:
        call.bot.allowed_types = wanted


def _drop_pending_if_wished(call: Call) -> None:
    if call.parameters.flag("drop_pending_updates"):
        call.bot.queue.clear()


def _checked_url(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    return url


def _checked_secret(call: Call) -> str:
    secret = call.parameters.text("secret_token")
    if len(secret) > SECRET_LENGTH:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret
