"""`make test`: the whole suite on SQLite and, beside it, every floor that touches the database on PostgreSQL.

The tests mostly wait, so three lanes run at once; their reports follow one another.
"""

import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import IO

# Real processes whose subject is not the database are started on one database only.
SQLITE_ONLY = [
    f"tests/process/test_{name}.py"
    for name in (
        "connection",
        "crash_command",
        "faults_short",  # the whole of the faults, `make test-faults`, takes PostgreSQL
        "integrations",
        "logs",
        "metrics",
        "no_secrets",
        "opentelemetry",
        "story",
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
        "shared_budget",
        "stubborn",
        "way_out",
        "webhook_mode",
    )
]


def without(*files: str) -> list[str]:
    """Return pytest's words for leaving files out."""
    return [f"--ignore={file}" for file in files]


# Each lane is a list of runs, one after the other: the database and what is tested on it.
LANES = [
    [("sqlite", ["tests", *without("tests/process")])],
    [("postgresql", ["tests/process", *without(*SQLITE_ONLY)])],
    [
        ("postgresql", ["tests/database", "tests/flow", *without("tests/flow/test_anything.py")]),
        ("sqlite", ["tests/process", *without(*POSTGRESQL_ONLY)]),
    ],
]


def main() -> int:
    """Run the lanes at once; the first shows its progress, the others' reports follow; return 0 when all passed."""
    with tempfile.TemporaryFile("w+") as second, tempfile.TemporaryFile("w+") as third, ThreadPoolExecutor() as pool:
        lanes = [pool.submit(run, *pair) for pair in zip(LANES, (None, second, third), strict=True)]
        code = lanes[0].result()
        for lane, report in zip(lanes[1:], (second, third), strict=True):
            code = lane.result() or code
            report.seek(0)
            print(report.read(), flush=True)
    return 1 if code else 0


def run(lane: list[tuple[str, list[str]]], output: "IO[str] | None") -> int:
    """Run a lane to its end; return 0 when all of it passed."""
    code = 0
    for database, floors in lane:
        print(f"\n=== {database}: {' '.join(floors)} ===", file=output or sys.stdout, flush=True)
        command = [sys.executable, "-m", "pytest", "--durations=10", *floors, *sys.argv[1:]]
        environment = {**os.environ, "TEST_DATABASE": database}
        ended = subprocess.run(command, env=environment, stdout=output, stderr=output, text=True, check=False)
        code = ended.returncode or code
    return code


if __name__ == "__main__":
    sys.exit(main())
