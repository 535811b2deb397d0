"""Prometheus' text format of several processes put together, with a label that names the process.

By text, because to parse a bot's two thousand lines takes ten times as long. What is no such text is left out: a
heartbeat of another version, or garbage, must not spoil the page.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

_HEAD = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*) [^\n]*\n# TYPE \1 (counter|gauge|histogram)\n")
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="[^"\\\n]*(?:\\.[^"\\\n]*)*"'
_VALUE = r"(?:[-+]?(?:[0-9.]+(?:e[-+]?[0-9]+)?|Inf)|NaN)"
_SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
MOST_FAMILIES = 1000  # whose patterns are remembered
MOST_TEXTS = 2000  # of families, a kB each: most stay as they are from one beat to the next


class Page:
    """Families in the order in which they came, each with the samples of every process."""

    def __init__(self) -> None:
        self._families: dict[str, tuple[str, str, list[str]]] = {}  # by name: type, head, samples

    def add(self, text: str, process: str) -> None:
        """Add a process' page; of a family that another process has as another type, the first one holds."""
        label = 'process="{}"'.format(process.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n"))
        seen = set()
        for name, kind, head, samples in _families(text):
            family = self._families.setdefault(name, (kind, head, []))
            if name not in seen and family[0] == kind:
                family[2].append(_labelled(name, kind, samples, label))
            seen.add(name)

    def copy(self) -> "Page":
        """Return a page to which more can be added."""
        copied = Page()
        for name, (kind, head, samples) in self._families.items():
            copied._families[name] = kind, head, [*samples]
        return copied

    def text(self) -> str:
        """Return it all, with one HELP and TYPE for each family."""
        return "".join("".join((head, *samples)) for _, head, samples in self._families.values())


def _families(text: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, type, head and samples of each family in which everything is as it should be."""
    return filter(None, map(_family, text.split("# HELP ")[1:]))


@lru_cache(MOST_TEXTS)
def _family(part: str) -> tuple[str, str, str, str] | None:
    head = _HEAD.match(part)
    if head and _samples_of(head[1], head[2]).fullmatch(part, head.end()) and 'process="' not in part:
        return head[1], head[2], f"# HELP {head[0]}", part[head.end() :]
    return None


@lru_cache(MOST_FAMILIES)
def _samples_of(family: str, kind: str) -> re.Pattern[str]:
    labels = rf"\{{{_LABEL}(?:,{_LABEL})*\}}"
    return re.compile(rf"(?:{family}(?:{'|'.join(_SUFFIXES[kind])})(?:{labels})? {_VALUE}\n)+")


@lru_cache(MOST_TEXTS)
def _labelled(family: str, kind: str, samples: str, label: str) -> str:
    """Return the lines with one more label; within values a line's end is written as two other characters."""
    lines = f"\n{samples}"
    for suffix in _SUFFIXES[kind]:
        name = f"\n{family}{suffix}"
        lines = lines.replace(f"{name}{{", f"{name}{{{label},").replace(f"{name} ", f"{name}{{{label}}} ")
    return lines[1:]
