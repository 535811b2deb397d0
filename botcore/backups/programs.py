"""PostgreSQL's own programs: found, new enough for the server, and told of the database by their environment alone.

A password on a command line would be seen by everybody on the machine.
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

from django.db import connection
from psycopg.pq import Conninfo

from botcore.exceptions import ConfigurationError

DEBIAN = Path("/usr/lib/postgresql")  # has several versions beside each other
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


def program(name: str) -> str:
    """Return the path of one that is as new as the server; raise ConfigurationError with the mend."""
    server = connection.pg_version // 10_000  # type: ignore[attr-defined]
    on_path = shutil.which(name)
    found = [Path(on_path)] if on_path else []
    found += sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parents[1].name), reverse=True)
    versions = {path: version(path) for path in found}
    for path, number in versions.items():
        if number >= server:
            return str(path)
    what = f"{name} is of version {max(versions.values())}, older than the server" if found else f"{name} is missing"
    raise ConfigurationError(
        f"{what}: install PostgreSQL's client programs of version {server} or newer, "
        f"such as the package postgresql-client-{server}."
    )


@cache
def version(path: Path) -> int:
    """Return the major version that a program says of itself; 0 when it does not."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
    except OSError:
        return 0
    found = VERSION.search(said)
    return int(found[1]) if found else 0


def surroundings() -> dict[str, str]:
    """Return the environment for such a program: this process' own, with where the database is and the password."""
    given = connection.get_connection_params()
    names = {option.keyword.decode(): option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
    known = {names[key]: str(value) for key, value in given.items() if key in names and value is not None}
    return {**os.environ, **known, "LC_ALL": "C.UTF-8"}


def last_words(said: str) -> str:
    """Return the line of a program's complaints that says why: the first that names an error, with its detail."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if "error:" in line or "ERROR:" in line or "FATAL:" in line:
            detail = following.partition("DETAIL:")[2].strip()
            return (f"{line}: {detail}" if detail else line)[:500]
    return (lines or ["it ended without a word"])[-1][:500]
