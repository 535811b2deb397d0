"""An alert as a message of Telegram: template, buttons, and its way into the outbox."""

from dataclasses import replace
from datetime import UTC
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from botcore.alerts.health import note_failure
from botcore.alerts.models import AlertDelivery, ChannelName, DeliveryState
from botcore.alerts.told import Told
from botcore.exceptions import ValidationError
from botcore.outbox import services as outbox
from botcore.outbox.content import Button, Buttons, Template
from botcore.outbox.models import Priority
from botcore.outbox.recipients import language_of

NO_NAMES = ("localhost", "local", "internal", "lan", "home", "test", "invalid", "localdomain")  # ends of private names


def hand_over(delivery: AlertDelivery, said: Told) -> None:
    """Queue the message, once; a chat that cannot be written to is the delivery's end."""
    chat_id = int(delivery.target)
    try:
        with translation.override(language_of(chat_id)):
            delivery.outgoing = outbox.send(
                chat_id=chat_id,
                content=Template("alert", {"alert": with_time(said), "opens": opens()}, preview=False),
                buttons=buttons(said),
                priority=Priority.ALERT,
                source="alerts",
                key=f"alert:{delivery.alert_id}:{chat_id}",
            )
            delivery.state = DeliveryState.HANDED
    except ValidationError as exc:
        delivery.state, delivery.error, delivery.finished_at = DeliveryState.FAILED, str(exc)[:500], timezone.now()
        note_failure(ChannelName.TELEGRAM, str(exc))
    delivery.save(update_fields=["outgoing", "state", "error", "finished_at"])


def with_time(said: Told) -> Told:
    """Return it with the time since when a condition has been so, in the language active now: a chat is read later."""
    if not said.condition or said.state == "over" or said.first_seen is None:
        return said
    since = said.first_seen.astimezone(UTC)
    time = f"{since:%H:%M} UTC" if since.date() == timezone.now().date() else f"{since:%Y-%m-%d %H:%M} UTC"
    return replace(said, text=f"{said.text} {_('Since %(time)s.') % {'time': time}}".strip())


def buttons(said: Told) -> Buttons:
    """Return what can be done about it, in the language active now."""
    acts = _of_condition(said) if said.condition else _of_error(said) if said.group_id else []
    opening = [Button(_("Open"), url=said.link)] if opens() else []
    return [row for row in (acts, opening) if row]


def _of_error(said: Told) -> list[Button]:
    acts = [
        Button(_("Mute 1 h"), data=f"error_mute:{said.group_id}"),
        Button(_("Resolve"), data=f"error_resolve:{said.group_id}"),
    ]
    return {"muted": acts[1:], "resolved": []}.get(said.state, acts)


def _of_condition(said: Told) -> list[Button]:
    acts = [
        Button(_("Acknowledge"), data=f"condition_ack:{said.condition}"),
        Button(_("Silence 1 h"), data=f"condition_silence:{said.condition}"),
    ]
    return {"firing": acts, "acknowledged": acts[1:]}.get(said.state, [])


def opens() -> bool:
    """Tell whether Telegram takes our pages' address for a button: it refuses hosts that only we know."""
    host = urlsplit(settings.DASHBOARD_URL).hostname or ""
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and host.rpartition(".")[2] not in NO_NAMES
