"""`manage.py replay`: send updates through again. Without --apply a dry run; errors are one sentence, exit code 1."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.actor import acting, on_command_line
from botcore.exceptions import ValidationError
from botcore.inbox.models import State
from botcore.inbox.replay import Plan, no_such, plan, replay, updates
from botcore.inbox.selection import Selection

EPILOG = "Without --apply nothing is changed. Conditions narrow each other. Times are of arrival, in UTC."


class Command(BaseCommand):
    """Replays dead letters, quarantined, done and other ended updates."""

    help = f"Send updates through again that have ended. {EPILOG}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what selects updates."""
        parser.add_argument(
            "--id", dest="ids", action="append", type=int, default=[], help="a row's number; repeatable"
        )
        parser.add_argument("--state", dest="states", action="append", default=[], help="such as dead; repeatable")
        parser.add_argument("--kind", default="", help="Telegram's name of the type, such as message")
        parser.add_argument("--handler", default="", help="such as start.start")
        parser.add_argument("--group", default="", help="an error group, as the dashboard shows it")
        parser.add_argument("--since", default="", help="arrived at this time or later, such as 2026-11-01T10:00")
        parser.add_argument("--until", default="", help="arrived before this time")
        parser.add_argument("--apply", action="store_true", help="do it; without this it is only said")

    def handle(self, *, apply: bool, **options: Any) -> None:
        """Say what would happen, or do it."""
        try:
            selection = read(**options)
            with acting(on_command_line()):
                told = replay(selection, by="manage.py replay") if apply else plan(selection)
        except ValidationError as exc:
            raise CommandError(str(exc)) from exc
        if told.unknown:
            raise CommandError(no_such(told.unknown))
        if apply and not told.total:
            raise CommandError(" ".join(["Nothing was replayed.", *(told.reasons or ["No update fits."])]))
        self.stdout.write(table(told))
        if apply:
            self.stdout.write(f"{updates(told.total)} went through again: pending now, for the bot to handle.")
        elif told.total:
            self.stdout.write("This was a dry run. Add --apply to do it.")
        else:
            self.stdout.write("There is nothing to replay.")


def read(*, ids: list[int], states: list[str], since: str, until: str, **words: Any) -> Selection:
    """Return the selection that the options mean."""
    return Selection(
        ids=tuple(ids),
        states=tuple(states),
        since=read_time("--since", since),
        until=read_time("--until", until),
        **{name: words[name] for name in ("kind", "handler", "group")},
    )


def read_time(option: str, text: str) -> datetime | None:
    """Return a time in UTC unless it names its zone; None for none."""
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ValidationError(f"{option} {text!r} is no time: write it like 2026-11-01T10:00 or 2026-11-01.") from exc


def table(told: Plan) -> str:
    """Return the numbers by state in two columns, and a sentence for each reason to refuse."""
    rows = [(State(state).label, f"{count:,}") for state, count in told.again.items()]
    rows.append(("through again", f"{told.total:,}"))
    wide = max(len(label) for label, _ in rows), max(len(count) for _, count in rows)
    lines = [f"{label:<{wide[0]}}  {count:>{wide[1]}}" for label, count in rows]
    return "\n".join([*lines, *told.reasons])
