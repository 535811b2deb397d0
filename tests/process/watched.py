"""`python -m tests.process.watched`: `manage.py runbot` with handlers that block, whose watchdog waits only seconds."""

import sys

from botcore.monitoring.watchdog import Watchdog
from tests.crash.bot import main

assert Watchdog.__init__.__kwdefaults__
Watchdog.__init__.__kwdefaults__["loop_seconds"] = 8.0

if __name__ == "__main__":
    sys.exit(main("tests.process.stubborn"))
