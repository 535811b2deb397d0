"""Reads docs/runbooks: which there are, and what they tell a person to type or to open."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from tests.unit.deploy.rule_files import RUNBOOKS

BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
PATTERN = re.compile(r"grep (?:-E )?'\^([^']*)'")
CHOICE = re.compile(r"\(([^()]*)\)")


def books() -> dict[str, str]:
    """Return the runbooks' texts by name, the index apart."""
    return {path.stem: path.read_text() for path in RUNBOOKS.glob("*.md") if path.stem != "README"}


def index() -> str:
    """Return the text of the index."""
    return (RUNBOOKS / "README.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    """Return the code of one language."""
    return [code for name, code in BLOCK.findall(text) if name == language]


def metric_beginnings(text: str) -> Iterator[str]:
    """Yield what a grep wants the names of metrics to begin with, each choice by itself."""
    return chain.from_iterable(map(expanded, PATTERN.findall(text)))


def expanded(pattern: str) -> Iterator[str]:
    """Yield each text that a pattern with choices (a|b) stands for."""
    if choice := CHOICE.search(pattern):
        for one in choice[1].split("|"):
            yield from expanded(pattern[: choice.start()] + one + pattern[choice.end() :])
    else:
        yield pattern


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as a viewer makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
