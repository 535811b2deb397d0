"""`make test`: the whole suite on SQLite and, beside it, every floor that touches the database on PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from typing import IO

SQLITE = ["tests"]
# Which database it is matters not to spans; and the whole of the faults, `make test-faults`, takes PostgreSQL.
ONCE = [
    "tests/process/test_opentelemetry.py",
    "tests/process/test_faults_short.py",
    "tests/flow/test_anything.py",
]
POSTGRESQL = ["tests/database", "tests/flow", "tests/process", *(f"--ignore={file}" for file in ONCE)]


def main() -> int:
    """Run both at once, for they mostly wait; show one report after the other; return 0 when both passed."""
    with tempfile.TemporaryFile("w+") as report:
        beside = start("postgresql", POSTGRESQL, report)
        print("=== SQLite; PostgreSQL is tested beside it, and its report follows ===", flush=True)
        code = start("sqlite", SQLITE, None).wait()
        print("\n=== PostgreSQL ===", flush=True)
        code = beside.wait() or code
        report.seek(0)
        print(report.read(), flush=True)
    return 1 if code else 0


def start(database: str, floors: list[str], output: IO[str] | None) -> "subprocess.Popen[str]":
    """Start pytest on these floors."""
    command = [sys.executable, "-m", "pytest", "--durations=25", *floors, *sys.argv[1:]]
    environment = {**os.environ, "TEST_DATABASE": database}
    return subprocess.Popen(command, env=environment, stdout=output, stderr=output, text=True)


if __name__ == "__main__":
    sys.exit(main())
