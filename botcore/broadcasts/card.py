"""What a card in a chat says of a broadcast, and its buttons: for handlers/admin/broadcast.py and for cards.py."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from botcore.broadcasts import selectors
from botcore.broadcasts.selectors import BroadcastFacts, Progress
from botcore.exceptions import ValidationError
from botcore.outbox.content import Button, Buttons
from botcore.people.privacy import Reader
from botcore.validators import whole

PLACES = 10  # of the bar


def found(value: str) -> BroadcastFacts:
    """Return the broadcast that a button means; raise ValidationError when there is none."""
    pk = whole(value)
    facts = selectors.broadcast(pk, reader=Reader()) if pk else None
    if facts is None:
        raise ValidationError(_("There is no broadcast %(pk)s.") % {"pk": pk or "–"})
    return facts


def values(facts: BroadcastFacts) -> dict[str, Any]:
    """Return what the template `broadcast` shows."""
    return {"broadcast": facts, "bar": bar(facts.progress), "most": selectors.MOST_COUNTED}


def bar(progress: Progress) -> str:
    """Draw how much has ended; nothing when the total is not known."""
    if progress.percent is None:
        return ""
    full = min(PLACES, PLACES * progress.percent // 100)
    return "▰" * full + "▱" * (PLACES - full)


def buttons(facts: BroadcastFacts) -> Buttons:
    """Return what can be done about it, in the language active now."""
    acts = []
    if facts.is_before:
        acts.append(Button(_("Start…"), data=f"broadcast_start:{facts.pk}"))
        acts.append(Button(_("At a time…"), data=f"broadcast_schedule:{facts.pk}"))
    elif facts.is_running:
        acts.append(Button(_("Pause"), data=f"broadcast_pause:{facts.pk}"))
    elif facts.is_paused:
        acts.append(Button(_("Resume"), data=f"broadcast_resume:{facts.pk}"))
    if facts.is_open:
        acts.append(Button(_("Cancel…"), data=f"broadcast_cancel:{facts.pk}"))
    look = [Button("↻", data=f"broadcast:{facts.pk}"), Button(_("All broadcasts"), data="broadcasts:|")]
    return [row for row in (acts, _more(facts), *_course(facts), _of_sent(facts), look) if row]


def to_pay(facts: BroadcastFacts) -> str:
    """Say what a yes to its start costs; "" for nothing."""
    if not facts.price:
        return ""
    words = {"stars": f"{facts.price.most:,}", "about": f"{facts.price.about:,}", "rate": facts.price.per_second}
    asked = ngettext(
        "You pay at most %(stars)s Star for it, about %(about)s at %(rate)s messages a second.",
        "You pay at most %(stars)s Stars for it, about %(about)s at %(rate)s messages a second.",
        facts.price.most,
    )
    return asked % words


def _course(facts: BroadcastFacts) -> list[list[Button]]:
    """Return what else a draft has: buttons, hours, payment where that is allowed; not of a change of what was sent."""
    if not facts.is_draft or facts.amends:
        return []
    stop = _("Without the button to stop") if facts.has_stop else _("With a button to stop")
    paid = Button(_("Do not pay") if facts.is_paid else _("Pay for speed"), data=f"broadcast_pay:{facts.pk}")
    below = [
        Button(_("Buttons…"), data=f"broadcast_buttons:{facts.pk}"),
        Button(stop, data=f"broadcast_stopper:{facts.pk}"),
    ]
    return [
        [] if facts.is_album else below,
        [Button(_("Hours…"), data=f"broadcast_hours:{facts.pk}"), *([paid] if facts.may_pay or facts.is_paid else [])],
    ]


def _more(facts: BroadcastFacts) -> list[Button]:
    """Return what can be done before it starts, else afterwards."""
    if facts.is_scheduled:
        return [Button(_("Back to draft"), data=f"broadcast_unschedule:{facts.pk}")]
    if facts.amends:
        return _more_of_change(facts)
    files = [Button(_("Other files…"), data=f"broadcast_files:{facts.pk}")] if facts.can_have_files else []
    if not facts.is_draft:
        test = [Button(_("Test to me"), data=f"broadcast_test:{facts.pk}")] if facts.trial else []
        return [*test, *files, Button(_("Copy to a new draft"), data=f"broadcast_copy:{facts.pk}")]
    change = [Button(_("Change…"), data=f"broadcast_edit:{facts.pk}")] if facts.can_be_reworded else []
    aim = Button(_("Who gets it…"), data=f"broadcast_aim:{facts.pk}")
    return [Button(_("Test to me"), data=f"broadcast_test:{facts.pk}"), *change, *files, aim]


def _more_of_change(facts: BroadcastFacts) -> list[Button]:
    """Return what can be done about an edit or a deletion of what another has sent."""
    above = Button(_("Broadcast %(pk)s") % {"pk": facts.amends}, data=f"broadcast:{facts.amends}")
    if not facts.is_draft or facts.is_deletion:
        return [above]
    test, change = (f"{name}:{facts.pk}" for name in ("broadcast_test", "broadcast_edit"))
    return [Button(_("Test to me"), data=test), Button(_("Change…"), data=change), above]


def _of_sent(facts: BroadcastFacts) -> list[Button]:
    """Return what can be done about messages that were sent."""
    edit = Button(_("Edit what was sent…"), data=f"broadcast_amend:{facts.pk}")
    delete = Button(_("Delete what was sent…"), data=f"broadcast_delete:{facts.pk}")
    return [edit] * facts.can_be_edited + [delete] * facts.can_be_deleted
