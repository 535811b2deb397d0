"""Measured values, such as "1.5 GiB" or "12 k/min", with their units in the reader's language; see charts/scales."""

import re

from django.utils.translation import pgettext

VALUE = re.compile(r"(?P<number>.*\d)(?P<gap>[ \N{NO-BREAK SPACE}]?)(?P<unit>[A-Za-z]*)(?P<period>(?:/[a-z]+)?)")
UNITS = frozenset(
    {"k", "M", "G", "T", "ms", "s", "min", "h", "d", "B", "KiB", "MiB", "GiB", "TiB", "/s", "/min", "/h", "/day"}
)


def measured(text: str) -> str:
    """Return a value in the language that is active; one that has no unit of ours stays as it is."""
    if not (found := VALUE.fullmatch(text)):
        return text
    return f"{found['number']}{found['gap']}{_unit(found['unit'])}{_unit(found['period'])}"


def _unit(name: str) -> str:
    return pgettext("unit", name) if name in UNITS else name
