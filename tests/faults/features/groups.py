"""A feature that uses the services of errors and of settings in ways that are refused."""

from datetime import timedelta

from django.utils import timezone
from telegram import Update

from botcore.alerts import triage
from botcore.database import in_database
from botcore.errors import services, undo
from botcore.errors.regroup import MOST_MERGED
from botcore.pipeline.context import Context
from botcore.registry import command
from botcore.runtime import log_levels
from botcore.runtime.settings_store import clear_setting, set_setting, setting
from tests.database.errors import error
from tests.faults.features.services import attempt


@command("groups")
async def groups(_update: Update, context: Context) -> None:
    """Use them all."""
    await in_database(decide_all)
    await context.answer("sentence", sentence="decided")


def decide_all() -> None:
    """Decide about groups, and change settings."""
    now, by = timezone.now(), "a test"
    group, part, mended = error("Group"), error("Part", state="muted"), error("Mended", state="resolved")
    standings = undo.decide(group.pk, lambda: services.acknowledge(group_id=group.pk, by=by)) or []
    attempt(
        lambda: undo.undo(group_id=group.pk, standings=standings, by=by),
        lambda: undo.undo(group_id=group.pk, standings=standings, by=by),
        lambda: services.mute(group_id=group.pk, by=by, until=now + timedelta(hours=1), limit=5),
        lambda: services.mute(group_id=group.pk, by=by, window_seconds=60),
        lambda: services.mute(group_id=group.pk, by=by, until=now - timedelta(hours=1)),
        lambda: services.resolve(group_id=0, by=by),
        lambda: services.resolve(group_id=2**40, by=by),
        lambda: services.merge(into=group.pk, others=range(1, MOST_MERGED + 3), by=by),
        lambda: services.merge(into=group.pk, others=[part.pk], by=by),
        lambda: triage.find(str(part.pk)),
        lambda: triage.find("999999999"),
        lambda: services.merge(into=mended.pk, others=[group.pk], by=by),
        lambda: services.split(fingerprint="none", by=by),
        lambda: log_levels.set_level(logger="not a name", level="DEBUG", duration="1h", by=by),
        lambda: set_setting("faults", 1, by, until=now - timedelta(hours=1)),
        lambda: set_setting("", 1, by),
        lambda: set_setting("faults", 1, by),
    )
    setting("faults")
    clear_setting("faults", by)
