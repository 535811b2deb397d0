"""`manage.py erase_person ID`: say what would go of a person; with --apply forget them, as the job `erasures` does."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.actor import acting, on_command_line
from botcore.erasure import selectors, services
from botcore.exceptions import ValidationError
from botcore.runtime.jobs.run import Run

TRIES, PAUSE = 30, 2.0  # seconds between them: what is being handled or sent is over by then


class Command(BaseCommand):
    """Forgets one person."""

    help = (
        "Erase all that is kept of a person, in every table and in the spool. "
        "Without --apply nothing is changed: it is only counted, which reads every table."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say who, and whether to do it."""
        parser.add_argument("person", type=int, help="Telegram's id of the person")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--dry-run", action="store_true", help="only count; so it is without --apply, too")
        how.add_argument("--apply", action="store_true", help="do it")
        how.add_argument("--proof", action="store_true", help="say when this person was forgotten")

    def handle(self, *, person: int, apply: bool, proof: bool, **_: Any) -> None:
        """Count it, do it, or say when it was done."""
        if proof:
            self._prove(person)
        elif apply:
            self._erase(person)
        else:
            self._preview(person)

    def _preview(self, person: int) -> None:
        for name, count in selectors.would_go(person).items():
            self.stdout.write(f"{name:18} {count:,}")
        self.stdout.write("This was a dry run. Add --apply to do it.")

    def _erase(self, person: int) -> None:
        actor = on_command_line()
        with acting(actor):
            try:
                pk = services.ask(user_id=person, by=actor.name)
            except ValidationError as exc:
                raise CommandError(str(exc)) from exc
            run = Run("erasures", by="manage.py erase_person")
            for _ in range(TRIES):
                if services.proceed(pk, run):
                    self.stdout.write(f"Erasure {pk} is done: nothing of this person is kept.")
                    return
                time.sleep(PAUSE)
        raise CommandError("Something of this person is still under way; the job erasures goes on with it each minute.")

    def _prove(self, person: int) -> None:
        for one in selectors.proofs(person):
            end = f"done {one.finished_at:%Y-%m-%d %H:%M} UTC" if one.finished_at else "not done yet"
            counts = ", ".join(f"{name} {count:,}" for name, count in one.counts.items())
            self.stdout.write(f"erasure {one.pk}: asked {one.asked_at:%Y-%m-%d %H:%M} UTC by {one.by}, {end}: {counts}")
