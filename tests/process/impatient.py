"""`python -m tests.process.impatient`: `manage.py runbot` that judges its link within seconds instead of a minute."""

import sys

from botcore.connection import judge, link
from tests.crash.bot import main

link.DOWN_SECONDS = link.CALM_SECONDS = 2.0
judge.REJECTED_SECONDS = 3.0

if __name__ == "__main__":
    sys.exit(main("botcore.handlers"))
