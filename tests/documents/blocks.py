"""Finds what the documents tell people to type: blocks of a shell, and commands within a sentence."""

import re
import shlex
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SHELL = {"sh", "bash", "console"}
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<code>.*?)^ *```", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?:\A|\n)\n(?P<code>(?: {4}[^\n]*\n(?:\n(?= {4}))?)+)")
INLINE = re.compile(r"(?<!`)`(?P<code>(?:[A-Z_]+=\S+ )*(?:make|(?:\.venv/bin/python )?manage\.py) [^`\n]+)`")
LIST_ITEM = re.compile(r"^ {0,3}(?:[*+-]|\d+\.) .*(?:\n(?:[^\n]+|(?=\n+ )))*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page; the line is that of its first command."""

    page: str
    line: int
    code: str


def pages(root: Path) -> list[Path]:
    """Return every page that tells people what to type."""
    top = [root / name for name in ("README.md", "README.ru.md", "SECURITY.md", "CONTRIBUTING.md")]
    return [page for page in (*top, *sorted((root / "docs").rglob("*.md"))) if page.exists()]


def shell_blocks(root: Path, page: Path) -> Iterator[Block]:
    """Yield the page's blocks for a shell, in order: fenced ones, and those that are only indented."""
    text = page.read_text()
    fences = [fence for fence in FENCE.finditer(text) if fence["language"] in SHELL]
    found = [(fence.start("code"), fence["code"], fence["language"] == "console") for fence in fences]
    plain = LIST_ITEM.sub(_blank, FENCE.sub(_blank, text))
    found += [(block.start("code"), block["code"], False) for block in INDENTED.finditer(plain)]
    for start, code, is_session in sorted(found):
        yield Block(
            str(page.relative_to(root)),
            text.count("\n", 0, start) + 1,
            _typed(textwrap.dedent(code), is_session=is_session),
        )


def python_blocks(root: Path) -> Iterator[Block]:
    """Yield every block of Python that people wrote; one in a list stands as if it did not."""
    for page in pages(root):
        if page.parent == root / "docs" / "reference":
            continue
        text = page.read_text()
        for fence in FENCE.finditer(text):
            if fence["language"] == "python":
                line = text.count("\n", 0, fence.start("code")) + 1
                yield Block(str(page.relative_to(root)), line, textwrap.dedent(fence["code"]))


def synopses(page: Path) -> Iterator[str]:
    """Yield lines of text blocks that say how a command is called, and commands within sentences."""
    text = page.read_text()
    for fence in FENCE.finditer(text):
        if fence["language"] == "text":
            yield from (line.strip() for line in fence["code"].splitlines() if line.strip().startswith("manage.py "))
    yield from (found["code"] for found in INLINE.finditer(FENCE.sub(_blank, text)))


def _blank(found: re.Match[str]) -> str:
    """Keep the places of everything else, and how deep it stands: what is in a list goes on being in it."""
    indent = re.match(" *", found[0])
    depth = len(indent[0]) if indent else 0
    return "\n".join(line[:depth] + "." * len(line[depth:]) for line in found[0].split("\n"))


def _typed(code: str, *, is_session: bool) -> str:
    """Return what is typed: of a session the lines behind `$ `, and those of root behind `# `."""
    lines = re.sub(r"\\\n", " ", code).splitlines() if is_session else code.splitlines()
    if is_session:
        lines = [line for line in lines if line.startswith(("$ ", "# "))]
        return "\n".join(line[2:] if line.startswith("$") else _by_root(line[2:]) for line in lines)
    return "\n".join(lines)


def _by_root(line: str) -> str:
    """Return what root types, behind the # of a session, as commands of sudo, which are checked and not run."""
    words = shlex.shlex(re.sub(r"<[^<>]*>", "PLACE", line), posix=True, punctuation_chars=True)
    words.whitespace_split, words.commenters = True, ""
    commands, skipped = [list[str]()], False
    for word in words:
        if word in {"&&", "||", "|", ";"}:
            commands.append([])
        elif word in {">", ">>", "<"} or skipped or (not commands[-1] and re.match(r"[A-Z_]+=", word)):
            skipped = word in {">", ">>", "<"}
        else:
            commands[-1].append(word)
    return "\n".join(shlex.join(["sudo", *command]) for command in commands if command[:1] not in (["cd"], ["umask"]))
