"""`manage.py reset_second_factor NAME`: for who has lost both the app and the recovery codes, and knows no owner."""

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from botcore.accounts.services import reset_factor
from botcore.audit.actor import acting, on_command_line


class Command(BaseCommand):
    """Takes a second factor away."""

    help = "Take the second factor of an account away and log it out everywhere; its password stays."

    def add_arguments(self, parser: CommandParser) -> None:
        """Ask whose."""
        parser.add_argument("username")

    def handle(self, *, username: str, **_: Any) -> None:
        """Do it and say so."""
        account = get_user_model().objects.filter(username=username).first()
        if account is None:
            raise CommandError(f"There is no account {username}.")
        with acting(on_command_line()):
            done = reset_factor(account_id=account.pk, by="")
        self.stdout.write(f"{username} {'logs in by password alone now' if done else 'had no second factor'}.")
