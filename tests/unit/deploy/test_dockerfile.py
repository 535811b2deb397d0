"""The Dockerfile: clean for hadolint, and what this house wants of it. `make build-check` builds and runs it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from django.test import SimpleTestCase

from botproject import VERSION

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "Dockerfile").read_text()
HADOLINT = Path(sys.executable).with_name("hadolint")
WANTED = {
    "the base has no digest": r"^ARG BASE_IMAGE=[a-z0-9./]+:[\w.-]+@sha256:[0-9a-f]{64}$",
    "packages come without hashes": r"--require-hashes --requirement",
    "packages are compiled": r"--only-binary :all:",
    "static files are not collected": r"manage\.py collectstatic",
    "bytecode is not compiled": r"compileall -q --invalidation-mode unchecked-hash /opt/venv/lib /app$",
    "pip stays": r"pip uninstall --quiet --yes setuptools wheel pip",
    "it runs as another user": r"^USER 10001:10001$",
    "its stop is not SIGTERM": r"^STOPSIGNAL SIGTERM$",
    "its first process is a shell": r'^ENTRYPOINT \["/app/deploy/start"\]$',
    "its command is a shell's": r'^CMD \["web"\]$',
    "nobody asks whether it is well": r'^    CMD \["python3", "manage\.py", "bothealth", "--container"\]$',
    "it has no version": rf"^ARG VERSION={re.escape(VERSION)}$",
}


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with a Dockerfile."""
    yield from (fault for fault, pattern in WANTED.items() if not re.search(pattern, text, re.MULTILINE))
    if re.search(r"\b(curl|wget|apt-get)\b", text):
        yield "it takes something from elsewhere"
    if "COPY --from=build" not in text.rpartition("\nFROM ")[2]:
        yield "it has one stage"


class DockerfileTests(SimpleTestCase):
    """The file."""

    def hadolint(self, text: str) -> subprocess.CompletedProcess[str]:
        """Ask hadolint."""
        return subprocess.run([HADOLINT, "-"], input=text, capture_output=True, text=True, check=False)

    def test_hadolint_has_nothing_to_say(self) -> None:
        done = self.hadolint(TEXT)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stderr)

    def test_hadolint_sees_a_command_of_a_shell(self) -> None:
        self.assertIn("DL3025", self.hadolint(TEXT.replace('CMD ["web"]', "CMD web")).stdout)

    def test_it_keeps_the_rules(self) -> None:
        self.assertEqual(list(faults(TEXT)), [])

    def test_the_rules_see_what_breaks_them(self) -> None:
        for fault, pattern in WANTED.items():
            with self.subTest(fault):
                self.assertEqual(list(faults(re.sub(pattern, "", TEXT, flags=re.MULTILINE))), [fault])
        self.assertIn("it takes something from elsewhere", faults(f"{TEXT}\nRUN apt-get update"))
        self.assertIn("it has one stage", faults(TEXT.replace("COPY --from=build", "COPY")))

    def test_what_is_let_into_the_build_exists_and_nothing_else_is(self) -> None:
        lines = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
        self.assertEqual(lines[0], "*")
        let_in = [line.removeprefix("!") for line in lines if line.startswith("!")]
        self.assertEqual([name for name in let_in if not (ROOT / name).exists()], [])
        self.assertEqual(
            {name for name in let_in if name.startswith(("deploy", "docs", "tests", "var", "."))}, {"deploy/start"}
        )
