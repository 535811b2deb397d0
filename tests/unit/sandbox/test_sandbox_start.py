"""`manage.py sandbox` starts without Django, is one of Django's commands all the same, and has its settings."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.core.management import CommandError, call_command
from django.test import SimpleTestCase

from tests.postgresql import free_port
from tests.processes import ROOT

HEAVY = {"django", "telegram", "httpx", "botcore"}  # whoever starts a sandbox does not wait for these


def started(*arguments: str, **environment: str) -> tuple[str, str]:
    """Start a sandbox until it listens; return the line that says so, and what it wrote before it."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "DJANGO_SECRET_KEY")}
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**known, "DJANGO_ENV_FILE": "", **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr
    before = ""
    try:
        for line in process.stderr:
            if "The sandbox listens on" in line:
                return line, before
            before += line
    finally:
        process.terminate()
        process.communicate()
    return f"it ended with {process.returncode}", before


class Start(SimpleTestCase):
    def test_neither_django_nor_a_library_for_bots_is_loaded(self) -> None:
        _, imports = started("-X", "importtime", "manage.py", "sandbox", "--port", "0")
        loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in imports.splitlines()}
        self.assertLessEqual({"sandbox", "aiohttp", "argparse"}, loaded)
        self.assertEqual(loaded & HEAVY, set())

    def test_the_port_is_that_of_the_settings(self) -> None:
        port = free_port()
        with tempfile.TemporaryDirectory() as directory:
            file = Path(directory) / "env"
            file.write_text(f"SANDBOX_PORT={port}\nLOG_FORMAT=json\n")
            line, _ = started("manage.py", "sandbox", DJANGO_ENV_FILE=str(file))
        said = json.loads(line)
        self.assertEqual(said["text"], f"The sandbox listens on http://127.0.0.1:{port}")
        self.assertEqual((said["level"], said["logger"]), ("INFO", "sandbox.server"))
        self.assertEqual(said.keys(), {"time", "level", "logger", "message", "text", "action", "process", "release"})

    def test_on_the_console_its_lines_are_for_eyes(self) -> None:
        line, _ = started("manage.py", "sandbox", "--port", "0", LOG_FORMAT="console")
        self.assertRegex(line, r"^\d\d:\d\d:\d\d INFO    sandbox\.server: The sandbox listens on http://127")

    def test_a_bad_setting_is_one_sentence_and_exit_code_78(self) -> None:
        for name, hint in (
            ("SANDBOX_PORT", "write a port from 1 to 65535"),
            ("LOG_FORMAT", "write json or console"),
            ("LOG_LEVEL", "write INFO, DEBUG, WARNING, ERROR or CRITICAL"),
        ):
            with self.subTest(name):
                end, said = started("manage.py", "sandbox", **{name: "high"})
                self.assertEqual((end, said), ("it ended with 78", f"{name} is not valid: {hint}.\n"))


class AsACommand(SimpleTestCase):
    """What people know of Django's commands goes on."""

    def test_options_of_django_work(self) -> None:
        line, _ = started(
            "manage.py", "sandbox", "--port", "0", "--verbosity", "1", "--settings", "botproject.settings"
        )
        self.assertIn("The sandbox listens on http://127.0.0.1:", line)

    def test_bad_options_are_refused_with_the_usage(self) -> None:
        for wrong, words in (("--colour", "unrecognized arguments: --colour"), ("--port=x", "argument --port: ")):
            with self.subTest(wrong):
                end, said = started("manage.py", "sandbox", wrong)
                self.assertEqual(end, "it ended with 2")
                self.assertTrue(said.startswith("usage: manage.py sandbox"), said)
                self.assertIn(words, said)

    def test_help_tells_of_it(self) -> None:
        command = [sys.executable, "manage.py", "help", "sandbox"]
        help_text = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        self.assertIn("--overall-limit N", help_text)

    def test_it_can_be_called_from_code(self) -> None:
        with self.assertRaisesMessage(CommandError, "--allow-remote needs --password-file FILE"):
            call_command("sandbox", "--allow-remote")
        with self.assertRaisesMessage(CommandError, f"No sandbox answers at http://127.0.0.1:{(port := free_port())}"):
            call_command("sandbox", "load", "--url", f"http://127.0.0.1:{port}")
