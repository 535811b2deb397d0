"""The units of systemd: they are valid, closed to what they need not, and agree with the program that they start."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.test import SimpleTestCase

ROOT = Path(__file__).parents[3]
UNITS = ROOT / "deploy/systemd"
INSTALLED = Path("opt/botdeck")
NEWER = ("RestartSteps", "RestartMaxDelaySec")  # since systemd 254; an older one says so, and goes on without
EXPOSURE = 1.5
OTHERS = {"DJANGO_ENV_FILE"}  # no value of settings.py's own reading
DRAIN_SECONDS = {"web": 30, "bot": 10 + 20}  # gunicorn's graceful_timeout; BOT_STOP_SECONDS and what follows


def option(path: Path, name: str) -> str:
    """Return the only value of an option."""
    (value,) = re.findall(rf"^{name}=(.*)$", path.read_text(), re.MULTILINE)
    return str(value)


class UnitTests(SimpleTestCase):
    """What stands in the files."""

    services = sorted(UNITS.glob("*.service"))
    lasting = [UNITS / "botdeck-web.service", UNITS / "botdeck-bot@.service"]

    def tool(self, *arguments: str) -> str:
        """Run systemd-analyze."""
        if not shutil.which("systemd-analyze"):
            self.skipTest("systemd-analyze is missing: apt install systemd")
        done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    def test_systemd_understands_them(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            place = root / "etc/systemd/system"
            shutil.copytree(UNITS, place)
            for name in ("deploy/start", ".venv/bin/python"):
                stub = root / INSTALLED / name
                stub.parent.mkdir(parents=True, exist_ok=True)
                stub.write_text("#!/bin/sh\n")
                stub.chmod(0o755)
            names = [f"botdeck-bot@{n}.service" for n in (1, 2)]
            names += [
                p.name for p in UNITS.iterdir() if p.suffix in {".service", ".timer", ".target"} and "@" not in p.name
            ]
            said = self.tool("verify", f"--root={root}", "--man=no", "--recursive-errors=no", *names)
        known = re.compile(rf"Unknown key (?:name )?'({'|'.join(NEWER)})'")
        self.assertEqual([line for line in said.splitlines() if not known.search(line)], [])

    def test_they_are_closed_to_what_they_need_not(self) -> None:
        for path in self.services:
            with self.subTest(path.name):
                said = self.tool("security", "--offline=true", str(path))
                found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
                assert found, said
                self.assertLessEqual(float(found[1]), EXPOSURE, said)

    def test_a_set_up_that_is_wrong_is_not_tried_again(self) -> None:
        for path in self.lasting:
            restart = option(path, "Restart"), option(path, "RestartPreventExitStatus"), option(path, "Type")
            self.assertEqual(restart, ("always", "78 CREDENTIALS", "notify"))
            self.assertIn("/deploy/start", option(path, "ExecStart"))

    def test_a_stop_has_the_time_that_it_takes(self) -> None:
        for path, role in zip(self.lasting, DRAIN_SECONDS, strict=True):
            self.assertGreater(int(option(path, "TimeoutStopSec")), DRAIN_SECONDS[role])
        self.assertGreaterEqual(DRAIN_SECONDS["bot"], settings.BOT_STOP_SECONDS + 20)

    def test_every_variable_is_a_setting(self) -> None:
        known = {*settings.ENVIRONMENT_VARIABLES, *OTHERS}
        known |= {f"{name}_FILE" for name in known}
        for path in self.services:
            text = path.read_text()
            names = re.findall(r"(\w+)=", " ".join(re.findall(r"^Environment=(.*)$", text, re.MULTILINE)))
            self.assertGreater(len(names), 3)
            self.assertEqual(set(names) - known, set(), path.name)
            credentials = set(re.findall(r"^LoadCredential=([\w-]+):", text, re.MULTILINE))
            self.assertEqual(credentials, set(re.findall(r"_FILE=%d/([\w-]+)", text)), path.name)
