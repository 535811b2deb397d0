"""Server time of the pages at 100 000 updates, median of 40: `python -m benchmarks.overview` with TEST_DATABASE set."""

import os
import statistics
import time

import django

from tests import environment

UPDATES, PEOPLE, ROUNDS = 100_000, 5_000, 40
PAGES = ["/", "/updates/", "/people/", "/feedback/"]


def main() -> None:
    """Fill a test database, measure, and remove it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "botproject.settings"
    django.setup()
    from django.conf import settings  # noqa: PLC0415 (after setup)
    from django.contrib.auth.models import User  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext, get_runner  # noqa: PLC0415

    from benchmarks.fill import fill  # noqa: PLC0415

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    fill(UPDATES, people=PEOPLE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.create_superuser("operator"))
    print(f"{environment.SERVER.version if environment.SERVER else 'SQLite'}, {UPDATES} updates, {PEOPLE} people")
    for page in PAGES:
        client.get(page)
        taken = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            assert client.get(page).status_code == 200
            taken.append((time.perf_counter() - start) * 1000)
        with CaptureQueriesContext(connection) as queries:
            client.get(page)
        slowest = max(queries.captured_queries, key=lambda query: float(query["time"]))
        print(
            f"  {page:12} median {statistics.median(taken):5.1f} ms  p95 {sorted(taken)[int(ROUNDS * 0.95)]:5.1f} ms  "
            f"{len(queries):2} queries, the slowest {float(slowest['time']) * 1000:.0f} ms"
        )
    runner.teardown_databases(databases)
    if environment.SERVER:
        environment.SERVER.stop()


if __name__ == "__main__":
    main()
