"""Checks of the way to Telegram: the link of each process, and its circuit breaker."""

from botcore.monitoring.health.check import Check, Light
from botcore.monitoring.health.fleet import Finding, Fleet, of_each
from botcore.monitoring.selectors import Process

CONNECTING = "It has not reached Telegram since its start: see TELEGRAM_API_URL, the network and a proxy."


def bot_api(seen: Fleet) -> Check:
    """Judge by the links."""

    def judge(process: Process) -> Finding:
        if process.connection == "up":
            return Light.OK, ""
        if process.connection == "degraded":
            return Light.WARNING, process.connection_words
        if process.connection == "down":
            return Light.FAILED, f"{process.connection_words} It goes on by itself when Telegram answers."
        if seen.is_starting(process):
            return Light.WARNING, "It connects."
        return (Light.FAILED, CONNECTING) if process.connection else (Light.UNKNOWN, "It has said nothing of its link.")

    return of_each("bot_api", seen, judge, well="Telegram answers.", shared=True, without=Light.UNKNOWN)


def breaker(seen: Fleet) -> Check:
    """Judge by the circuits."""

    def judge(process: Process) -> Finding:
        if process.circuit == "open":
            return Light.FAILED, "The circuit is open: calls to Telegram fail at once; it closes when one is answered."
        if process.circuit == "half-open":
            return Light.WARNING, "The circuit is half-open: one call tries whether Telegram answers again."
        return Light.OK, ""

    return of_each("breaker", seen, judge, well="Calls go to Telegram.", shared=True, without=Light.UNKNOWN)
