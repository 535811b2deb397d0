"""The ways to tell somebody: which are set up, for whom, and what to write where to set one up."""

from urllib.parse import urlsplit

from django.conf import settings

from botcore.alerts.models import AlertChannel, ChannelName

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
HOW_TO = {
    ChannelName.TELEGRAM: "Write TELEGRAM_ADMIN_IDS and TELEGRAM_BOT_TOKEN.",
    ChannelName.EMAIL: "Write ALERT_EMAILS and EMAIL_URL.",
    ChannelName.WEBHOOK: "Write ALERT_WEBHOOK_URL.",
}


def targets(channel: ChannelName) -> list[str]:
    """Return whom a channel tells: chats, addresses, or the webhook's host; [] when it is not set up."""
    if channel == ChannelName.TELEGRAM:
        return [str(chat_id) for chat_id in settings.TELEGRAM_ADMIN_IDS] if settings.TELEGRAM_BOT_TOKEN else []
    if channel == ChannelName.EMAIL:
        return list(settings.ALERT_EMAILS) if settings.EMAIL_BACKEND != NO_MAIL else []
    host = urlsplit(settings.ALERT_WEBHOOK_URL).hostname
    return [host] if host else []


def ways(*, avoids: str = "") -> list[tuple[ChannelName, str]]:
    """Return over which channel to tell whom; one that is broken itself only when no other works."""
    everybody = [(channel, target) for channel in ChannelName for target in targets(channel)]
    if not avoids:
        return everybody
    others = [(channel, target) for channel, target in everybody if channel != avoids]
    failing = set(AlertChannel.objects.exclude(failing_since=None).values_list("name", flat=True))
    return others if any(channel not in failing for channel, _ in others) else everybody
