"""getUpdates and the webhook's settings; the two exclude each other. Delivery to a webhook is in webhook.py."""

from typing import Any

from sandbox.api.registry import Call, Told, method
from sandbox.api.webhooks import asked_webhook, shown_ip_address
from sandbox.bots import Bot
from sandbox.errors import conflict, too_many_requests
from sandbox.terms import PollingLimit
from sandbox.updates import DEFAULT_TYPES, allowed_types

LONG_POLL_SECONDS = 50  # Client.cpp, LONG_POLL_MAX_TIMEOUT
WEBHOOK_IS_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


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
    bot = call.bot
    if not call.parameters.text("url"):
        return _unset(call)
    webhook = asked_webhook(call.parameters)
    now = call.world.clock.now()
    if now < bot.webhook_set_at + 1:
        raise too_many_requests(1)
    bot.webhook_set_at = now
    _remember_allowed_updates(call)
    _drop_pending_if_wished(call)
    changed = bot.change_webhook(webhook) or call.parameters.flag("drop_pending_updates")
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
    bot, webhook = call.bot, call.bot.webhook
    error = bot.webhook_error
    told = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": bool(webhook and webhook.certificate),
        "pending_update_count": bot.queue.waiting(call.world.clock.now()),
        "last_error_date": error.date if error else None,
        "last_error_message": error.message if error else None,
        "last_synchronization_error_date": bot.synchronization_failed_at or None,
        "ip_address": shown_ip_address(webhook) if webhook else None,
        "max_connections": webhook.max_connections if webhook else None,
        "allowed_updates": _unusual_types(bot),
    }
    return {name: value for name, value in told.items() if value is not None}


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
