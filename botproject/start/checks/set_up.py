"""Settings: bad and missing ones, and what Django's own `check --deploy` says of them."""

from collections.abc import Iterator

from django.conf import settings
from django.core.checks import ERROR, Tags, run_checks

from botcore.monitoring.health.check import Check
from botcore.preflight import wrong_settings
from botproject.start.asked import Asked, error, warning, well

BY_HTTPS = ("security.W004", "security.W008", "security.W012", "security.W016")
WITHOUT_HTTPS = "DJANGO_HTTPS is not 1: logins go without TLS; put a TLS proxy in front of the pages and write 1."
SAID_HERE = {"botdeck.E001", "botdeck.W001", "security.W009"}  # by look_at_settings(), and by secrets.py


def look_at_settings(asked: Asked) -> Iterator[Check]:
    """Say each setting that is wrong; only the database matters to `migrate`, and a bot's own only to a bot."""
    complaints = settings.CONFIGURATION_COMPLAINTS
    wrong = list(wrong_settings()) if asked.role == "bot" else list(complaints.values())
    for words in wrong:
        is_minor = asked.role == "migrate" and words != complaints.get("DATABASE_URL")
        yield (warning if is_minor else error)("settings", words)
    if not wrong:
        yield well("settings", "Every value can be read.")


def look_at_deployment(asked: Asked) -> Iterator[Check]:
    """Ask Django; before a start only for what settings decide, which takes no time."""
    tags = None if asked.check_only else [Tags.security]
    found = run_checks(tags=tags, include_deployment_checks=True)
    said = [one for one in found if one.id not in SAID_HERE and not one.is_silenced()]
    if not settings.HTTPS and any(one.id in BY_HTTPS for one in said):
        said = [one for one in said if one.id not in BY_HTTPS]
        yield warning("check --deploy", f"{WITHOUT_HTTPS} ({', '.join(BY_HTTPS)})")
    for one in said:
        mend = f" {one.hint}" if one.hint else ""
        words = f"{one.msg}{mend} ({one.id})"
        yield (error if one.level >= ERROR else warning)("check --deploy", " ".join(words.split()))
    if not said:
        yield well("check --deploy", "Django has nothing else to say.")
