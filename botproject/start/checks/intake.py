"""Telegram: the token, its clock, and whether anybody else takes this bot's updates."""

import time
from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from botcore.connection.rejected import rejected
from botcore.exceptions import ConfigurationError
from botcore.inbox.exclusive import hold_database
from botcore.monitoring.health.check import Check, Light
from botcore.monitoring.health.machine import judge_skew
from botcore.monitoring.identity import process_name
from botcore.runtime import services
from botcore.runtime.models import Webhook
from botproject.start.asked import Asked, error, warning, well
from botproject.start.checks.database import LEAST_SKEW
from botproject.start.telegram import Answer, AwayError, call

NO_DATABASE = (DatabaseError, ImproperlyConfigured)
CONFLICT = 409
# Another one whose poll we ended asks again within these seconds, and ends ours: python-telegram-bot after 1 s.
POLLS = (1, 2)
LEASE_SECONDS = 18.0  # longer than that takes, and shorter than what a duty takes for a clock that was set


def look_at_telegram(_asked: Asked) -> Iterator[Check]:
    """Ask who the bot is; a Telegram that is away holds up no start, the bot waits for it."""
    if not settings.TELEGRAM_BOT_TOKEN or "TELEGRAM_API_URL" in settings.CONFIGURATION_COMPLAINTS:
        return
    asked_at = time.time()
    try:
        me = call("getMe")
        middle = (asked_at + time.time()) / 2
        if me.status in {401, 404}:
            yield error("token", rejected(settings.TELEGRAM_API_URL))
            return
        bot_id = _id_of(me)
        yield well("token", f"It is @{me.facts.get('username')}'s.")
        yield _clock(me, middle)
        yield from _intake(bot_id)
    except AwayError as exc:
        words = f"{settings.TELEGRAM_API_URL} does not answer ({exc}): the bot starts and waits for it."
        yield warning("telegram", words)


def _id_of(me: Answer) -> int:
    number = me.facts.get("id")
    if not isinstance(number, int):
        raise AwayError("it does not say which bot it is")
    return number


def _clock(me: Answer, middle: float) -> Check:
    skew = None if me.time is None else middle - me.time
    light, words = judge_skew("The clock of this machine", skew, other="Telegram's", least=LEAST_SKEW)
    return Check("clock", light, words) if light is not Light.OK else well("clock", "It agrees with Telegram's.")


def _intake(bot_id: int) -> Iterator[Check]:
    """Look for somebody else: another address of the webhook, or another poller."""
    url = str(call("getWebhookInfo").facts.get("url", ""))
    if settings.BOT_MODE == "webhook":
        yield _webhook(url, bot_id)
    elif not url:
        yield from _poller(bot_id)
    elif _was_ours(url, bot_id):
        yield well("poller", "The webhook of this bot is removed at the start.")
    else:
        words = f"Somebody has set a webhook, {url}: updates go there until the bot starts and removes it."
        yield warning("poller", words)


def _webhook(url: str, bot_id: int) -> Check:
    if url in {"", settings.WEBHOOK_URL} or _was_ours(url, bot_id):
        return well("webhook", "Nobody else has set one.")
    words = (
        f"Somebody has set another one, {url}: it is replaced at the start. Stop the other bot, or /revoke the token."
    )
    return warning("webhook", words)


def _was_ours(url: str, bot_id: int) -> bool:
    try:
        return Webhook.objects.filter(bot_id=bot_id, url=url).exists()
    except NO_DATABASE:  # look_at_database() says so
        return False


def _poller(bot_id: int) -> Iterator[Check]:
    """Look for strangers while none of ours polls: the duty is taken, so that none begins, or looks as we do."""
    duty, process = services.poller_of(bot_id), process_name()
    try:
        if not services.take_duty(duty, process, seconds=LEASE_SECONDS):
            yield well("poller", "A bot of ours polls; this process works beside it.")
            return
        try:
            yield _stranger()
        finally:
            services.give_up_duties(process, duty)
    except NO_DATABASE:  # look_at_database() says so
        return


def _stranger() -> Check:
    """Poll twice without an offset, which confirms nothing; who polls, too, ends ours, which is answered with 409."""
    last = [call("getUpdates", wait=seconds, limit=1, timeout=seconds) for seconds in POLLS][-1]
    if last.status == CONFLICT:
        mend = "stop that bot, or get a new token from @BotFather by /revoke."
        return error("poller", f"Somebody else polls this bot's updates: {mend}")
    return well("poller", "Nobody else polls this token.")


def look_at_lock(asked: Asked) -> Iterator[Check]:
    """Say when another bot works on the SQLite file, which takes one."""
    try:
        with hold_database():
            pass
    except ConfigurationError as exc:
        yield warning("lock", str(exc)) if asked.check_only else error("lock", str(exc))
