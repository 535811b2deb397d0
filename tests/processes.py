"""Real processes for tests: the sandbox, bots and the web, each on free ports, with a database of their own."""

import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from tests.environment import SERVER
from tests.postgresql import free_port

ROOT = Path(__file__).parents[1]
DATABASE = "db.sqlite3"
PATIENCE = 60.0  # seconds: a bound for a machine under load, not an expectation

T = TypeVar("T")


def eventually(look: Callable[[], T], *, what: str) -> T:
    """Look again and again until the answer is true; fail when it never is."""
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"never happened: {what}")
        time.sleep(0.02)
    return seen


class Running:
    """A process, with everything that it wrote."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, folder: Path = ROOT) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)

    @property
    def output(self) -> str:
        """Everything written so far."""
        return self.log.read_text()

    @property
    def pid(self) -> int:
        """The process' id."""
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send a signal."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Return the exit code; kill it when it takes for ever."""
        try:
            return self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise

    def stop(self) -> int:
        """Stop it in order and return the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    @property
    def alive(self) -> bool:
        """Is it still there?"""
        return self._process.poll() is None

    def memory(self) -> int:
        """Resident memory in KiB."""
        line = next(line for line in Path(f"/proc/{self.pid}/status").read_text().splitlines() if "VmRSS" in line)
        return int(line.split()[1])


class Stack:
    """A sandbox, bots and a web process that belong together; use as a context manager."""

    def __init__(self, **environment: str) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="botdeck-"))
        self.sandbox_port, self.web_port, self.metrics_port = free_port(), free_port(), free_port()
        self.webhook_port = free_port()
        database = SERVER.create_database() if SERVER else f"sqlite:///{self.directory / DATABASE}"
        self._is_own = "DATABASE_URL" not in environment
        self.environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_ENV_FILE": "",
            "DJANGO_SECRET_KEY": os.environ["DJANGO_SECRET_KEY"],
            "DATABASE_URL": database,
            "TELEGRAM_BOT_TOKEN": "1:sandbox",
            "TELEGRAM_API_URL": f"http://127.0.0.1:{self.sandbox_port}",
            "TELEGRAM_ADMIN_IDS": "1",
            "LOG_FORMAT": "console",
            "SANDBOX_PORT": str(self.sandbox_port),
            "WEB_PORT": str(self.web_port),
            "BOT_METRICS_PORT": str(self.metrics_port),
            "WEBHOOK_PORT": str(self.webhook_port),
            "SPOOL_DIR": str(self.directory / "spool"),
            "BACKUP_DIR": str(self.directory / "backups"),
            **environment,
        }
        self.folder = ROOT  # of the code that is started next
        self._running: list[Running] = []

    def __enter__(self) -> "Stack":
        """Return itself."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Kill what still runs."""
        for running in self._running:
            if running.alive:
                running.signal(signal.SIGKILL)
                running.wait()

    def run(self, *command: str, **environment: str) -> Running:
        """Start `python <command>`."""
        log = self.directory / f"{len(self._running)}.log"
        running = Running([sys.executable, *command], {**self.environment, **environment}, log, self.folder)
        self._running.append(running)
        return running

    def manage(self, *command: str, **environment: str) -> str:
        """Run a management command to its end; return what it wrote."""
        running = self.run("manage.py", *command, **environment)
        assert running.wait() == 0, running.output
        return running.output

    def migrate(self) -> None:
        """Give the database its tables: those of the first stack by `migrate`, the others' as copies of them."""
        if not self._is_own:
            self.manage("migrate", "--verbosity", "0")
        elif SERVER:
            SERVER.copy_database(migrated(), self.environment["DATABASE_URL"])
        else:
            shutil.copyfile(Path(migrated()), self.directory / DATABASE)

    def start_sandbox(self) -> Running:
        """Start the sandbox and wait until it listens."""
        running = self.run("manage.py", "sandbox")
        eventually(lambda: self.answers(f"{self.sandbox_url}/"), what="the sandbox listens")
        return running

    def start_bot(
        self, *, connects: bool = True, command: tuple[str, ...] = ("manage.py", "runbot"), **environment: str
    ) -> Running:
        """Start a bot and wait until it runs; unless Telegram is away, until it is connected."""
        running = self.run(*command, **environment)
        words = "connection.manager: connected" if connects else "botcore.bot: running"
        eventually(lambda: words in running.output or not running.alive, what="the bot runs")
        assert running.alive, running.output
        return running

    def start_web(self, **environment: str) -> Running:
        """Start gunicorn as the Procfile does and wait until it serves."""
        bind = f"127.0.0.1:{environment.get('WEB_PORT', self.web_port)}"
        arguments = ["--config", "python:botproject.gunicorn_config", "--threads", "4", "--bind", bind]
        running = self.run("-m", "gunicorn", "botproject.wsgi", *arguments, **environment)
        eventually(lambda: self.answers(f"http://{bind}/healthz"), what="the web serves")
        return running

    @property
    def sandbox_url(self) -> str:
        """The sandbox' address."""
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def web_url(self) -> str:
        """The dashboard's address."""
        return f"http://127.0.0.1:{self.web_port}"

    def sandbox(self, path: str, **body: Any) -> Any:
        """Call the sandbox' control API."""
        request = urllib.request.Request(
            f"{self.sandbox_url}/sandbox/{path}",
            json.dumps(body).encode() if body else None,
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)

    def say(self, person: int, text: str) -> None:
        """Let a person write to the bot."""
        self.sandbox("say", person=person, chat=person, text=text)

    def bot_texts(self, person: int) -> list[str]:
        """Return what the bot wrote to a person."""
        messages = self.sandbox(f"chats/{person}/messages")["messages"]
        return [message["text"] for message in messages if message["from"]["is_bot"]]

    @staticmethod
    def answers(url: str) -> bool:
        """Does the address answer with success?"""
        try:
            return fetch(url)[0] == 200
        except OSError:
            return False


@functools.cache
def migrated() -> str:
    """Return a database with all tables and no rows but theirs, to be copied: its address, SQLite's its path."""
    with Stack() as stack:
        stack.manage("migrate", "--verbosity", "0")
        return stack.environment["DATABASE_URL"] if SERVER else str(stack.directory / DATABASE)


def fetch(url: str) -> tuple[int, str]:
    """Return status and body."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
