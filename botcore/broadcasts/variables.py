"""Variables in a broadcast's text, such as {first_name|friend}: found, refused, filled in for one person. Pure.

What stands behind the line is said to people of whom the value is not known; it may have formatting of its own.
"""

import html
import re
from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from botcore.exceptions import ValidationError
from botcore.texts.markup import HTML

# The longest value of each in UTF-16 units: names have 64 characters, each of which may need two.
LONGEST: Mapping[str, int] = MappingProxyType({"first_name": 128, "last_name": 128, "username": 32, "language": 35})
NOBODY: Mapping[str, str] = MappingProxyType({})
_VARIABLE = re.compile(r"(?<!\{)\{ *([^\W\d]\w*) *(?:\|([^{}|]*))?\}(?!\})")


def has_any(text: str) -> bool:
    """Tell whether the text is another for each person."""
    return _VARIABLE.search(text) is not None


def check(text: str) -> None:
    """Refuse variables that do not exist."""
    wrong = next((found[1] for found in _VARIABLE.finditer(text) if found[1] not in LONGEST), None)
    if wrong is None:
        return
    known = ", ".join(f"{{{name}}}" for name in LONGEST)
    words = _("There is no variable {%(name)s}. There are: %(known)s. Write &#123; for a { that is none.")
    raise ValidationError(words % {"name": wrong[:40], "known": known})


def filled(text: str, values: Mapping[str, str], parse_mode: str) -> str:
    """Return the text with these values, escaped for the text's markup; what is missing or empty has its fallback."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1], "")
        return (html.escape(known) if parse_mode == HTML else known) or found[2] or ""

    return _VARIABLE.sub(value, text)


def extremes(text: str, parse_mode: str) -> list[str]:
    """Return the shortest and the longest text that a person may get."""
    longest = {name: "x" * length for name, length in LONGEST.items()}
    return [filled(text, NOBODY, parse_mode), filled(text, longest, parse_mode)]
