"""`make release` on a scratch repository: all is looked at before, and what fails leaves everything as it was."""

import os
import shutil
import subprocess
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from deploy.release import PLACES, NotReady, Release, release
from tests.processes import ROOT

CHANGES = "# Changelog\n\n## Unreleased\n\n* It works.\n"
MAKEFILE = "lint test:\n\t@echo $@ >>var/made\n\t@test ! -e var/$@-fails\nsbom:\n\t@echo $(TO) >>var/made\n"


class ReleaseTests(unittest.TestCase):
    """A project of five files."""

    def setUp(self) -> None:
        """Commit them."""
        self.root = Path(self.enterContext(TemporaryDirectory()))
        (self.root / "botproject").mkdir()
        (self.root / "var").mkdir()
        self.write("botproject/__init__.py", 'VERSION = "0.1.0"\n')
        self.write("pyproject.toml", '[project]\nname = "x"\nversion = "0.1.0"\n')
        self.write("CHANGELOG.md", CHANGES)
        self.write("Makefile", MAKEFILE)
        self.write(".gitignore", "var/\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.git("config", "user.email", "a@example.org")
        self.git("config", "user.name", "Alice")
        self.commit()

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        (self.root / name).write_text(text)

    def read(self, name: str) -> str:
        """Return what a file says."""
        return (self.root / name).read_text()

    def git(self, *words: str) -> str:
        """Run git."""
        return subprocess.run(["git", *words], cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        """Commit all."""
        self.git("add", ".")
        self.git("commit", "--quiet", "--allow-empty", "--message", "work")

    def refused(self, version: str, *words: str) -> None:
        """Check that it is refused with these words and that nothing was changed or run."""
        before = self.git("log", "--oneline"), self.git("status", "--porcelain"), self.git("tag")
        with self.assertRaises(NotReady) as caught:
            release(self.root, version, tested=True)
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual((self.git("log", "--oneline"), self.git("status", "--porcelain"), self.git("tag")), before)
        self.assertFalse((self.root / "var/made").exists())

    def test_a_release_is_checked_then_committed_and_tagged(self) -> None:
        release(self.root, "0.1.0", tested=True)
        self.assertRegex(self.read("CHANGELOG.md"), r"## Unreleased\n\n## 0\.1\.0 – \d{4}-\d\d-\d\d\n\n\* It works\.")
        self.assertEqual(self.git("tag").split(), ["v0.1.0"])
        self.assertEqual(self.git("log", "-1", "--format=%s").strip(), "Version 0.1.0")
        self.assertEqual(self.git("status", "--porcelain"), "")
        self.assertEqual(self.read("var/made").split(), ["lint", "test", "var/botdeck-0.1.0.cdx.json"])

    def test_the_next_one_raises_the_version_everywhere(self) -> None:
        release(self.root, "0.1.0", tested=False)
        self.write("CHANGELOG.md", self.read("CHANGELOG.md").replace("Unreleased\n", "Unreleased\n\n* More.\n"))
        self.commit()
        release(self.root, "0.2.0", tested=False)
        self.assertIn('VERSION = "0.2.0"', self.read("botproject/__init__.py"))
        self.assertIn('version = "0.2.0"', self.read("pyproject.toml"))
        headings = [part.heading.split()[0] for part in Release(self.root, "0.2.0").parts()]
        self.assertEqual(headings, ["Unreleased", "0.2.0", "0.1.0"])
        self.assertNotIn("test", self.read("var/made").split())

    def test_what_is_no_version_or_does_not_come_after(self) -> None:
        for bad in ("", "1.2", "v1.2.3", "01.2.3", "1.2.3-rc1"):
            with self.subTest(bad):
                self.refused(bad, "write three numbers")
        self.refused("0.0.9", "comes before 0.1.0")
        self.git("tag", "v0.3.0")
        self.refused("0.3.0", "does not come after 0.3.0")

    def test_a_tree_that_is_not_clean_and_a_changelog_without_words_are_told_together(self) -> None:
        self.write("CHANGELOG.md", "# Changelog\n\n## Unreleased\n\n## 0.0.1 – 2026-01-01\n\n* Old.\n")
        self.refused("0.1.0", "not clean: commit or remove CHANGELOG.md", "says nothing under Unreleased")
        self.write("CHANGELOG.md", "# Changelog\n\n## 0.0.1 – 2026-01-01\n\n* Old.\n")
        self.commit()
        self.refused("0.1.0", "begins with no part")

    def test_tests_that_fail_leave_everything_as_it_was(self) -> None:
        (self.root / "var/test-fails").touch()
        before = self.git("log", "--oneline")
        with self.assertRaisesRegex(NotReady, "`make test` failed"):
            release(self.root, "0.2.0", tested=True)
        self.assertEqual((self.git("status", "--porcelain"), self.git("tag")), ("", ""))
        self.assertEqual((self.git("log", "--oneline"), self.read("CHANGELOG.md")), (before, CHANGES))
        self.assertEqual(self.read("var/made").split(), ["lint", "test"])  # and no SBOM

    def test_a_hook_that_refuses_the_commit_and_a_tag_that_cannot_be_made_leave_everything_as_it_was(self) -> None:
        hook = self.root / ".git/hooks/pre-commit"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        self.released_nothing("`git commit` failed")
        hook.unlink()
        self.git("tag", "v0.1.0/older")  # a folder where the tag would be
        self.released_nothing("`git tag` failed")

    def released_nothing(self, words: str) -> None:
        """Try to, and see that it says so and that nothing is different."""
        before = self.git("log", "--oneline"), "", self.git("tag"), CHANGES
        with self.assertRaisesRegex(NotReady, words):
            release(self.root, "0.1.0", tested=False)
        found = self.git("log", "--oneline"), self.git("status", "--porcelain"), self.git("tag")
        self.assertEqual((*found, self.read("CHANGELOG.md")), before)

    def test_what_would_end_in_no_branch_or_in_a_merge_is_refused(self) -> None:
        self.git("branch", "other")
        self.commit()
        self.git("checkout", "--quiet", "other")
        self.write("Makefile", f"{MAKEFILE}# more\n")
        self.commit()
        self.git("merge", "--no-commit", "--no-ff", "--strategy=ours", "main")
        self.refused("0.1.0", "A merge, rebase or the like is under way")
        self.git("merge", "--abort")
        self.git("checkout", "--quiet", "--detach")
        self.refused("0.1.0", "No branch is checked out")

    def test_lines_that_end_as_on_windows_go_on_to_do_so(self) -> None:
        self.git("config", "core.autocrlf", "false")
        self.write("CHANGELOG.md", CHANGES.replace("\n", "\r\n"))
        self.commit()
        (self.root / "var/test-fails").touch()
        with self.assertRaises(NotReady):
            release(self.root, "0.1.0", tested=True)
        self.assertEqual(self.git("status", "--porcelain"), "")
        release(self.root, "0.1.0", tested=False)
        found = (self.root / "CHANGELOG.md").read_bytes()
        self.assertEqual(found.count(b"\n"), found.count(b"\r\n"))
        self.assertIn(b"## Unreleased\r\n\r\n## 0.1.0", found)

    def test_no_git_and_no_repository_are_each_a_sentence(self) -> None:
        with patch.dict(os.environ, PATH="/nowhere"), self.assertRaisesRegex(NotReady, "git is missing"):
            release(self.root, "0.1.0", tested=False)
        shutil.rmtree(self.root / ".git")
        with (
            patch.dict(os.environ, GIT_CEILING_DIRECTORIES=str(self.root.parent)),
            self.assertRaisesRegex(NotReady, "not a git repository"),
        ):
            release(self.root, "0.1.0", tested=False)

    def test_this_project_says_its_version_where_a_release_looks_for_it(self) -> None:
        ours = Release(ROOT, "0.0.0")
        for name, line in PLACES.items():
            self.assertEqual((ROOT / name).read_text().count(line.format(ours.current())), 1, name)
        self.assertTrue(ours.parts()[0].is_open)
