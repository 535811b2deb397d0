"""Numbers and dates in the language that is active."""

from datetime import date

import pytest
from django.utils.translation import override

from botcore.sentences.numerals import dated, grouped, numeral
from dashboard.templatetags.console import number, seconds, span


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["36,500", "0", "1.5", "10,000+", "2.5 s", "30 Nov 2026", "1 May"]),
        ("ru", ["36\u00a0500", "0", "1,5", "10\u00a0000+", "2,5 с", "30 ноября 2026", "1 мая"]),
    ],
)
def test_each_has_the_separators_and_months_of_its_own(language: str, expected: list[str]) -> None:
    with override(language):
        months = [dated(date(2026, 11, 30), "j M Y"), dated(date(2026, 5, 1), "j M")]
        said = [grouped(36_500), grouped(0), numeral("1.5"), number(10_001, 10_000), span(2500)]
        assert [*said, *months] == expected
        assert seconds(3600.0).startswith("1 ")
