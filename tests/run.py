"""`make test`: the whole suite on SQLite and, beside it, every floor that touches the database on PostgreSQL.

Many tests mostly wait, so three runs go on at once; their reports follow one another.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import IO

# Real processes whose subject is not the database are started on one database only.
SQLITE_ONLY = [
    f"tests/process/test_{name}.py"
    for name in (
        "connection",
        "crash_command",
        "documents_commands",
        "faults_short",  # the whole of the faults, `make test-faults`, takes PostgreSQL
        "integrations",
        "logs",
        "metrics",
        "no_secrets",
        "opentelemetry",
        "start",
        "start_machine",
        "story",
        "systemd",
    )
]
POSTGRESQL_ONLY = [
    f"tests/process/test_{name}.py"
    for name in (
        "access",
        "bad_set_up",
        "broadcast_command",
        "broadcasts",
        "errors",
        "rolling_deploy",
        "shared_budget",
        "start_telegram",
        "stubborn",
        "way_out",
        "webhook_mode",
    )
]


def without(*files: str) -> list[str]:
    """Return pytest's words for leaving files out."""
    return [f"--ignore={file}" for file in files]


# The database and what is tested on it, the longest first: whoever has ended one takes the next.
RUNS = [
    ("sqlite", ["tests", *without("tests/process", "tests/browser")]),
    ("postgresql", ["tests/process", *without(*SQLITE_ONLY)]),
    ("postgresql", ["tests/database", "tests/flow", *without("tests/flow/test_anything.py")]),
    ("sqlite", ["tests/process", *without(*POSTGRESQL_ONLY)]),
    ("sqlite", ["tests/browser"]),
]
AT_ONCE = 3


def main() -> int:
    """Run them; the first shows its progress, the others' reports follow one another; return 0 when all passed."""
    with ExitStack() as files, ThreadPoolExecutor(AT_ONCE) as pool:
        reports = [files.enter_context(tempfile.TemporaryFile("w+")) for _ in RUNS[1:]]
        ended = [pool.submit(run, *pair) for pair in zip(RUNS, (None, *reports), strict=True)]
        codes = [ended[0].result()]
        for one, report in zip(ended[1:], reports, strict=True):
            codes.append(one.result())
            report.seek(0)
            print(report.read(), flush=True)
    return 1 if any(codes) else 0


def run(chosen: tuple[str, list[str]], output: "IO[str] | None") -> int:
    """Run one to its end; return 0 when all of it passed."""
    database, floors = chosen
    print(f"\n=== {database}: {' '.join(floors)} ===", file=output or sys.stdout, flush=True)
    command = [sys.executable, "-m", "pytest", "--durations=10", *floors, *sys.argv[1:]]
    environment = {**os.environ, "TEST_DATABASE": database}
    return subprocess.run(command, env=environment, stdout=output, stderr=output, text=True, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
