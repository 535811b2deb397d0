"""`manage.py bothealth`: what it says of real servers on this machine's ports, and that it needs no Django for it."""

import io
import os
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from unittest import mock

from botcore.monitoring import server as bot_server
from botcore.monitoring.self_report import Page
from botcore.monitoring.server import BotServer
from botproject import bothealth
from botproject.bothealth import first_process
from tests.postgresql import free_port
from tests.processes import ROOT

READY = b'HTTP/1.1 200 OK\r\n\r\n{"ready": true, "checks": {"database": "ok", "migrations": "ok"}}'
NOT_READY = b'HTTP/1.1 503 Service Unavailable\r\n\r\n{"ready": false, "checks": {"database": "does not answer"}}'
EXPORTER = b"HTTP/1.1 404 Not Found\r\n\r\n<h1>an exporter</h1>"


class Canned(socketserver.ThreadingTCPServer):
    """Answers everything with the same bytes and hangs up; keeps what it was asked."""

    daemon_threads = True

    def __init__(self, answer: bytes) -> None:
        self.answer, self.asked = answer, b""
        super().__init__(("127.0.0.1", 0), Handler)
        self.port: int = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()


class Handler(socketserver.BaseRequestHandler):
    """One connection to it."""

    server: Canned

    def handle(self) -> None:
        """Read the request, then answer; without an answer drip until the other side hangs up."""
        while b"\r\n\r\n" not in self.server.asked:
            self.server.asked += self.request.recv(1000)
        self.request.sendall(self.server.answer)
        with suppress(OSError):
            while not self.server.answer:
                self.request.sendall(b"x")
                self.request.settimeout(0.02)
                with suppress(TimeoutError):
                    self.request.recv(1)


