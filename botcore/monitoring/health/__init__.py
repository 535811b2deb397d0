"""Health: one check for each thing that can be wrong, as a light and a sentence that says what to do.

`gathering.checks()` reads the database once and asks the files beside it, one for each subject. For people see
docs/operations/health.md.
"""

from botcore.monitoring.health.check import Check, Light, overall
from botcore.monitoring.health.gathering import NAMES, checks, without_database

__all__ = ["NAMES", "Check", "Light", "checks", "overall", "without_database"]
