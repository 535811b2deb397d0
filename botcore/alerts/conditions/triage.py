"""What an owner does about a condition from Telegram: take it on, be silent about it for an hour."""

from botcore.alerts.conditions import services
from botcore.alerts.telegram_message import with_time
from botcore.alerts.told import Told, told_of_condition


def take_on(name: str, *, by: str) -> Told:
    """Acknowledge it; return it as it is now."""
    services.acknowledge(name=name, by=by)
    return with_time(told_of_condition(name))


def silence_for_an_hour(name: str, *, by: str) -> Told:
    """Tell nothing of it for an hour; return it as it is now."""
    services.silence(name=name, length="1h", by=by)
    return with_time(told_of_condition(name))
