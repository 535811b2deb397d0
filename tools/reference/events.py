"""The kinds of events, with the sentences of those that code writes as they stand, and all sentences that rows hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tools.reference.markdown import code, page, table

ROOT = Path(__file__).resolve().parents[2]
SPEAKERS = {"record_event", "event", "tell", "_tell"}
KIND = re.compile(r"[a-z_]+")
KNOWN = ROOT / "botcore" / "sentences" / "known.py"
INTRODUCTION = """The page **Events** shows what happened to the bot and what its operators did; `retention.events` says
how long rows are kept. Names in braces stand for a value of the moment; … is put together elsewhere."""
SENTENCES = """Sentences that checks, events, jobs and alerts write into rows, by subject. They are kept in English and
shown in the language of whoever reads them."""


def text() -> str:
    """Make the page."""
    rows = [(code(kind), level, sentence, code(file)) for kind, level, sentence, file in sorted(set(_events()))]
    return page(
        "Events and sentences",
        INTRODUCTION,
        table(("kind", "level", "sentence", "from"), rows),
        "## Sentences",
        SENTENCES,
        *_sentences(),
    )


def _events() -> Iterator[tuple[str, str, str, str]]:
    for room in ("botcore", "dashboard"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            tree = ast.parse(path.read_text())
            words = _constants(tree)
            for call in ast.walk(tree):
                if isinstance(call, ast.Call) and len(call.args) > 1 and _name(call.func) in SPEAKERS:
                    kind = _word(call.args[0], words)
                    if KIND.fullmatch(kind):
                        yield kind, _level(call, words), _sentence(call.args[1]), path.relative_to(ROOT).as_posix()


def _constants(tree: ast.Module) -> dict[str, str]:
    """Return the module's own words by their names."""
    return {
        target.id: str(line.value.value)
        for line in tree.body
        if isinstance(line, ast.Assign) and isinstance(line.value, ast.Constant)
        for target in line.targets
        if isinstance(target, ast.Name)
    }


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _word(value: ast.expr, words: dict[str, str]) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    return words.get(value.id, "") if isinstance(value, ast.Name) else ""


def _level(call: ast.Call, words: dict[str, str]) -> str:
    for keyword in call.keywords:
        if keyword.arg == "level":
            named = keyword.value.attr if isinstance(keyword.value, ast.Attribute) else _word(keyword.value, words)
            return named.lower() or "…"
    return "info"


def _sentence(value: ast.expr) -> str:
    if isinstance(value, ast.Constant):
        return str(value.value)
    if isinstance(value, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "{" + _place(part) + "}" for part in value.values
        )
    return "…"


def _place(part: ast.expr) -> str:
    value = part.value if isinstance(part, ast.FormattedValue) else part
    return value.id if isinstance(value, ast.Name) else _name(value) or "…"


def _sentences() -> Iterator[str]:
    """Yield the catalogue by its own headings, which are comments."""
    subject, found = "", list[str]()
    source = KNOWN.read_text()
    lines: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant):
            lines.setdefault(node.lineno, []).append(re.sub(r"%\((\w+)\)s", r"{\1}", str(node.value)))
    for number, line in enumerate(source.splitlines(), start=1):
        if heading := re.fullmatch(r" {4}# (.*)", line):
            if found:
                yield _subject(subject, found)
            subject, found = heading[1], []
        elif subject and number in lines:
            found += lines[number]
        elif line == ")" and found:
            yield _subject(subject, found)
            subject, found = "", []


def _subject(name: str, sentences: list[str]) -> str:
    return f"### {name[0].upper()}{name[1:]}\n\n" + "\n".join(f"* {sentence}" for sentence in sentences)
