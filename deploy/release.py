"""`python -m deploy.release 1.2.3`: look, raise the version, test, commit and tag; nothing is pushed.

What is not right is told before anything is changed. When lint, tests or the SBOM fail, the files are as they were.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
# Where it lives: the file, and the line that says it.
PLACES = {"botproject/__init__.py": 'VERSION = "{}"', "pyproject.toml": 'version = "{}"'}
CHANGELOG = "CHANGELOG.md"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
OPEN = "Unreleased"  # the part on top, until a release gives it its number and date
UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
SBOM = "var/botdeck-{}.cdx.json"


class NotReady(Exception):  # noqa: N818 (what it is)
    """A sentence for each thing that must be done before."""


@dataclass(frozen=True)
class Part:
    """What the changelog says of one version: the heading without its marks, and the text under it."""

    heading: str
    text: str

    @property
    def is_open(self) -> bool:
        """Is it not released yet?"""
        return self.heading == OPEN


@dataclass(frozen=True)
class Release:
    """One release of the project in a folder."""

    root: Path
    version: str

    def check(self) -> None:
        """Raise NotReady with all that is wrong."""
        wrong = list(self._findings())
        if wrong:
            raise NotReady("\n".join(wrong))

    def _findings(self) -> list[str]:
        if not VERSION.fullmatch(self.version):
            return [f"VERSION={self.version} is no version: write three numbers, such as 1.2.3."]
        found = list(self._hindrances())
        newest = max(self._released(), default=(0, 0, 0))
        if numbers(self.version) <= newest:
            found.append(f"{self.version} does not come after {'.'.join(map(str, newest))}, the last release.")
        if numbers(self.version) < numbers(self.current()):
            found.append(f"{self.version} comes before {self.current()}, which the code says it is.")
        first = self.parts()[0] if self.parts() else None
        if first is None or not first.is_open:
            found.append(f"{CHANGELOG} begins with no part `## {OPEN}`: say what has changed.")
        elif not first.text.strip():
            found.append(f"{CHANGELOG} says nothing under {first.heading}: say what has changed.")
        return found

    def _hindrances(self) -> Iterator[str]:
        """Say what in the repository would make a wrong commit or tag."""
        if changed := self.git("status", "--porcelain"):
            names = [line[3:] for line in changed.splitlines()]
            yield f"The tree is not clean: commit or remove {', '.join(names)}."
        if self.under_way():
            yield "A merge, rebase or the like is under way: end it first, or the release would be its commit."
        if not self.git("branch", "--show-current").strip():
            yield "No branch is checked out: a release that no branch has would be lost. Check one out."

    def under_way(self) -> bool:
        """Would the next commit end something that was begun before?"""
        folder = self.root / self.git("rev-parse", "--git-dir").strip()
        return any((folder / name).exists() for name in UNDER_WAY)

    def _released(self) -> list[tuple[int, ...]]:
        tags = [tag.removeprefix("v") for tag in self.git("tag", "--list", "v*").split()]
        known = [part.heading.split()[0] for part in self.parts() if not part.is_open]
        return [numbers(version) for version in (*tags, *known) if VERSION.fullmatch(version)]

    def current(self) -> str:
        """Return what the code says it is."""
        place, line = next(iter(PLACES.items()))
        found = re.search(re.escape(line).replace(r"\{\}", '([^"]+)'), (self.root / place).read_text())
        if not found:
            raise NotReady(f"{place} says no version.")
        return found[1]

    def parts(self) -> list[Part]:
        """Return the changelog's parts, the newest first."""
        words = HEADING.split((self.root / CHANGELOG).read_text())[1:]
        return [Part(heading, text) for heading, text in zip(words[::2], words[1::2], strict=True)]

    def raise_version(self, today: date) -> dict[Path, bytes]:
        """Write the version where it lives, and the date into the changelog; return what the files said before."""
        before = {self.root / name: (self.root / name).read_bytes() for name in (*PLACES, CHANGELOG)}
        current = self.current()
        for name, line in PLACES.items():
            self._change(name, line.format(current), line.format(self.version))
        self._change(CHANGELOG, f"## {OPEN}\n", f"## {OPEN}\n\n## {self.version} – {today:%Y-%m-%d}\n")
        return before

    def _change(self, name: str, old: str, new: str) -> None:
        """Replace the first of these words; lines go on to end as they did."""
        path = self.root / name
        ending = "\r\n" if b"\r\n" in path.read_bytes() else "\n"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8", newline=ending)

    def make(self, *targets: str) -> None:
        """Run targets of the Makefile, in this order; raise NotReady for the first that fails."""
        for target in targets:
            if subprocess.run(["make", *target.split()], cwd=self.root, check=False).returncode:  # noqa: S603, S607
                raise NotReady(f"`make {target}` failed: nothing is released.")

    def git(self, *words: str) -> str:
        """Run git and return what it says."""
        try:
            done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=False)  # noqa: S603, S607
        except FileNotFoundError as exc:
            raise NotReady("git is missing: install it.") from exc
        if done.returncode:
            raise NotReady(f"`git {words[0]}` failed: {done.stderr.strip()}")
        return done.stdout


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, to compare."""
    return tuple(map(int, version.split(".")))


def release(root: Path, version: str, *, tested: bool) -> None:
    """Do all of it; raise NotReady, and then nothing has changed."""
    one = Release(root, version)
    one.check()
    head = one.git("rev-parse", "HEAD").strip()
    before = one.raise_version(datetime.now(UTC).date())
    try:
        one.make(*(["lint", "test"] if tested else []), f"sbom TO={SBOM.format(version)}")
        one.git("add", *(str(path.relative_to(root)) for path in before))
        one.git("commit", "--message", f"Version {version}")
        one.git("tag", "--annotate", f"v{version}", "--message", f"Version {version}")
    except BaseException:
        for path, content in before.items():
            path.write_bytes(content)
        one.git("reset", "--quiet", head)  # without the commit, if it was the tag that failed
        raise


def main(arguments: Sequence[str] | None = None) -> int:
    """Release; return the exit code."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("version", nargs="?", default="", help="such as 1.2.3")
    parser.add_argument("--untested", action="store_true", help="without `make lint` and `make test`")
    given = parser.parse_args(arguments)
    try:
        release(ROOT, given.version, tested=not given.untested)
    except NotReady as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"Version {given.version} is committed and tagged; its SBOM is {SBOM.format(given.version)}.")
    print(f"Nothing was pushed: git push --atomic origin HEAD v{given.version}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
