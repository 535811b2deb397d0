"""Numbers and dates as the language that is active writes them."""

from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language

RUSSIAN = str.maketrans({",": "\N{NO-BREAK SPACE}", ".": ","})


def numeral(text: str) -> str:
    """Return a number such as 1,234.5 with the separators of the language: in Russian 1 234,5."""
    return text.translate(RUSSIAN) if get_language() == "ru" else text


def grouped(count: float) -> str:
    """Return a count with separators of thousands."""
    return numeral(f"{count:,.0f}")


def dated(moment: date, form: str) -> str:
    """Return a date by Django's format; Russian has the month in its case: 30 ноября."""
    if isinstance(moment, datetime):
        moment = moment.replace(tzinfo=None)  # equal ones of two zones are written in two ways
    return _dated(moment, form, get_language())


@lru_cache(maxsize=4000)
def _dated(moment: date, form: str, language: str | None) -> str:
    """Charts name the same moments again and again. No form names a zone."""
    return date_format(moment, form.replace("M", "E") if language == "ru" else form)
