"""Measured values, such as "1.5 GiB" or "12 k/min", with the units and separators of the reader; see charts/scales."""

import re
from functools import lru_cache

from django.utils.translation import get_language, pgettext

from botcore.sentences.numerals import numeral

VALUE = re.compile(r"(?P<number>.*\d)(?P<gap>[ \N{NO-BREAK SPACE}]?)(?P<unit>[A-Za-z]*)(?P<period>(?:/[a-z]+)?)")
PLAIN = re.compile(r"(?:[<≥] |-)?[\d,.]+")
UNITS = frozenset(
    {"k", "M", "G", "T", "ms", "s", "min", "h", "d", "B", "KiB", "MiB", "GiB", "TiB", "/s", "/min", "/h", "/day"}
)


def measured(text: str) -> str:
    """Return a value in the language that is active; what is no number, or has no unit of ours, stays as it is."""
    return measured_in(get_language(), text)


@lru_cache(maxsize=4096)  # charts say some hundred values thousands of times
def measured_in(language: str | None, text: str) -> str:
    """Return a value in this language, which is the active one: who says many asks for it once."""
    if not (found := VALUE.fullmatch(text)):
        return text
    number = numeral(found["number"]) if PLAIN.fullmatch(found["number"]) else found["number"]
    return f"{number}{found['gap']}{_unit(found['unit'])}{_unit(found['period'])}"


def _unit(name: str) -> str:
    return pgettext("unit", name) if name in UNITS else name
