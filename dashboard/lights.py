"""The overview's lights: processes, database, Telegram and intake, each good or with what is wrong; and one for all."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.monitoring.selectors import Condition, Process, WebhookFacts
from botcore.sentences.numerals import grouped

RANK = ("down", "late", "idle", "good")  # the gravest first
WORDS = {"connecting": "late", "up": "good", "degraded": "late", "down": "down"}
CONDITIONS = {Condition.RUNNING: "good", Condition.STARTING: "late", Condition.STOPPING: "late"}


@dataclass(frozen=True)
class Light:
    """One light: `dot` is its colour's name, `words` say how it is."""

    name: str
    title: str
    dot: str
    words: str


@dataclass(frozen=True)
class Lights:
    """All of them; `dot` is the gravest of all, `troubled` the processes to look at."""

    rows: list[Light]
    troubled: list[Process]

    @property
    def dot(self) -> str:
        """The gravest light."""
        return min((row.dot for row in self.rows), key=RANK.index)

    @property
    def is_well(self) -> bool:
        """Tell whether there is nothing to look at."""
        return self.dot == "good"


def lights(processes: Sequence[Process], webhooks: Sequence[WebhookFacts]) -> Lights:
    """Return the lights of what was seen."""
    alive = [process for process in processes if process.is_alive]
    rows = [_processes(processes, alive), _database(alive), _telegram(alive), _intake(alive, webhooks)]
    return Lights(rows, [process for process in processes if not _is_well(process)])


def _is_well(process: Process) -> bool:
    is_heard = process.connection in {"", "up"} and process.circuit in {"", "closed"}
    return process.condition == Condition.RUNNING and is_heard and not process.trouble and not process.spooled


def _processes(processes: Sequence[Process], alive: Sequence[Process]) -> Light:
    lost = len(processes) - len(alive)
    dots = [CONDITIONS.get(process.condition, "down") for process in alive] or ["idle" if not processes else "down"]
    if alive and lost:
        dots.append("late")
    if processes and not alive and all(process.condition == Condition.STOPPED for process in processes):
        dots = ["idle"]
    words = _("%(count)s running") % {"count": len(alive)} if alive else _("none runs")
    if lost and alive:
        words += _(", %(count)s lost") % {"count": lost}
    if any(process.trouble for process in alive):
        dots.append("late")
    return Light("processes", _("Processes"), min(dots, key=RANK.index), words)


def _database(alive: Sequence[Process]) -> Light:
    """A page that can be read says itself that the database answers."""
    waiting = sum(process.spooled for process in alive)
    if waiting:
        return Light("database", _("Database"), "late", _("records that wait for it: %(n)s") % {"n": grouped(waiting)})
    return Light("database", _("Database"), "good", _("answers"))


def _telegram(alive: Sequence[Process]) -> Light:
    links = [process.connection for process in alive if process.connection]
    deaf = any(process.condition == Condition.DEAF for process in alive)
    if any(process.circuit == "open" for process in alive) or deaf:
        return Light("telegram", "Telegram", "down", _("does not answer"))
    if not links:
        return Light("telegram", "Telegram", "good" if alive else "idle", _("not known yet") if alive else _("unasked"))
    dot = min((WORDS.get(link, "late") for link in links), key=RANK.index)
    said = {"good": _("answers"), "late": _("answers with trouble"), "down": _("does not answer")}
    if dot == "late" and "connecting" in links:
        return Light("telegram", "Telegram", dot, _("is being reached"))
    return Light("telegram", "Telegram", dot, said[dot])


def _intake(alive: Sequence[Process], webhooks: Sequence[WebhookFacts]) -> Light:
    by = {process.intake for process in alive}
    title = _("Intake")
    if failing := [hook for hook in webhooks if hook.last_error and hook.waiting]:
        waiting = sum(hook.waiting for hook in failing)
        return Light(
            "intake", title, "late", _("webhook, updates waiting at Telegram: %(n)s") % {"n": grouped(waiting)}
        )
    if "webhook" in by:
        return Light("intake", title, "good", _("by webhook"))
    if by & {"polling", ""}:
        return Light("intake", title, "good", _("by polling"))
    if by:
        return Light("intake", title, "late", _("nobody polls: all stand by"))
    return Light("intake", title, "idle", _("nobody takes updates in"))
