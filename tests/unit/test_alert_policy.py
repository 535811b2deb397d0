"""Which alerts go out, which wait for a digest, which are suppressed."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.alerts.models import Reason
from botcore.alerts.policy import Decisions, Situation, Waiting, Why, decide
from botcore.alerts.quiet import is_quiet

NOW = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")


def new(pk: int, group_id: int | None = None, reason: Reason = Reason.NEW) -> Waiting:
    """Return an alert that nobody has decided about, of its own group."""
    return Waiting(pk, reason, pk if group_id is None else group_id)


def held(pk: int, group_id: int | None = None) -> Waiting:
    """Return an alert that is held."""
    return Waiting(pk, Reason.NEW, pk if group_id is None else group_id, is_held=True)


def decided(*waiting: Waiting, **facts: Any) -> Decisions:
    """Decide with a cool-down of an hour and a cap of three."""
    return decide(waiting, Situation(**{"now": NOW, "cooldown": 60 * MINUTE, "cap": 3, **facts}))


def test_what_is_new_goes_out_and_its_groups_are_told_of() -> None:
    assert decided(new(1), new(2)) == Decisions(send=[1, 2], told_of={1, 2})


@pytest.mark.parametrize(
    ("reason", "minutes_ago", "goes_out"),
    [
        (Reason.NEW, 59, False),
        (Reason.SPIKE, 59, False),
        (Reason.SPIKE, 60, True),
        (Reason.SPIKE, -5, True),  # the clock was set back: no cool-down may last longer than it is
        (Reason.REGRESSED, 1, True),
        (Reason.UNMUTED, 1, True),
    ],
)
def test_a_group_is_told_of_once_within_the_cool_down(reason: Reason, minutes_ago: int, *, goes_out: bool) -> None:
    done = decided(new(1, 7, reason), alerted_at={7: NOW - minutes_ago * MINUTE})
    assert (done.send, done.suppressed) == (([1], {}) if goes_out else ([], {1: Why.COOLDOWN}))


def test_the_cool_down_holds_within_one_look_too() -> None:
    assert decided(new(1, 7), new(2, 7, Reason.SPIKE)).suppressed == {2: Why.COOLDOWN}


def test_without_a_cool_down_nothing_is_suppressed() -> None:
    done = decided(new(1, 7), new(2, 7, Reason.SPIKE), cooldown=timedelta(), alerted_at={7: NOW})
    assert done.send == [1, 2]


def test_what_is_more_than_the_cap_within_ten_minutes_is_held() -> None:
    done = decided(*(new(pk) for pk in range(1, 6)))
    assert (done.send, done.held) == ([1, 2, 3], {4: Why.CAP, 5: Why.CAP})
    assert decided(new(4), sent_at=[NOW - 9 * MINUTE] * 3).held == {4: Why.CAP}


def test_what_the_cap_held_is_one_digest_when_the_ten_minutes_are_over() -> None:
    assert decided(held(4), held(5), sent_at=[NOW - 9 * MINUTE] * 3) == Decisions()
    done = decided(held(4), held(5), new(6), sent_at=[NOW - 10 * MINUTE] * 3)
    assert (done.digest, done.send, done.told_of) == ([4, 5], [6], {4, 5, 6})


def test_a_digest_takes_a_place_of_the_cap() -> None:
    done = decided(held(4), held(5), new(6), new(7), new(8))
    assert (done.digest, done.send, done.held) == ([4, 5], [6, 7], {8: Why.CAP})


def test_a_digest_of_one_is_that_alert() -> None:
    assert decided(held(4)) == Decisions(send=[4], told_of={4})


@pytest.mark.parametrize("quiet", [Why.QUIET_HOURS, Why.MAINTENANCE])
def test_nothing_goes_out_while_it_is_quiet(quiet: Why) -> None:
    assert decided(new(1), held(2), quiet=quiet) == Decisions(held={1: quiet})


def test_a_regression_waits_for_the_morning_too() -> None:
    assert decided(new(1, 7, Reason.REGRESSED), quiet=Why.QUIET_HOURS).held == {1: Why.QUIET_HOURS}


def test_a_test_goes_out_at_once_in_any_case_and_takes_no_place() -> None:
    test = Waiting(1, Reason.TEST, None)
    assert decided(test, quiet=Why.MAINTENANCE, sent_at=[NOW] * 9).send == [1]
    assert decided(test, *(new(pk) for pk in (2, 3, 4))).send == [1, 2, 3, 4]


def test_what_is_resolved_or_muted_meanwhile_is_left_out() -> None:
    done = decided(held(1), held(2), held(3), new(4), closed={1, 4})
    assert (done.digest, done.suppressed) == ([2, 3], {1: Why.CLOSED, 4: Why.CLOSED})
    assert decided(held(1), closed={1}) == Decisions(suppressed={1: Why.CLOSED})


def test_alerts_of_before_the_clock_was_set_back_take_no_place() -> None:
    assert decided(new(1), sent_at=[NOW + timedelta(days=1)] * 9).send == [1]


@given(
    st.lists(st.tuples(st.sampled_from(list(Reason)), st.integers(1, 5), st.booleans()), max_size=30),
    st.integers(0, 5),
    st.sampled_from([None, Why.QUIET_HOURS]),
)
def test_each_alert_has_one_end_and_the_cap_always_holds(
    drawn: list[tuple[Reason, int, bool]], sent: int, quiet: Why | None
) -> None:
    waiting = [Waiting(pk, reason, group, is_held=kept) for pk, (reason, group, kept) in enumerate(drawn)]
    done = decided(*waiting, sent_at=[NOW] * sent, quiet=quiet)
    ends = [*done.send, *done.digest, *done.held, *done.suppressed]
    assert len(ends) == len(set(ends))
    assert {alert.pk for alert in waiting if not alert.is_held} <= set(ends)
    tests = {alert.pk for alert in waiting if alert.reason == Reason.TEST and not alert.is_held}
    assert len(set(done.send) - tests) + bool(done.digest) <= max(0, 3 - sent)


@pytest.mark.parametrize(
    ("start", "end", "clock", "quiet"),
    [
        ((22, 0), (7, 0), (21, 59), False),
        ((22, 0), (7, 0), (22, 0), True),
        ((22, 0), (7, 0), (3, 0), True),
        ((22, 0), (7, 0), (7, 0), False),
        ((12, 0), (13, 30), (13, 29), True),
        ((12, 0), (13, 30), (13, 30), False),
        ((12, 0), (13, 30), (3, 0), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(
    start: tuple[int, int], end: tuple[int, int], clock: tuple[int, int], *, quiet: bool
) -> None:
    at = datetime(2026, 11, 28, *clock, tzinfo=UTC)
    assert is_quiet(at, time(*start), time(*end), UTC) is quiet


def test_quiet_hours_follow_the_clock_on_the_wall_in_summer_and_winter() -> None:
    for month, utc_hour in ((1, 21), (7, 20)):  # 22:00 in Berlin
        at = datetime(2026, month, 15, utc_hour, 0, tzinfo=UTC)
        assert is_quiet(at, time(22), time(7), BERLIN)
        assert not is_quiet(at - MINUTE, time(22), time(7), BERLIN)
