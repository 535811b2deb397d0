"""The keeper's look at all conditions: what is seen, what follows, and the alerts that come of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, InterfaceError, transaction
from django.utils import timezone
from django.utils.timesince import timesince

from botcore.alerts.conditions.policy import Act, Standing, step
from botcore.alerts.conditions.rules import BY_NAME, RULES, Rule
from botcore.alerts.conditions.sights import Facts, see
from botcore.alerts.conditions.trail import note, note_begin
from botcore.alerts.failure import warn
from botcore.alerts.models import Condition, Reason
from botcore.alerts.services import raise_condition
from botcore.alerts.withdrawal import withdraw

WORDS = 300  # characters


def look_at_conditions(now: datetime | None = None) -> int:
    """Look at all of them (at that time); return how many alerts that makes."""
    now = now or timezone.now()
    facts = Facts.gather(now)
    return _follow({rule.name: _see(rule, facts) for rule in RULES}, now)


def _see(rule: Rule, facts: Facts) -> str | None:
    """Look at one; with a bug in it nothing is known."""
    try:
        return see(rule, facts)
    except (DatabaseError, InterfaceError):  # the next look may find it back
        raise
    except Exception as exc:
        warn(f"the look at {rule.name}", exc)
        return None


@transaction.atomic
def _follow(seen: Mapping[str, str | None], now: datetime) -> int:
    rows, known, told = _locked(), [], 0
    for name, words in seen.items():
        row = rows[name]
        was = Standing.of(row)
        stands, act = step(was, seen=None if words is None else bool(words), now=now, timing=BY_NAME[name].timing)
        if words or row.words or replace(stands, looked_at=was.looked_at) != was:
            _write(row, stands, words)
        elif stands.looked_at == now:
            known.append(row.pk)
        is_over = was.fired_at and not stands.fired_at
        if is_over or act != Act.NOTHING:  # a repeat tells all that one before it would have told
            withdraw(name, "it is over" if is_over else "told anew")
        if is_over:
            note(name, f"It is over. {_lasted(was, now)}")
        elif stands.fired_at and not was.fired_at:
            note_begin(name, row.words)
        if act != Act.NOTHING:
            _raise(BY_NAME[name], act, row.words, was=was, now=now)
            told += 1
    Condition.objects.filter(pk__in=known).update(looked_at=now)  # most of them, most of the time
    return told


def _locked() -> dict[str, Condition]:
    """Lock the rows of all conditions by name; make those that are missing."""
    rows = Condition.objects.select_for_update().filter(name__in=BY_NAME).order_by("name")
    found = {row.name: row for row in rows}
    if missing := [name for name in sorted(BY_NAME) if name not in found]:
        Condition.objects.bulk_create([Condition(name=name) for name in missing], ignore_conflicts=True)
        found = {row.name: row for row in rows.all()}
    return found


def _write(row: Condition, stands: Standing, words: str | None) -> None:
    for name, at in vars(stands).items():
        setattr(row, name, at)
    row.words = words[:WORDS] if words else row.words if stands.fired_at else ""
    row.acked_by = row.acked_by if stands.acked_at else ""
    row.save()


def _lasted(was: Standing, now: datetime) -> str:
    """Say how long it was so, without the time in which it might have come back."""
    until = was.seen_at or now
    return f"It lasted {timesince(was.seen_since or now, until, depth=1)}, until {until:%H:%M} UTC."


def _raise(rule: Rule, act: Act, words: str, *, was: Standing, now: datetime) -> None:
    """Note what is to be told."""
    text, reason, since = words, Reason.CONDITION, was.seen_since or now
    if act == Act.RESOLVE:
        text, reason = _lasted(was, now), Reason.RECOVERED
    elif act == Act.REPEAT:
        text = f"{words} It has been so for {timesince(since, now, depth=1)}."
    raise_condition(condition=rule.name, reason=reason, title=rule.title, text=text, avoids=rule.breaks, at=now)
