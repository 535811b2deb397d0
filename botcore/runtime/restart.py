"""Restarting all bot processes: a person's wish as a row, which each process that began before obeys, one at a time.

A process drains as for SIGTERM and runs itself anew (botcore/anew.py). The first that sees all of them back says so.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.inbox.once import first_time
from botcore.monitoring.clocks import read_clock
from botcore.monitoring.events import record_event
from botcore.monitoring.models import Level
from botcore.monitoring.selectors import live_heartbeats
from botcore.outbox import services as outbox
from botcore.outbox.content import Template
from botcore.runtime.models import Lease
from botcore.runtime.services import give_up_duties, take_duty
from botcore.runtime.settings_store import all_settings, clear_setting, set_setting
from botcore.validators import storable

NAME = DUTY = EVENT = "restart"
ACTION = "bot.restart"
LONGEST = timedelta(hours=1)  # after which a wish that was not fulfilled counts for nothing
START_SECONDS = 120  # that a process may take from its end until it works again; usually two


@dataclass(frozen=True)
class Wish:
    """What was wished for; `at` is the database's time, `processes` are those that lived then."""

    key: str
    by: str
    at: datetime
    chat_id: int | None
    processes: frozenset[str]


@dataclass(frozen=True)
class Life:
    """A process from its start on, by the database's clock; `obeyed` is the wish by which it runs.

    `before` is the process' name in the life before.
    """

    process: str
    began_at: datetime
    obeyed: str = ""
    before: str = ""

    def owes(self, wish: Wish) -> bool:
        """Tell whether it must begin anew; never twice for one wish, whatever the clocks say."""
        return wish.key != self.obeyed and self.began_at < wish.at

    def note(self, wish: Wish) -> str:
        """Return what the next life must know of this one."""
        return f"{wish.key} {self.process}"


def begin(process: str, note: str = "") -> Life:
    """Note that a process begins now; `note` is what its life before has left."""
    obeyed, before = note.split(" ", 1) if " " in note else ("", "")
    return Life(process, read_clock().now, obeyed, before)


@transaction.atomic
def want(*, by: str, chat_id: int | None = None) -> Wish:
    """Let all bot processes begin anew; the chat hears when they are back. Raise ValidationError when none lives."""
    sql.one_at_a_time(NAME)
    if wished := current():
        raise ValidationError(_("%(who)s has asked for a restart already: it is under way.") % {"who": wished.by})
    processes = _living()
    if not processes:
        raise ValidationError(_("No bot process is alive: there is none to restart."))
    Lease.objects.filter(name=DUTY).update(owner="", until=Now())  # whatever an earlier one has left
    wish = Wish(secrets.token_hex(8), storable(by)[:150], read_clock().now, chat_id, frozenset(processes))
    set_setting(NAME, _facts(wish), wish.by, timezone.now() + LONGEST)
    record(ACTION, "bot", after={"processes": sorted(processes)}, by=by)
    record_event(EVENT, f"{wish.by} asked for a restart of {_counted(len(processes))}.", level=Level.INFO)
    return wish


@transaction.atomic
def want_once(*, bot_id: int, update_pk: int, by: str, chat_id: int) -> bool:
    """Wish for it as want() does, once for an update: its next attempt, maybe after the restart, wishes for nothing.

    That it was done is noted in the same transaction, so a wish that came to nothing may be made again.
    """
    is_new = first_time(bot_id, f"{update_pk}:{NAME}", update_pk=update_pk)
    if is_new:
        want(by=by, chat_id=chat_id)
    return is_new


def current() -> Wish | None:
    """Return the wish that is being fulfilled."""
    row = next((row for row in all_settings(NAME) if row.name == NAME), None)
    return _wish(row.value, row.by) if row and isinstance(row.value, dict) else None


def look(life: Life) -> Wish | None:
    """Return the wish that this process must obey now; else see to it that one which is fulfilled comes to its end.

    To be asked by a process that works.
    """
    wish = current()
    if wish is None:
        return None
    if life.before:  # the turn of the life before is over: this one works
        give_up_duties(life.before, DUTY)
    if not life.owes(wish):
        _end_if_fulfilled(wish)
    elif _is_stuck(life):
        _end(wish, f"A process did not come back: the restart that {wish.by} asked for ends here.", "restart_stuck")
    elif take_duty(DUTY, life.process, seconds=settings.BOT_STOP_SECONDS + START_SECONDS):
        return wish
    return None


def _end_if_fulfilled(wish: Wish) -> None:
    if wish.processes & (living := _living()) or _turns(until__gte=Now()).exists():  # on its way to its next life
        return
    seconds = max(0, round((read_clock().now - wish.at).total_seconds()))
    count, wanted = len(living), len(wish.processes)
    words = f"{count} of {_counted(wanted)} came back in {seconds} s: version {settings.VERSION}."
    _end(wish, words, "restart_back", version=settings.VERSION, seconds=seconds, count=count, wanted=wanted)


@transaction.atomic
def _end(wish: Wish, words: str, template: str, **values: Any) -> None:
    """Take the wish away, and tell who asked; of several processes that see it at once one does so."""
    sql.one_at_a_time(NAME)
    found = current()
    if found is None or found.key != wish.key:
        return
    clear_setting(NAME)
    record_event(EVENT, words, level=Level.WARNING if template == "restart_stuck" else Level.INFO)
    if wish.chat_id is not None:
        _tell(wish, template, values)


def _tell(wish: Wish, template: str, values: Mapping[str, Any]) -> None:
    try:
        outbox.send(
            chat_id=wish.chat_id or 0, content=Template(template, values), source=NAME, key=f"{NAME}:{wish.key}"
        )
    except ValidationError as exc:  # they have blocked the bot meanwhile; the event is there to read
        record_event(EVENT, f"Who asked for the restart cannot be told: {exc}", level=Level.INFO)


def _is_stuck(life: Life) -> bool:
    """Tell whether a process took its turn and has not come back in time: the next one would hardly fare better."""
    return _turns(until__lt=Now()).exclude(owner=life.process).exists()


def _turns(**until: Any) -> QuerySet[Lease]:
    """Choose the turn that a process has taken and not given back."""
    return Lease.objects.filter(name=DUTY, **until).exclude(owner="")


def _living() -> frozenset[str]:
    return frozenset(process.process for process in live_heartbeats() if process.role == "bot")


def _counted(number: int) -> str:
    return "1 bot process" if number == 1 else f"{number} bot processes"


def _facts(wish: Wish) -> dict[str, Any]:
    chat = {} if wish.chat_id is None else {"chat_id": wish.chat_id}
    return {"key": wish.key, "at": wish.at.isoformat(), "processes": sorted(wish.processes), **chat}


def _wish(facts: Mapping[str, Any], by: str) -> Wish | None:
    try:
        at, processes = datetime.fromisoformat(facts["at"]), frozenset(map(str, facts["processes"]))
        return Wish(str(facts["key"]), by, at, facts.get("chat_id"), processes)
    except (KeyError, TypeError, ValueError):  # a row that somebody wrote by hand
        return None
