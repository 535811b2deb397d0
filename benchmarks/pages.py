"""Server time, queries and size of every page, with few and with many rows: `make bench-pages`.

PAGES=updates,people measures only names with one of these words; SIZE=small or big only one size. Ends with 1 when a
limit is broken. A page's growth counts from FLOOR_MS on: two milliseconds more of a page that takes two are noise.
"""

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext, get_runner

import benchmarks  # noqa: F401 (sets Django up)
from benchmarks.panel_addresses import addresses, assets
from benchmarks.panel_browser import Answer, Browser
from benchmarks.panel_data import fill
from botcore.exports.kinds import EXPORTS
from tests import environment

SIZES = {"small": 100_000, "big": 5_000_000}  # updates
ROUNDS, WARM = 30, 3
LOOP = 100_000
MEDIAN_MS, P95_MS, QUERIES, GROWTH, FLOOR_MS, FIRST_VISIT = 100, 250, 12, 1.5, 3.0, 150_000
EXPORT_ROWS, EXPORT_MIB, FIRST_BYTE_MS = 1_000_000, 20, 100
LINE = "  {:44}" + "{:>9}" * 8
COLUMNS = ("median", "p95", "CPU", "queries", "slowest", "HTML kB", "gzip", "visit")
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
REFUSED = (302, 405)  # addresses that only take forms


@dataclass(frozen=True)
class Measured:
    """One page at one size; times in ms, sizes in bytes."""

    median: float
    best: float  # of the fastest round, where other work on the machine counts least
    p95: float
    cpu: float  # of this process; other work on the machine makes all else longer
    queries: int
    slowest: float
    size: int
    packed: int
    visit: int  # with styles and scripts, packed


def main() -> int:
    """Measure each size on a database of its own, tell, and return the exit code."""
    if not environment.SERVER:
        sys.exit("TEST_DATABASE=postgresql: the data are made by its SQL")
    found: dict[str, dict[str, Measured]] = {}
    wrong: list[str] = []
    for size, updates in SIZES.items():
        if os.environ.get("SIZE") in {None, "", size}:
            found[size] = {}
            with database(updates):
                print(f"{environment.SERVER.version}, {updates:,} updates, {updates // 5:,} people", flush=True)
                print(machine(), flush=True)
                wrong += measure(found[size])
                print(machine(), flush=True)
                if not os.environ.get("PAGES"):
                    wrong += exports()
    wrong += growth(found)
    environment.SERVER.stop()
    print("\n".join(["", *(f"BROKEN: {words}" for words in wrong)]) if wrong else "\nAll limits are kept.")
    return 1 if wrong else 0


