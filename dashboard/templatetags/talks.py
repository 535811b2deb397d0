"""Template words of a conversation: what is known of a message's way to its chat."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.conversations.selectors import newest_message
from botcore.outbox.models import OutgoingState
from botcore.outbox.turns import Turn
from botcore.sentences.numerals import dated
from dashboard.templatetags.console import span

register = template.Library()

register.simple_tag(newest_message)


@register.filter
def delivery(turn: Turn) -> str:
    """Say in a sentence how far a message of the bot came, in the viewer's zone."""
    there = timezone.localtime(turn.at)
    at = f"{dated(there, 'j M Y, H:i:s')} {there.tzname()}"
    if turn.state == OutgoingState.SENT:
        facts = {"at": at, "span": span(turn.took_ms), "number": turn.message_id or "–"}
        return _("Telegram took it on %(at)s, in %(span)s; message %(number)s.") % facts
    sentences = {
        OutgoingState.QUEUED: _("Since %(at)s it waits for its time or its turn."),
        OutgoingState.SENDING: _("Written on %(at)s; the call to Telegram is under way."),
        OutgoingState.FAILED: _("On %(at)s it was refused, or could not be sent."),
        OutgoingState.UNCERTAIN: _("No answer came on %(at)s: it may have arrived."),
        OutgoingState.CANCELLED: _("Cancelled on %(at)s, before it was sent."),
    }
    return sentences[OutgoingState(turn.state)] % {"at": at}