class BothealthTestCase(unittest.TestCase):
    """An environment without .env and settings."""

    def setUp(self) -> None:
        """Forget what this process' environment says."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.enterContext(mock.patch.dict(os.environ, {**kept, "DJANGO_ENV_FILE": ""}, clear=True))

    def bot(self, port: int | None = None, *, alive: bool = True) -> int:
        """Serve as a bot does; return its port."""
        words = "ok" if alive else "the event loop has been blocked for 31 s"
        server = BotServer(port or free_port(), {"/healthz": lambda: Page(alive, {"alive": alive, "detail": words})})
        self.addCleanup(server.close)
        assert server.port
        return server.port

    def canned(self, answer: bytes) -> Canned:
        """Start a server with one answer."""
        server = Canned(answer)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return server

    def silent(self) -> int:
        """Take connections and never answer, as a process does that is stopped; return the port."""
        listener = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        port: int = listener.getsockname()[1]
        return port

    def assert_says(self, code: int, words: str, *arguments: str, **environment: str) -> None:
        """Compare exit code and line."""
        os.environ.update(environment)
        with redirect_stdout(io.StringIO()) as out:
            self.assertEqual(bothealth.main(arguments), code, out.getvalue())
        self.assertEqual(out.getvalue().count("\n"), 1)
        self.assertIn(words, out.getvalue())


def are_free(port: int) -> bool:
    """Tell whether the port and the nine behind are free."""
    for number in range(port, port + bot_server.PORTS):
        with socket.socket() as other:
            if other.connect_ex(("127.0.0.1", number)) == 0:
                return False
    return True


class BotTests(BothealthTestCase):
    """The bots' ports."""

    def test_it_looks_at_as_many_ports_as_bots_try(self) -> None:
        self.assertEqual(bothealth.PORTS, bot_server.PORTS)

    def test_a_bot_that_is_alive(self) -> None:
        port = self.bot()
        self.assert_says(0, f"well: the bot on port {port}: ok", "--port", str(port))
        self.assert_says(0, f"well: the bot on port {port}: ok", BOT_METRICS_PORT=str(port))

    def test_a_bot_whose_event_loop_is_blocked(self) -> None:
        port = self.bot(alive=False)
        self.assert_says(1, f"not well: the bot on port {port}: the event loop has been", "--port", str(port))

    def test_a_bot_that_listens_elsewhere_is_asked_there(self) -> None:
        server = BotServer(free_port(), {"/healthz": lambda: Page(True, {"alive": True})}, host="127.0.0.2")
        self.addCleanup(server.close)
        port = ("--port", str(server.port))
        self.assert_says(0, "well", *port, BOT_METRICS_HOST="127.0.0.2")
        self.assert_says(1, "nothing listens", *port, BOT_METRICS_HOST="0.0.0.0")
        self.assert_says(78, "BOT_METRICS_HOST is not valid", *port, BOT_METRICS_HOST="here")

    def test_all_bots_of_the_machine_must_be_alive(self) -> None:
        first = self.bot()
        second = self.bot(first)  # it takes a port behind the first
        self.assert_says(0, f"port {first}: ok; the bot on port {second}: ok", BOT_METRICS_PORT=str(first))
        third = self.bot(first, alive=False)
        self.assert_says(1, f"the bot on port {third}: the event loop", BOT_METRICS_PORT=str(first))
        self.assert_says(0, f"port {second}: ok", "--port", str(second))

    def test_nothing_that_listens(self) -> None:
        self.assert_says(1, "is `manage.py runbot` running?", "--port", str(free_port()))

    def test_another_server_in_the_bots_place(self) -> None:
        for answer in (
            EXPORTER,
            b"SSH-2.0-x\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n[1]",
            b"HTTP/1.1 200 OK\r\n\r\n{",
            b"\0",
        ):
            with self.subTest(answer):
                port = self.canned(answer).port
                self.assert_says(1, f"another server on {port}: see BOT_METRICS_PORT", "--port", str(port))

    def test_a_process_that_hangs_is_given_up_in_time(self) -> None:
        port = self.silent()
        self.assert_says(1, "does not answer within 0.2 s", "--port", str(port), "--timeout", "0.2")
        dripping = self.canned(b"").port
        self.assert_says(1, "does not answer within 0.2 s", "--port", str(dripping), "--timeout", "0.2")

    def test_a_stranger_who_says_nothing_behind_a_free_port_counts_only_without_a_bot(self) -> None:
        # Not among those that connections of other tests get meanwhile.
        first = next(port for port in range(20_000 + os.getpid() % 10_000, 32_000, 10) if are_free(port))
        self.enterContext(socket.create_server(("127.0.0.1", first + 2)))
        quickly = ("--timeout", "0.2")
        self.assert_says(1, f"port {first + 2} takes the connection", *quickly, BOT_METRICS_PORT=str(first))
        self.bot(first)
        self.assert_says(0, f"the bot on port {first}: ok", *quickly, BOT_METRICS_PORT=str(first))
        self.enterContext(socket.create_server(("127.0.0.1", first + 1)))  # in the next bot's place
        self.assert_says(1, f"port {first + 1} takes the connection", *quickly, BOT_METRICS_PORT=str(first))

    def test_wrong_arguments_are_said_and_asked_for_nothing(self) -> None:
        for arguments in (["--port", "70000"], ["--port", "x"], ["--timeout", "nan"], ["--timeout", "-1"], ["--what"]):
            with self.subTest(arguments), redirect_stderr(io.StringIO()), self.assertRaises(SystemExit) as end:
                bothealth.main(arguments)
            self.assertEqual(end.exception.code, 2)


