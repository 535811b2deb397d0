"""Ports: whether the role's own is free."""

from collections.abc import Iterator

from django.conf import settings

from botcore.monitoring.health.check import Check
from botproject.bothealth.asking import NotWellError, ask_web
from botproject.plain_values import SettingError, Values
from botproject.ports import in_use
from botproject.start.asked import Asked, error, well

ASK_SECONDS = 3.0


def look_at_web_port(asked: Asked) -> Iterator[Check]:
    """Say when somebody else listens there."""
    host, port = settings.WEB_HOST, settings.WEB_PORT
    if asked.check_only and _is_our_web(port):
        yield well("port", f"The pages are served on {port} already.")
    else:
        yield _judge("WEB_PORT", port, host)


def look_at_webhook_port(_asked: Asked) -> Iterator[Check]:
    """Say when somebody else takes what Telegram delivers; bots of one machine share the port."""
    if settings.BOT_MODE == "webhook" and settings.WEBHOOK_PORT:
        yield _judge("WEBHOOK_PORT", settings.WEBHOOK_PORT, settings.WEBHOOK_HOST, shared=True)


def _judge(name: str, port: int, host: str, *, shared: bool = False) -> Check:
    if in_use(port, host, shared=shared):
        return error(
            "port", f"{name}: {host}:{port} is in use, or not of this machine; stop who has it, or write another."
        )
    return well("port", f"{port} is free.")


def _is_our_web(port: int) -> bool:
    try:
        values = Values()
        ask_web(port, ASK_SECONDS, host=values.host(), at=values.listener("WEB_HOST"))
    except (NotWellError, SettingError):
        return False
    return True
