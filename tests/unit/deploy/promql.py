"""Reads PromQL far enough to know which series and labels an expression asks for. promtool knows the grammar."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
RANGE = re.compile(r"\[[^\]]*\]|\boffset\s+\w+")
SELECTOR = re.compile(r"(?<![\w:.])([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|\()?")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
WORDS = frozenset({"and", "or", "unless", "bool", "offset", "inf", "nan"})


@dataclass(frozen=True)
class Selector:
    """A series that is asked for, with its label matchers: label, operator, value."""

    metric: str
    matchers: tuple[tuple[str, str, str], ...]


def selectors(expression: str) -> Iterator[Selector]:
    """Yield the series that an expression reads."""
    bare = RANGE.sub("", GROUPING.sub("", expression))
    for name, after in SELECTOR.findall(bare):
        if after != "(" and name not in WORDS and not _within_braces(bare, name):
            yield Selector(name, tuple(MATCHER.findall(after)))


def _within_braces(expression: str, name: str) -> bool:
    """Tell a label's name from a metric's: it stands in braces only."""
    outside = re.sub(r"\{[^}]*\}", "{}", STRING.sub('""', expression))
    return not re.search(rf"(?<![\w:]){re.escape(name)}(?![\w:])", outside)


def grouped(expression: str) -> set[str]:
    """Return the labels that an expression groups or joins by."""
    return {label.strip() for labels in GROUPING.findall(expression) for label in labels.split(",") if label.strip()}
