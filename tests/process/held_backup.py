"""`python -m tests.process.held_backup DATABASE DIRECTORY`: a copy that stands still in the middle."""

import sys
import time
from pathlib import Path

import django

django.setup()

from botcore.backups.sqlite import back_up  # noqa: E402


def stand_still() -> None:
    """Say so, and never go on."""
    print("in the middle", flush=True)
    time.sleep(3600)


back_up(Path(sys.argv[1]), Path(sys.argv[2]), check=stand_still)
