"""A copy of the project in which documents are tried: with a demo that runs, and stand-ins as its only programs."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.documents import programs
from tests.documents.blocks import Block
from tests.postgresql import free_port
from tests.processes import PATIENCE, ROOT, Stack, eventually, migrated

NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "var", "__pycache__", ".*_cache", ".hypothesis", "node_modules")
TOKEN = "only-for-this-demo"  # as docs/runbooks say
EXAMPLES = {"botcore/handlers/dice.py": "README.md"}  # files that a page lets people write before it uses them
SEEDS = """
from django.contrib.auth import get_user_model
from django.utils import timezone
from botcore.people.models import User
now = timezone.now()
for number, name in ((1, "Alice"), (2, "Bob"), (3, "Charlie"), (42, "Forty-two")):
    User.objects.create(id=number, first_name=name, first_seen=now, last_seen=now)
get_user_model().objects.create(username="NAME", is_staff=True)
"""
PRELUDE = """
failed() {
  case "$1 $2" in
    "1 grep"* | "23 curl"*) ;;  # nothing was found; somebody has stopped to listen
    *) echo "$BLOCK: \\`$2\\` ended with $1" >>"$COMPLAINTS" ;;
  esac
}
command_not_found_handle() {
  echo "$BLOCK: \\`$*\\`: $1 has no class in tests/documents/programs.py" >>"$COMPLAINTS"; return 2
}
trap 'failed $? "$BASH_COMMAND"' ERR
set -E
"""


class Scratch:
    """Use as a context manager; try_page() types the blocks of a page in one shell."""

    def __init__(self) -> None:
        self.top = Path(tempfile.mkdtemp(prefix="botdeck-documents-"))
        self.project = self.top / "project"
        self.complaints, self.parsed = self.top / "complaints", self.top / "parsed"
        self._ports = {name: str(free_port()) for name in ("WEB_PORT", "SANDBOX_PORT", "BOT_METRICS_PORT")}
        self._demo: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Scratch":
        """Copy, and start the demo."""
        try:
            self._set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _set_up(self) -> None:
        shutil.copytree(ROOT, self.project, ignore=NOT_COPIED, symlinks=True)
        (self.project / "var").mkdir()
        self._virtual_environment()
        self._programs()
        for name, page in EXAMPLES.items():
            code = re.search(r"```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)
            (self.project / name).write_text(code[1] if code else "")
        self.complaints.touch()
        self.parsed.touch()
        self._start()

    def __exit__(self, *_error: object) -> None:
        """Stop the demo, and remove all of it."""
        if self._demo:
            self._demo.terminate()
            self._demo.wait(PATIENCE)
        shutil.rmtree(self.top, ignore_errors=True)

    def try_page(self, blocks: Iterable[Block]) -> list[str]:
        """Type the blocks in order, as one person in one shell; return what is wrong with them."""
        self.complaints.write_text("")
        self._environment_file()  # a page may have written another one
        script = PRELUDE + "".join(f"export BLOCK={shlex.quote(f'{b.page}:{b.line}')}\n{b.code}\n" for b in blocks)
        with (self.top / "output").open("wb") as output:
            subprocess.run(
                ["/bin/bash", "-c", script],
                cwd=self.project, env=self._typed_environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                timeout=PATIENCE * 2, check=False,
            )  # fmt: skip
        found = self.complaints.read_text().splitlines()
        return [*found, *(self.output.splitlines()[-15:] if found else [])]

    @property
    def output(self) -> str:
        """What the last page's commands wrote."""
        return (self.top / "output").read_text(errors="replace")

    def _typed_environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("LANG", "HOME") if name in os.environ},
            **self._ports,
            **{f"REAL_{name}": port for name, port in self._ports.items()},
            "PATH": str(self.top / "bin"),
            "REAL_PATH": os.environ["PATH"],
            "PYTHON": sys.executable,
            "COMPLAINTS": str(self.complaints),
            "PARSED": str(self.parsed),
            "TRIED_IN": str(self.project),
            "METRICS_TOKEN": TOKEN,
        }

    def _virtual_environment(self) -> None:
        """Make a .venv of the packages that run this test; its python is ours to watch."""
        folder = self.project / ".venv"
        (folder / "bin").mkdir(parents=True)
        for path in Path(sys.prefix, "bin").iterdir():
            if not path.name.startswith("python"):
                (folder / "bin" / path.name).symlink_to(path)
        real = shlex.quote(sys.executable)
        watched = f'#!/bin/sh\n[ -z "$COMPLAINTS" ] && exec {real} "$@"\n{self._stand_in("python")}'
        self._write(folder / "bin" / "python", watched)
        for mark in ("runtime", "dev"):
            (folder / mark).touch()

    def _programs(self) -> None:
        """Make a folder of all programs that there are: those that run, and stand-ins."""
        folder = self.top / "bin"
        folder.mkdir()
        for name in programs.RUN:
            if path := shutil.which(name):
                (folder / name).symlink_to(path)
        watched = {"make", "python", "manage.py", "curl", *programs.STAND_INS, *programs.PARSED, *programs.FILES}
        for name in watched:
            self._write(folder / name, f"#!/bin/sh\n{self._stand_in(name)}")

    def _stand_in(self, name: str) -> str:
        command = [sys.executable, "-m", "tests.documents.stand_ins", name]
        return f'PYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.join(command)} "$@"\n'

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o755)

    def _environment_file(self) -> None:
        """Write a .env that means the demo: what documents do with manage.py meets its rows."""
        values = {
            "DJANGO_SECRET_KEY": "documents-" * 5,
            "DATABASE_URL": "sqlite:///var/demo.sqlite3",
            "SPOOL_DIR": "var/demo-spool",
            "TELEGRAM_BOT_TOKEN": "1:sandbox",
            "TELEGRAM_API_URL": f"http://127.0.0.1:{self._ports['SANDBOX_PORT']}",
            "TELEGRAM_ADMIN_IDS": "1",
            "METRICS_TOKEN": TOKEN,
            "WEBHOOK_URL": "https://bot.example/telegram/webhook/",  # some look at it; the demo polls
            **self._ports,
        }
        lines = (self.project / ".env.example").read_text().splitlines()
        names = [line.partition("=")[0] for line in lines]
        kept = [f"{name}={values[name]}" if name in values else line for name, line in zip(names, lines, strict=True)]
        (self.project / ".env").write_text("\n".join(kept) + "\n")

    def _start(self) -> None:
        """Start the demo on a database with its tables, and with whom the documents speak of."""
        shutil.copyfile(migrated(), self.project / "var" / "demo.sqlite3")
        environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment |= {**self._ports, "METRICS_TOKEN": TOKEN, "PYTHONPATH": str(self.project)}
        launch = [sys.executable, "-m", "botproject.launch"]
        subprocess.run([*launch, "manage", "shell", "-c", SEEDS], cwd=self.project, env=environment, check=True)
        with (self.top / "demo.log").open("wb") as log:
            self._demo = subprocess.Popen([*launch, "demo"], cwd=self.project, env=environment, stdout=log, stderr=log)
        addresses = [f"http://127.0.0.1:{self._ports[name]}/readyz" for name in ("WEB_PORT", "BOT_METRICS_PORT")]
        for address in addresses:
            eventually(lambda at=address: Stack.answers(at), what=f"{address} answers")  # type: ignore[misc]
