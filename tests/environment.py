"""A pytest plugin that sets the environment before Django reads it: no .env, the sandbox's token, the database to test.

TEST_DATABASE is sqlite (default) or postgresql; the suite starts its own PostgreSQL server and stops it at the end.
"""

import os
import shutil
import tempfile

import hypothesis
import pytest

from tests.postgresql import PostgreSQL

TEST_ENVIRONMENT = {
    "DJANGO_ENV_FILE": "",
    "DJANGO_SECRET_KEY": "tests-tests-tests-tests-tests-tests-tests",
    "TELEGRAM_BOT_TOKEN": "1:sandbox",
    "TELEGRAM_API_URL": "http://127.0.0.1:9",  # nothing listens there
    "TELEGRAM_ADMIN_IDS": "1",
    "LOG_FORMAT": "console",
}
OURS = (
    "DJANGO_",
    "TELEGRAM_",
    "BOT_",
    "METRICS_",
    "LOG_",
    "WEBHOOK_",
    "SPOOL_DIR",
    "BACKUP_DIR",
    "SENTRY_",
    "OTEL_",
    "ALERT_",
    "EMAIL_",
    "DASHBOARD_",
    "DEFAULT_FROM_EMAIL",
)
for _name in [name for name in os.environ if name.startswith(OURS)]:
    if _name != "DJANGO_SETTINGS_MODULE":
        del os.environ[_name]
SPOOL_DIR = tempfile.mkdtemp(prefix="botdeck-spool-")
os.environ.update(TEST_ENVIRONMENT, SPOOL_DIR=SPOOL_DIR)

# The same examples on every run and machine, and no wall clock.
# A slow machine is no finding: neither a deadline nor how long examples take to make.
hypothesis.settings.register_profile(
    "botdeck", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("botdeck")

DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
SERVER = PostgreSQL() if DATABASE == "postgresql" else None
os.environ["DATABASE_URL"] = SERVER.start() if SERVER else "sqlite:///var/tests.sqlite3"


def pytest_sessionstart() -> None:
    """Let tests empty the audit, which PostgreSQL refuses: they empty every table after themselves."""
    from django.db.models.signals import post_migrate  # noqa: PLC0415 (only now is the environment set)

    if SERVER:
        post_migrate.connect(_unseal)


def _unseal(**_: object) -> None:
    from django.db import connection  # noqa: PLC0415

    if "botcore_auditentry" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER IF EXISTS botcore_audit_table ON botcore_auditentry")


def pytest_runtest_setup() -> None:
    """Let no test see settings that another one changed: its rows are rolled back."""
    from botcore.runtime.setting_cache import CACHE  # noqa: PLC0415 (only now is the environment set)

    CACHE.empty()


@pytest.hookimpl(trylast=True)
def pytest_runtest_call() -> None:
    """Have a test's log lines written while pytest still catches them."""
    from botcore.logs import flush  # noqa: PLC0415 (only now is the environment set)

    flush()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """The same for those of its end."""
    pytest_runtest_call()


def pytest_report_header() -> str:
    """Say which database is tested."""
    return f"database: {SERVER.version if SERVER else 'SQLite'}"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    """Remove what was spooled and stop the server."""
    shutil.rmtree(SPOOL_DIR, ignore_errors=True)
    if SERVER:
        SERVER.stop()
