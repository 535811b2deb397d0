"""`python -m tests.faults.web`: every page of an instrumented web process, asked through Django's whole request stack.

Told over stdin which site to arm, like tests.faults.bot; it judges by itself, because the answer is at hand.
"""

import json
import logging
import os
import re
import sys
from typing import TYPE_CHECKING, Any

from tests.faults import instrument
from tests.faults.sites import matching
from tests.faults.trap import Ear, Trap

if TYPE_CHECKING:
    from tests.faults.pages import Pages

TRAP = Trap()
ERRORS = {500, 503}
REFERENCE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4,}")


def play(pages: "Pages", name: str) -> Any:
    """Make the request, and undo what it wrote."""
    from django.db import OperationalError, transaction  # noqa: PLC0415 (after setup)

    from botcore.monitoring.health import database  # noqa: PLC0415
    from dashboard.views import jobs  # noqa: PLC0415

    database.in_the_code.cache_clear()
    jobs.purposes.cache_clear()
    if pattern := pages.asks[name].breaks:
        error = TimeoutError() if pages.asks[name].late else OperationalError("the connection is lost")
        TRAP.break_(matching(pattern)[0].number, error, times=1)
    with transaction.atomic():
        try:
            return pages.ask(name)
        finally:
            transaction.set_rollback(True)


def record(pages: "Pages") -> dict[str, Any]:
    """Return the sites that each request passes, and complaints about answers that are not as usual."""
    reach, wrong = {}, []
    for name, ask in pages.asks.items():
        TRAP.take_passed()
        status = play(pages, name).status_code
        if status != ask.status:
            wrong.append(f"{name}: {status} instead of {ask.status}")
        reach[name] = TRAP.take_passed()
    return {"reach": reach, "wrong": wrong}


def test(pages: "Pages", name: str, site: int) -> dict[str, Any]:
    """Make a request with the site armed, and the same without; judge both."""
    ask = pages.asks[name]
    TRAP.arm(site, times=1)
    try:
        response = play(pages, name)
        words = complaint(response, ask.status, for_people=ask.logged_in)
    except Exception as exc:  # noqa: BLE001 (left the request stack: a bare 500 of the server)
        words = f"{type(exc).__name__} left the request stack"
    TRAP.disarm()
    fired, records = TRAP.fired, len(TRAP.records)
    again = play(pages, name).status_code
    survived = again == ask.status
    if not survived:
        words = f"{words} afterwards {again}".strip()
    return {"reached": bool(fired), "records": records, "answered": not words, "survived": survived, "words": words}


def complaint(response: Any, usual: int, *, for_people: bool) -> str:
    """Return what is wrong with an answer; "" for nothing."""
    text = response.content.decode(errors="replace")
    if "Traceback" in text or TRAP.sign in text:
        return "the page shows the error"
    if response.status_code == usual:
        return ""
    if response.status_code not in ERRORS and (for_people or response.status_code < 400):  # a machine sends it again
        return f"status {response.status_code}"
    is_page = response.headers.get("Content-Type", "").startswith("text/html")
    return "a page without a reference" if for_people and is_page and not REFERENCE.search(text) else ""


def main() -> None:
    """Install the instrument, fill the database, obey until stdin ends."""
    instrument.install(TRAP.point)
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    setup_test_environment(debug=False)
    settings.STATIC_ROOT = settings.BASE_DIR / "dashboard" / "static"  # no `collectstatic` here
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    from botcore.monitoring.health.limited import Limited  # noqa: PLC0415
    from tests.faults.pages import Pages  # noqa: PLC0415

    # In the request's own transaction, whose rows nobody else sees.
    Limited.__call__ = lambda limited, _seconds: limited._question()  # type: ignore[assignment,method-assign]
    logging.getLogger().addHandler(Ear(TRAP))
    pages = Pages()
    for line in sys.stdin:
        told = json.loads(line)
        answer = record(pages) if told["do"] == "record" else test(pages, told["scenario"], told["site"])
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
