"""`manage.py verify_audit`: say whether every entry of the audit still says what it said; exit code 1 when not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from botcore.audit.verify import verify


class Command(BaseCommand):
    """Follows the chain of seals."""

    help = (
        "Check the seals of all entries of the audit. Note the last seal elsewhere: "
        "entries that were cut off at the end leave no other trace."
    )

    def handle(self, **_: Any) -> None:
        """Read all of it and say what was found."""
        found = verify()
        one = found.rows == 1
        self.stdout.write(f"{found.rows:,} {'entry is as it was' if one else 'entries are as they were'} written.")
        self.stdout.write(f"last seal: {found.last or 'none'}")
        if found.broken:
            raise CommandError(f"Entry {found.broken.pk} is broken: {found.broken.words}.")
