"""Writes of monitoring: the heartbeat of a process."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from botcore.monitoring.models import Heartbeat

KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Beat:
    """What a process says of itself each time."""

    process: str
    role: str
    version: str
    state: str
    started_at: datetime
    bot_id: int | None = None
    bot_username: str = ""
    machine: str = ""
    intake: str = ""
    trouble: str = ""
    connection: str = ""
    connection_words: str = ""
    circuit: str = ""
    spooled: int = 0
    last_poll_at: datetime | None = None
    metrics_port: int | None = None
    metrics: str = ""


def forget_processes() -> None:
    """Delete the rows of processes that fell silent a week ago: each start makes a new one."""
    Heartbeat.objects.filter(beat_at__lt=timezone.now() - KEPT).delete()


def beat(said: Beat) -> None:
    """Write the process' row."""
    facts = asdict(said)
    Heartbeat.objects.update_or_create(process=facts.pop("process"), defaults={**facts, "beat_at": timezone.now()})