def machine() -> str:
    """Say how fast the machine is just now: on a shared one the same work takes twice as long a minute later."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        sum(number * number for number in range(LOOP))
        taken.append((time.process_time() - began) * 1000)
    return f"{LOOP:,} squares take {min(taken):.1f} ms of CPU at best, {statistics.median(taken):.1f} in the middle"


class database:  # noqa: N801 (a context manager)
    """A test database with the rows of so many updates."""

    def __init__(self, updates: int) -> None:
        self._updates = updates
        self._runner = get_runner(settings)(verbosity=0, interactive=False)

    def __enter__(self) -> None:
        self._databases = self._runner.setup_databases()
        began = time.perf_counter()
        fill(updates=self._updates)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)

    def __exit__(self, *_: object) -> None:
        self._runner.teardown_databases(self._databases)


def measure(found: dict[str, Measured]) -> Iterator[str]:
    """Open every page again and again, print a line for each, and yield which limits are broken."""
    browser = Browser(User.objects.get_or_create(username="bench", is_superuser=True, is_staff=True)[0])
    wanted = os.environ.get("PAGES", "").split(",")
    print(LINE.format("page", *COLUMNS))
    for name, address in addresses():
        if not any(word in name for word in wanted):
            continue
        answer = browser.get(address)
        if answer.status in REFUSED:
            continue
        if answer.status != 200:
            yield f"{name}: {address} answers {answer.status}; panel_addresses.py needs a row for it"
            continue
        found[name] = one = repeat(browser, address, answer)
        sizes = (f"{size / 1000:.1f}" for size in (one.size, one.packed, one.visit))
        times = (f"{taken:.1f}" for taken in (one.median, one.p95, one.cpu))
        print(LINE.format(name, *times, one.queries, f"{one.slowest:.1f}", *sizes), flush=True)
        yield from broken(name, one)


def repeat(browser: Browser, address: str, first: Answer) -> Measured:
    """Measure one page, warm."""
    for _ in range(WARM):
        browser.get(address)
    taken, cpu = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.process_time()
        browser.get(address)
        taken.append((time.perf_counter() - began[0]) * 1000)
        cpu.append((time.process_time() - began[1]) * 1000)
    with CaptureQueriesContext(connection) as captured:  # what is written when the answer is sent delays nobody
        _, blocks = browser.open(address)
        b"".join(blocks)
    browser.close(blocks)
    queries = [query for query in captured.captured_queries if not query["sql"].startswith(("BEGIN", "COMMIT"))]
    packed = len(gzip.compress(first.body))
    visit = packed + sum(_packed(browser, asset) for asset in assets(first.body.decode()))
    slowest = max((float(query["time"]) * 1000 for query in queries), default=0.0)
    p95 = sorted(taken)[int(ROUNDS * 0.95)]
    used = statistics.median(cpu)
    return Measured(
        statistics.median(taken), min(taken), p95, used, len(queries), slowest, len(first.body), packed, visit
    )


def _packed(browser: Browser, address: str) -> int:
    """Return the size of a style or script, as it is sent; Django's admin makes one of them."""
    if not address.startswith(settings.STATIC_URL):
        return len(gzip.compress(browser.get(address).body))
    name = HASH.sub("", address.removeprefix(settings.STATIC_URL))  # a name has one where files were collected
    return len(gzip.compress(Path(str(finders.find(name))).read_bytes()))


def broken(name: str, one: Measured) -> Iterator[str]:
    """Yield the limits that a page breaks at one size."""
    if one.median >= MEDIAN_MS:
        yield f"{name}: median {one.median:.0f} ms, {MEDIAN_MS} allowed"
    if one.p95 >= P95_MS:
        yield f"{name}: p95 {one.p95:.0f} ms, {P95_MS} allowed"
    if one.queries > QUERIES:
        yield f"{name}: {one.queries} queries, {QUERIES} allowed"
    if one.visit >= FIRST_VISIT:
        yield f"{name}: {one.visit / 1000:.0f} kB for a first visit, {FIRST_VISIT / 1000:.0f} allowed"


def growth(found: dict[str, dict[str, Measured]]) -> Iterator[str]:
    """Yield which pages become slower with the rows; the two sizes are minutes apart, so by their fastest rounds."""
    small, big = found.get("small", {}), found.get("big", {})
    for name in small.keys() & big.keys():
        before, after = small[name].best, big[name].best
        if after > before * GROWTH and after - before > FLOOR_MS:
            yield f"{name}: {before:.1f} → {after:.1f} ms, {GROWTH} times allowed"


def exports() -> Iterator[str]:
    """Download each table in a process of its own, print what it took, and yield which limits are broken."""
    address = environment.SERVER.url.removesuffix("/postgres") if environment.SERVER else ""
    name = connection.settings_dict["NAME"]
    for kind in EXPORTS:
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.panel_export", kind, str(EXPORT_ROWS)],
            env={**os.environ, "BENCH_WORKER": "export", "DATABASE_URL": f"{address}/{name}"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            yield f"export of {kind}: {done.stderr[-300:]}"
            continue
        got = json.loads(done.stdout)
        print(
            f"  export of {kind:12} {got['rows']:9,} rows  {got['bytes'] / 2**20:7.1f} MiB in {got['seconds']:5.1f} s  "
            f"first byte {got['first_ms']:5.1f} ms  memory +{got['grown_mib']:.1f} MiB",
            flush=True,
        )
        if got["grown_mib"] >= EXPORT_MIB:
            yield f"export of {kind}: {got['grown_mib']:.1f} MiB more memory, {EXPORT_MIB} allowed"
        if got["first_ms"] >= FIRST_BYTE_MS:
            yield f"export of {kind}: first byte after {got['first_ms']:.0f} ms, {FIRST_BYTE_MS} allowed"


if __name__ == "__main__":
    sys.exit(main())
