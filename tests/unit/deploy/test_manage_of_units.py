"""deploy/systemd/manage: a command of manage.py gets what the units give to the services, and its words as they are."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "deploy/systemd/manage"
BOT = (ROOT / "deploy/systemd/botdeck-bot@.service").read_text()
WORDS = ("restore", "/a folder/b.dump", "--yes")


class ManageTests(SimpleTestCase):
    """A program that notes its words stands in for systemd-run, and for Python."""

    def setUp(self) -> None:
        """Run the script; keep what systemd-run is given."""
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.note("systemd-run", 'printf "%s\\0" "$@"')
        environment = {"PATH": f"{self.folder}:{os.environ['PATH']}"}
        done = subprocess.run([SCRIPT, *WORDS], env=environment, capture_output=True, text=True, check=True)
        self.given = done.stdout.split("\0")[:-1]

    def note(self, name: str, line: str) -> None:
        """Write a program."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{line}\n")
        path.chmod(0o755)

    def test_it_has_the_user_the_folders_and_the_secrets_of_the_bot(self) -> None:
        properties = {word.removeprefix("--property=") for word in self.given if word.startswith("--property=")}
        wanted = re.findall(
            r"^((?:LoadCredential|EnvironmentFile|StateDirectory|StateDirectoryMode|UMask)=.*)$", BOT, re.MULTILINE
        )
        self.assertEqual(len(wanted), 8)
        self.assertEqual(properties, set(wanted))
        for option, word in (("uid", "User"), ("gid", "Group"), ("working-directory", "WorkingDirectory")):
            (value,) = re.findall(rf"^{word}=(.*)$", BOT, re.MULTILINE)
            self.assertIn(f"--{option}={value}", self.given)

    def test_it_has_the_variables_of_the_bot_and_the_command_as_it_was_typed(self) -> None:
        self.note(".venv/bin/python", 'env && printf "<%s>" "$@"')
        command = self.given[self.given.index("/bin/sh") :]
        variables = dict(word.removeprefix("--setenv=").split("=", 1) for word in self.given if "--setenv=" in word)
        environment = {**variables, "PATH": os.environ["PATH"], "CREDENTIALS_DIRECTORY": "/run/credentials/x"}
        done = subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=True)
        wanted = " ".join(re.findall(r"^Environment=(.*)$", BOT, re.MULTILINE))
        wanted = wanted.replace("%d", "/run/credentials/x").replace("%S", "/var/lib")
        seen = done.stdout.splitlines()
        self.assertEqual(set(wanted.split()) - set(seen), {"BOT_START_SECONDS=120"})
        self.assertEqual(seen[-1], "<manage.py><restore></a folder/b.dump><--yes>")

    def test_it_is_written_for_every_shell(self) -> None:
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is missing: apt install shellcheck")
        done = subprocess.run(["shellcheck", SCRIPT], capture_output=True, text=True, check=False)
        self.assertEqual(done.stdout, "")
