"""How updates come in: who polls or takes the webhook, and what Telegram says of it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from botcore.monitoring.intake_selectors import takers, webhook_details
from dashboard.access import needs
from dashboard.pages import show


@needs("botcore.view_runtimesetting")
def webhook(request: HttpRequest) -> HttpResponse:
    """Show the intake; the address of the webhook is in the environment, and the bot keeps Telegram in step with it."""
    return show(request, "webhook", mode=settings.BOT_MODE, takers=takers(), webhooks=webhook_details())
