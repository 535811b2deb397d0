"""Text from people → lengths of time and moments."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from botcore.exceptions import ValidationError
from botcore.validators import duration, moment

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)  # 13:00 in Berlin
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def utc(*parts: int) -> datetime:
    """Return a moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("typed", "length"),
    [
        ("90s", 1.5 * MINUTE),
        ("15m", 15 * MINUTE),
        ("15min", 15 * MINUTE),
        ("2H", 2 * HOUR),
        ("7d", 7 * DAY),
        ("1w", 7 * DAY),
        ("1h30m", 1.5 * HOUR),
        (" 1 day 2 hours ", 26 * HOUR),
        ("2ч5м", 125 * MINUTE),
        ("1н 1Д 30 сек", 8 * DAY + MINUTE / 2),
        ("0h5m", 5 * MINUTE),
    ],
)
def test_a_length_of_time(typed: str, length: timedelta) -> None:
    assert duration(typed) == length


@pytest.mark.parametrize(
    "typed", ["", "5", "m", "0s", "-5m", "1m1h", "1h1h", "1.5h", "5 parsecs", "٣m", "1h30", "1h,5m"]
)
def test_no_length_of_time(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a length of time, such as 90s, 15m, 2h, 7d or 1h30m"):
        duration(typed)


@pytest.mark.parametrize(
    ("typed", "least", "most", "sentence"),
    [
        ("30s", MINUTE, 36 * HOUR, "Write a length of time from 1m to 1d12h."),
        ("8d", None, 7 * DAY, "Write a length of time that is 7d at most."),
        ("999999999999w", None, None, "Write a length of time that is 36500d at most."),
        ("1s", 90 * timedelta(seconds=1), None, "Write a length of time from 1m30s to 36500d."),
    ],
)
def test_a_length_beyond_its_limits_is_answered_with_them(
    typed: str, least: timedelta | None, most: timedelta | None, sentence: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        duration(typed, least=least, most=most)
    assert str(caught.value) == sentence


def test_limits_of_a_length_are_allowed_and_named_in_the_persons_letters() -> None:
    assert [duration(typed, least=MINUTE, most=HOUR) for typed in ("1m", "60m")] == [MINUTE, HOUR]
    with translation.override("ru"), pytest.raises(ValidationError, match=r"^Напишите длительность от 1м до 1ч\.$"):
        duration("1с", least=MINUTE, most=HOUR)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("2026-11-30 14:00", utc(2026, 11, 30, 13)),
        ("2026-11-30T14:00:05", utc(2026, 11, 30, 13, 0, 5)),
        ("2026-11-30T14:00+02:00", utc(2026, 11, 30, 12)),
        ("2026-11-30 14:00 -0330", utc(2026, 11, 30, 17, 30)),
        ("2026-11-30T14:00Z", utc(2026, 11, 30, 14)),
        ("30.11.2026 14:00", utc(2026, 11, 30, 13)),
        ("1.7.2026 9:05", utc(2026, 7, 1, 7, 5)),
        ("2026-11-30", utc(2026, 11, 29, 23)),
        ("30.11.2026 Europe/London", utc(2026, 11, 30)),
        ("2026-11-30 14:00 America/New_York", utc(2026, 11, 30, 19)),
        ("2026-11-30 14:00 utc", utc(2026, 11, 30, 14)),
        ("14:00", utc(2026, 11, 29, 13)),
        ("13:00", utc(2026, 11, 30, 12)),
        ("13:00 UTC", utc(2026, 11, 29, 13)),
        ("0:30 Asia/Tokyo", utc(2026, 11, 29, 15, 30)),
    ],
)
def test_a_moment(typed: str, at: datetime) -> None:
    found = moment(typed, zone=BERLIN, now=NOON)
    assert (found, found.tzinfo) == (at, UTC)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "14",
        "24:00",
        "14:60",
        "2026-11-31",
        "0000-01-01",
        "2026-11-30 14",
        "30.11",
        "14:00+25:00",
        "٣:00",
        "0001-01-01T00:00+14:00",
        "9999-12-31 23:59 -12:00",
        "14:00+02:00 UTC",
        "2026-11-30-05:00",
        "14:00 ../passwd",
    ],
)
def test_no_moment(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a time, such as 14:00 or 2026-11-30 14:00\.$"):
        moment(typed, zone=BERLIN, now=NOON)


@pytest.mark.parametrize("name", ["Mars/Olympus", "America", "America/Argentina", "pm"])
def test_a_zone_that_does_not_exist_is_named(name: str) -> None:
    with pytest.raises(ValidationError, match=f"^There is no time zone {name}; write one such as Europe/Berlin"):
        moment(f"14:00 {name}", zone=BERLIN, now=NOON)


@pytest.mark.parametrize(
    ("typed", "now"),
    [("2026-03-29 02:30", NOON), ("02:30", utc(2026, 3, 29, 0, 30)), ("02:30", utc(2026, 3, 28, 12))],
)
def test_a_time_that_summer_time_leaves_out_is_refused(typed: str, now: datetime) -> None:
    with pytest.raises(ValidationError, match=f"^{typed} does not exist in Europe/Berlin, because clocks are set"):
        moment(typed, zone=BERLIN, now=now)


def test_a_time_that_was_left_out_today_means_tomorrow_when_it_would_be_over() -> None:
    assert moment("02:30", zone=BERLIN, now=utc(2026, 3, 29, 12)) == utc(2026, 3, 30, 0, 30)


@pytest.mark.parametrize(
    ("typed", "now", "at"),
    [
        ("2026-10-25 02:30", NOON, utc(2026, 10, 25, 0, 30)),
        ("02:30", utc(2026, 10, 25, 0, 15), utc(2026, 10, 25, 0, 30)),
        ("02:30", utc(2026, 10, 25, 0, 45), utc(2026, 10, 25, 1, 30)),
        ("02:30", utc(2026, 10, 25, 1, 45), utc(2026, 10, 26, 1, 30)),
    ],
)
def test_of_a_time_that_comes_twice_the_first_to_come_counts(typed: str, now: datetime, at: datetime) -> None:
    assert moment(typed, zone=BERLIN, now=now) == at
