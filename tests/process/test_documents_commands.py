"""Every command in README and docs is tried: typed in a copy of the project with a demo beside it, or checked.

What each program's class is, and why, is in tests/documents/programs.py; a command without one fails.
"""

import argparse
import re
import shlex
import unittest

from django.core.management import get_commands, load_command_class

from botproject import bothealth
from tests.documents.blocks import Block, pages, shell_blocks, synopses
from tests.documents.scratch import Scratch
from tests.processes import ROOT

RUNBOOKS = ROOT / "docs" / "runbooks"
PLACEHOLDER = re.compile(r"[A-Z][A-Z_]+|…|\.\.\.")


def parser_of(command: str) -> argparse.ArgumentParser:
    """Return what reads the options of a command of manage.py."""
    if command == "bothealth":
        return bothealth.parser()
    return load_command_class(str(get_commands()[command]), command).create_parser("manage.py", command)


def wrong_in(line: str, makefile: str) -> str | None:
    """Say what a command within a sentence names that does not exist."""
    words = shlex.split(line.replace("|", " ").replace("[", " ").replace("]", " "))
    words = [word for word in words if word != ".venv/bin/python"]
    while "=" in words[0]:
        del words[0]
    if words[0] == "make":
        names = [word.partition("=")[0] for word in words[1:] if "=" in word]
        targets = [word for word in words[1:] if "=" not in word and re.fullmatch(r"[a-z-]+", word)]
        lost = [name for name in names if not re.search(rf"\b{name}\b", makefile)]
        lost += [target for target in targets if not re.search(rf"^{target}:", makefile, re.MULTILINE)]
        return f"make has no {lost[0]}" if lost else None
    command = words[1]
    if PLACEHOLDER.fullmatch(command):
        return None
    if command == "help":
        return None
    if command not in {*get_commands(), "bothealth"}:
        return f"manage.py has no {command}"
    options = {word.partition("=")[0] for word in words[2:] if re.match(r"--?[a-z]", word)}
    parser = parser_of(command)
    known = set(parser._option_string_actions)
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            known |= {name for sub in action.choices.values() for name in sub._option_string_actions}
    return f"manage.py {command} has no {min(options - known)}" if options - known else None


class CommandTests(unittest.TestCase):
    """What people type must work as it stands there."""

    scratch: Scratch

    @classmethod
    def setUpClass(cls) -> None:
        """One copy with one demo for all."""
        cls.scratch = cls.enterClassContext(Scratch())

    def test_every_block_is_typed_or_stood_in_for(self) -> None:
        tried = 0
        opening = list(shell_blocks(ROOT, RUNBOOKS / "README.md"))[:1]
        for page in pages(ROOT):
            blocks = list(shell_blocks(ROOT, page))
            if page.parent == RUNBOOKS and page.name != "README.md":
                blocks = opening + blocks
            if blocks:
                with self.subTest(page.relative_to(ROOT)):
                    self.assertEqual(self.scratch.try_page(blocks), [])
            tried += len(blocks)
        for line in set(self.scratch.parsed.read_text().splitlines()):
            with self.subTest(line):
                self.assertIsNone(wrong_in(line, ""))
        self.assertGreater(tried, 50)

    def test_commands_within_sentences_exist_with_their_options(self) -> None:
        makefile = (ROOT / "Makefile").read_text()
        found = [(page, line) for page in pages(ROOT) for line in synopses(page)]
        self.assertGreater(len(found), 40)
        for page, line in found:
            with self.subTest(page.relative_to(ROOT), line=line):
                self.assertIsNone(wrong_in(line, makefile))

    def test_what_is_wrong_in_a_document_is_found(self) -> None:
        wrong = {
            "make demonstrate": "no target demonstrate",
            "make manage ARGUMENTS=check": "knows no ARGUMENTS",
            "manage.py retention --kinds updates": "ended with 2",
            "dd if=/dev/zero": "dd has no class",
            "curl -s https://elsewhere.invalid/": "no host",
            "cp docs/no-such-file.py botcore/handlers/": "ended with 1",
            "sudo systemctl restart botdeck-cron": "has no botdeck-cron.service",
            "docker compose up --scale worker=2": "docker-compose.yml",
            ".venv/bin/python -m pytest tests/flow/test_nothing.py": "there is no tests/flow/test_nothing.py",
            "false": "`false` ended with 1",
        }
        for code, said in wrong.items():
            with self.subTest(code):
                self.assertIn(said, "\n".join(self.scratch.try_page([Block("page.md", 1, code)])))
        self.assertEqual(self.scratch.try_page([Block("page.md", 1, "manage.py bothealth")]), [])
