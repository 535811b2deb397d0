"""What operators decide about jobs: run one now, pause it, let it go on. Each is an event that names who."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.runtime.models import Job
from botcore.validators import storable

KIND = "job"
WHO_LENGTH = 150


@transaction.atomic
def run_now(name: str, *, by: str) -> None:
    """Let a job run once as soon as a process looks, also a paused one; its schedule stays as it is."""
    row = _row(name)
    if row.wanted_at:
        raise ValidationError(
            _("%(name)s was asked for already, and begins within seconds while a bot runs.") % {"name": name}
        )
    row.wanted_at, row.wanted_by = timezone.now(), storable(by)[:WHO_LENGTH]
    row.save(update_fields=["wanted_at", "wanted_by"])
    record_event(KIND, f"{by} asked for a run of {name}.", level=Level.INFO)
    record("jobs.run", f"job:{name}", by=by)


@transaction.atomic
def pause(name: str, *, by: str) -> bool:
    """Let a job's times pass until it is resumed; False when they do already. A run that goes on is not stopped."""
    row = _row(name)
    if row.is_paused:
        return False
    row.is_paused, row.paused_by = True, storable(by)[:WHO_LENGTH]
    row.save(update_fields=["is_paused", "paused_by"])
    record_event(KIND, f"{by} paused {name}.", level=Level.WARNING)
    record("jobs.pause", f"job:{name}", before={"paused": False}, after={"paused": True}, by=by)
    return True


@transaction.atomic
def resume(name: str, *, by: str) -> bool:
    """Let a job run by its schedule again; False when it does already. What it missed is made up for by its policy."""
    row = _row(name)
    if not row.is_paused:
        return False
    row.is_paused, row.paused_by = False, ""
    row.save(update_fields=["is_paused", "paused_by"])
    record_event(KIND, f"{by} resumed {name}.", level=Level.INFO)
    record("jobs.resume", f"job:{name}", before={"paused": True}, after={"paused": False}, by=by)
    return True


def _row(name: str) -> Job:
    row = Job.objects.select_for_update().filter(name=name).first()
    if row is None or row.next_at is None:
        raise ValidationError(_("There is no job %(name)s in this release.") % {"name": repr(name[:60])})
    return row
