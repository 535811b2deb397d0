"""Writes of monitoring: the heartbeat of a process."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db.models.functions import Now

from botcore.monitoring.clocks import read_clock
from botcore.monitoring.models import Heartbeat


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
    vitals: str = "{}"


def beat(said: Beat) -> float | None:
    """Write the process' row at the database's time; return by how much this machine's clock differs, see Reading."""
    facts = asdict(said)
    Heartbeat.objects.update_or_create(process=facts.pop("process"), defaults={**facts, "beat_at": Now()})
    return read_clock().skew