class WebTests(BothealthTestCase):
    """--web."""

    def test_it_is_well_when_the_pages_are_ready(self) -> None:
        web = self.canned(READY)
        self.assert_says(0, "database ok, migrations ok", "--web", WEB_PORT=str(web.port))
        self.assertTrue(web.asked.startswith(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n"))

    def test_it_says_why_they_are_not(self) -> None:
        for answer, words in (
            (NOT_READY, "database does not answer"),
            (b"HTTP/1.1 400 Bad Request\r\n\r\n<h1>Bad Request (400)</h1>", "see DJANGO_ALLOWED_HOSTS"),
            (EXPORTER, "another server (status 404): see WEB_PORT"),
        ):
            with self.subTest(words):
                self.assert_says(1, words, "--web", "--port", str(self.canned(answer).port))
        self.assert_says(1, "is the web process running?", "--web", "--port", str(free_port()))

    def test_it_asks_by_a_name_that_the_pages_know(self) -> None:
        for names, host in (
            ("bot.example,www.bot.example", "bot.example"),
            (".bot.example", "bot.example"),
            ("bot.example, localhost", "localhost"),
            ("*", "localhost"),
        ):
            with self.subTest(names):
                web = self.canned(READY)
                self.assert_says(0, "ok", "--web", "--port", str(web.port), DJANGO_ALLOWED_HOSTS=names)
                self.assertIn(f"Host: {host}\r\n".encode(), web.asked)


class ContainerTests(BothealthTestCase):
    """A container's first process tells whom to ask."""

    def first_process(self, *words: str) -> None:
        """Let it be this one."""
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (directory / "cmdline").write_text("\0".join([*words, ""]))
        self.enterContext(mock.patch.object(first_process, "PATH", directory / "cmdline"))

    def test_the_pages(self) -> None:
        web = self.canned(READY).port
        for words in (
            ("python3", "-m", "gunicorn", "botproject.wsgi"),
            ("/opt/venv/bin/python3", "/opt/venv/bin/gunicorn", "botproject.wsgi"),
            ("/sbin/docker-init", "--", "/app/deploy/start", "web"),
        ):
            with self.subTest(words):
                self.first_process(*words)
                self.assert_says(0, f"well: the web on port {web}", "--container", WEB_PORT=str(web))

    def test_the_bot(self) -> None:
        bot = self.bot()
        for words in (("python3", "manage.py", "runbot"), ("/bin/sh", "/app/deploy/start", "bot")):
            with self.subTest(words):
                self.first_process(*words)
                self.assert_says(0, f"well: the bot on port {bot}", "--container", BOT_METRICS_PORT=str(bot))

    def test_the_sandbox_with_its_password_or_without(self) -> None:
        self.first_process("python3", "manage.py", "sandbox")
        for status in (b"200 OK", b"401 Unauthorized"):
            sandbox = self.canned(b"HTTP/1.1 " + status + b"\r\n\r\n").port
            self.assert_says(0, f"well: the sandbox on port {sandbox}", "--container", SANDBOX_PORT=str(sandbox))
        self.assert_says(1, "another server (status 404)", "--container", "--port", str(self.canned(EXPORTER).port))
        self.assert_says(1, "is `manage.py sandbox` running?", "--container", "--port", str(free_port()))

    def test_a_command_that_ends_by_itself_is_not_asked(self) -> None:
        self.first_process("python3", "manage.py", "migrate")
        self.assert_says(0, "a command that comes to its own end", "--container")


class ValueTests(BothealthTestCase):
    """Settings are found as settings.py finds them."""

    def file(self, text: str) -> str:
        """Write a file; return its path."""
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (directory / "file").write_text(text)
        return str(directory / "file")

    def test_the_environment_wins_over_the_file_and_a_file_of_one_value_over_both(self) -> None:
        port, other = self.bot(), free_port()
        for line in (
            f"BOT_METRICS_PORT={port}",
            f'export BOT_METRICS_PORT="{port}"',
            f"# x\nBOT_METRICS_PORT='{port}'",
        ):
            with self.subTest(line):
                self.assert_says(0, f"port {port}", DJANGO_ENV_FILE=self.file(f"WEB_PORT=1\n{line}\n"))
        self.assert_says(1, f"ports {other} to", BOT_METRICS_PORT=str(other))
        self.assert_says(0, f"port {port}", BOT_METRICS_PORT_FILE=self.file(f"{port}\n"))

    def test_a_value_that_makes_no_sense_is_named(self) -> None:
        self.assert_says(78, "BOT_METRICS_PORT is not valid: write a port", BOT_METRICS_PORT="http")
        self.assert_says(78, "WEB_PORT_FILE cannot be read", "--web", WEB_PORT_FILE="/nowhere/port")


class CommandTests(unittest.TestCase):
    """The command itself."""

    def test_it_loads_neither_django_nor_settings_and_keeps_its_one_line(self) -> None:
        directory = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("django", "environ", "botcore", "prometheus_client"):
            (directory / f"{name}.py").write_text(f"raise SystemExit('{name} was imported')")
        done = subprocess.run(
            [sys.executable, "manage.py", "bothealth", "--port", str(free_port())],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(directory), "DJANGO_ENV_FILE": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual((done.returncode, done.stderr, done.stdout.count("\n")), (1, "", 1))
        self.assertIn("nothing listens", done.stdout)
