"""What the bots can do, and what they say: overviews of commands and texts."""

from itertools import groupby

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from botcore.runtime.features import FeatureRow, features
from botcore.texts.overview import message_texts
from botcore.validators import one_of
from dashboard.access import needs
from dashboard.pages import show

TABS = {  # which turns each shows
    "commands": ("command",),
    "buttons": ("button",),
    "conversations": ("conversation",),
    "messages": ("link", "message", "fallback"),
}


@needs("botcore.view_runtimesetting")
def commands(request: HttpRequest) -> HttpResponse:
    """List the features of each bot, of one kind, in the order in which they are asked."""
    tab, told = one_of(request.GET.get("show", "commands"), TABS), features()
    spoken = get_language() or settings.LANGUAGE_CODE
    rows = [
        (row, row.help.get(spoken) or row.help.get(settings.LANGUAGE_CODE, ""))
        for row in told
        if row.order in TABS[tab]
    ]
    bots = [(bot_id, list(found)) for bot_id, found in groupby(rows, key=lambda row: row[0].bot_id)]
    return show(request, "commands", bots=bots, tab=tab, tabs=_tabs(told), is_empty=not told)


def _tabs(told: list[FeatureRow]) -> list[tuple[str, str, int]]:
    """Return each tab with its words and how many features it has."""
    words = {
        "commands": _("Commands"),
        "buttons": _("Buttons"),
        "conversations": _("Conversations"),
        "messages": _("Messages"),
    }
    return [(tab, words[tab], sum(row.order in orders for row in told)) for tab, orders in TABS.items()]


@needs("botcore.view_runtimesetting")
def texts(request: HttpRequest) -> HttpResponse:
    """List the files of what the bot says."""
    return show(request, "texts", texts=message_texts(), languages=settings.LANGUAGES)
