"""`make test`: the whole suite on SQLite, then every floor that touches the database again on PostgreSQL."""

import os
import subprocess
import sys

RUNS = {
    "sqlite": ["tests"],
    "postgresql": ["tests/database", "tests/flow", "tests/process"],
}


def main() -> int:
    """Run both; return 0 when both passed."""
    codes = []
    for database, floors in RUNS.items():
        print(f"\n=== {database} ===", flush=True)
        command = [sys.executable, "-m", "pytest", *floors, *sys.argv[1:]]
        codes.append(subprocess.run(command, env={**os.environ, "TEST_DATABASE": database}, check=False).returncode)
    return 1 if any(codes) else 0


if __name__ == "__main__":
    sys.exit(main())
