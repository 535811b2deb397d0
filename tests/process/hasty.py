"""`python -m tests.process.hasty`: `manage.py runbot` for whose watch minutes are seconds."""

import sys
from datetime import timedelta

import django

django.setup()

from botcore.alerts import deliveries, keeper  # noqa: E402
from botcore.alerts.conditions import policy  # noqa: E402
from botcore.alerts.conditions.rules import RULES  # noqa: E402
from botcore.connection import link  # noqa: E402
from botcore.monitoring import heart, selectors  # noqa: E402
from botcore.monitoring.health import intake, work  # noqa: E402
from tests.crash.bot import main  # noqa: E402

link.DOWN_SECONDS = link.CALM_SECONDS = 2.0
heart.BEAT_SECONDS = 0.5
keeper.LOOK_SECONDS, keeper.CONDITION_SECONDS = 0.2, 0.5
deliveries.LOOK = timedelta(seconds=0.2)
policy.CALM = timedelta(seconds=2)
selectors.POLL_GRACE, intake.LATE_SECONDS = timedelta(seconds=4), 1.0
work.BACKLOG_OLD, work.BACKLOG_TOO_OLD = 1.0, 3.0
for rule in RULES:
    object.__setattr__(rule, "lasts", timedelta(seconds=1))

if __name__ == "__main__":
    sys.exit(main("tests.process.failing"))
