"""What an operator decides about a condition by a word in a chat: the services that the panel calls, too."""

from django.utils.translation import gettext as _

from botcore.alerts.conditions import services
from botcore.validators import choice

VERBS = ("acknowledge", "silence", "unsilence")


def decide(name: str, verb: str, *, length: str = "", reason: str = "", by: str) -> str:
    """Do what the verb says; return what to say. `length` and `reason` are a silence's."""
    wanted = choice(verb, VERBS)
    if wanted == "acknowledge":
        is_new = services.acknowledge(name=name, by=by)
        return _("Acknowledged") if is_new else _("Somebody has taken it on already")
    if wanted == "silence":
        services.silence(name=name, length=length, reason=reason, by=by)
        return _("Silenced")
    return _("Not silenced any more") if services.unsilence(name=name, by=by) else _("It was not silenced")
