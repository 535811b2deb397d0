"""Checks of how updates come in: polling, somebody else who polls, and the webhook."""

from botcore.monitoring.health.check import Check, Light, lasting
from botcore.monitoring.health.fleet import Fleet
from botcore.monitoring.selectors import Process, WebhookFacts, longest_poll

LATE_SECONDS = 15.0  # beyond a long poll's own length: its answer and the next beat are in it
TAKE_OVER_SECONDS = 15.0  # the lease of the duty is 7 s and others look each second; then come connect and first poll
WAITING = 100  # updates that Telegram keeps; it delivers to 100 connections at once, so more is a queue
MANY_WAITING = 1000
FRESH_ERROR_SECONDS = 600.0  # Telegram tries again within that time; an older error is mended


def poller(seen: Fleet) -> Check:
    """Judge by how long Telegram has not answered the getUpdates of whoever polls."""
    if not seen.alive:
        return Check("poller", Light.FAILED, seen.nobody, seen.newest)
    if all(process.intake == "webhook" for process in seen.alive):
        return Check("poller", Light.OK, "Nothing is polled: updates come by webhook.", None)
    polling = [process for process in seen.alive if process.intake == "polling"]
    if not polling:
        return _nobody_polls(seen)
    age = min(_poll_age(seen, process) for process in polling)
    usual = longest_poll().total_seconds()
    if age > usual:
        words = f"Telegram has not answered getUpdates for {lasting(age)}: see the check bot_api and the bot's log."
        return Check("poller", Light.FAILED, words, age)
    if age > usual - LATE_SECONDS:
        return Check("poller", Light.WARNING, f"The last getUpdates was {lasting(age)} ago, which is late.", age)
    return Check("poller", Light.OK, f"The last getUpdates was answered {lasting(age)} ago.", age)


def _poll_age(seen: Fleet, process: Process) -> float:
    """Return the age of the last answer: by the process' own count, else by its clock (an older version)."""
    if process.vitals.poll_age is not None:
        return process.vitals.poll_age + seen.age(process)
    polled = process.last_poll_at or process.started_at
    return max(0.0, (seen.now - polled).total_seconds())


def _nobody_polls(seen: Fleet) -> Check:
    """Say since when; a start or a take-over needs a moment."""
    waits = [process for process in seen.alive if process.connection in {"connecting", "down"}]
    polls = [process.last_poll_at for process in (*seen.alive, *seen.gone) if process.last_poll_at]
    since = max([*polls, min(process.started_at for process in seen.alive)])
    age = max(0.0, (seen.now - since).total_seconds())
    if age <= TAKE_OVER_SECONDS:
        return Check("poller", Light.WARNING, "Nobody polls at this moment: a process starts or takes over.", age)
    why = "the bot waits for Telegram, see the check bot_api" if waits else "see the log of the bot"
    return Check("poller", Light.FAILED, f"Nobody has polled for {lasting(age)}: {why}.", age)


def duplicate_poller(seen: Fleet) -> Check:
    """Judge by what Telegram said to whoever polls."""
    for process in seen.alive:
        if process.trouble:
            return Check("duplicate_poller", Light.FAILED, process.trouble, seen.age(process))
    if not seen.alive:
        return Check("duplicate_poller", Light.UNKNOWN, seen.nobody, seen.newest)
    return Check("duplicate_poller", Light.OK, "Nobody else takes the bot's updates.", seen.newest)


def webhook(seen: Fleet, told: list[WebhookFacts]) -> Check:
    """Judge by what Telegram last said of the webhook."""
    if not any(process.intake == "webhook" for process in seen.alive):
        light = Light.OK if seen.alive else Light.UNKNOWN
        return Check("webhook", light, "No webhook is used: updates are polled." if seen.alive else seen.nobody, None)
    if not told:
        words = "Telegram has said nothing of the webhook for 10 minutes: see the check bot_api and the log of the bot."
        starting = all(seen.is_starting(process) for process in seen.alive)
        return Check("webhook", Light.WARNING if starting else Light.FAILED, words, None)
    return max((_webhook(seen, facts) for facts in told), key=lambda check: check.light is not Light.OK)


def _webhook(seen: Fleet, facts: WebhookFacts) -> Check:
    asked = max(0.0, (seen.now - facts.checked_at).total_seconds()) if facts.checked_at else None
    failed = (seen.now - facts.last_error_at).total_seconds() if facts.last_error_at else None
    waits = f"{facts.waiting} updates wait at Telegram"
    if failed is not None and failed <= FRESH_ERROR_SECONDS and facts.waiting:
        words = f"Telegram could not deliver {lasting(max(0.0, failed))} ago ({facts.last_error}), and {waits}"
        return Check("webhook", Light.FAILED, f"{words}: see that {facts.url} is reached from outside.", asked)
    if facts.waiting >= MANY_WAITING:
        return Check("webhook", Light.FAILED, f"{waits}: more bot or web processes, or quicker handlers.", asked)
    if facts.waiting >= WAITING:
        return Check("webhook", Light.WARNING, f"{waits}; they are delivered as fast as they are taken.", asked)
    if failed is not None and failed <= FRESH_ERROR_SECONDS:
        words = f"Telegram could not deliver {lasting(max(0.0, failed))} ago ({facts.last_error}); it was made good."
        return Check("webhook", Light.WARNING, words, asked)
    return Check("webhook", Light.OK, "Telegram delivers; nothing waits there.", asked)
