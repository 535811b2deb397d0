"""`manage.py retention`: say what would go; with --apply let it go, as the job of the same name does each night."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.actor import acting, on_command_line
from botcore.exceptions import BotdeckError
from botcore.retention.kinds import KINDS
from botcore.retention.selectors import days_of, would_go
from botcore.retention.services import in_words, let_go
from botcore.runtime.jobs.run import Run


class Command(BaseCommand):
    """Lets old rows go."""

    help = (
        "Let old rows go: each kind after the days that are set on the page Retention, or by default. "
        "Without --apply nothing is changed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which kinds, and whether to do it."""
        parser.add_argument("--kind", dest="kinds", action="append", choices=list(KINDS), help="repeatable; else all")
        parser.add_argument("--apply", action="store_true", help="do it; without this it is only said")

    def handle(self, *, kinds: list[str] | None, apply: bool, **_: Any) -> None:
        """Say what would go, or do it."""
        names = kinds or list(KINDS)
        if not apply:
            return self._preview(names)
        try:
            with acting(on_command_line()):
                self.stdout.write(let_go([KINDS[name] for name in names], Run("retention", by="manage.py retention")))
        except BotdeckError as exc:
            raise CommandError(str(exc)) from exc
        return None

    def _preview(self, names: list[str]) -> None:
        days = {name: days_of(KINDS[name]) for name in names}
        for name, found in would_go(days).items():
            amount = f"{found.count:,}{' or more' if found.more else ''}"
            self.stdout.write(f"{name:16} kept {in_words(name, days[name]):12} {amount} would go")
        self.stdout.write("This was a dry run. Add --apply to do it.")
