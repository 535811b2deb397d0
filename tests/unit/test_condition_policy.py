"""What follows from looks at a condition, by a table and by chance."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from botcore.alerts.conditions.policy import BLIND, CALM, GAP, LONGEST_SILENCE, Act, Standing, Timing, step

NOW = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LOOK = 20 * SECOND
TIMING = Timing(lasts=MINUTE, repeat=HOUR)
SEEN = Standing(seen_since=NOW - 40 * SECOND, seen_at=NOW - LOOK, looked_at=NOW - LOOK)
FIRING = Standing(
    seen_since=NOW - 2 * MINUTE,
    seen_at=NOW - LOOK,
    fired_at=NOW - MINUTE,
    told_at=NOW - MINUTE,
    looked_at=NOW - LOOK,
)
LONGEST_CALM = 30 * MINUTE
CALMED = replace(FIRING, seen_at=NOW - CALM)


def silent(was: Standing, until: datetime) -> Standing:
    """Silence it."""
    return replace(was, silenced_until=until)


@pytest.mark.parametrize(
    ("was", "seen", "act"),
    [
        (Standing(), True, Act.NOTHING),  # it must last
        (Standing(), False, Act.NOTHING),
        (Standing(), None, Act.NOTHING),
        (SEEN, True, Act.NOTHING),
        (replace(SEEN, seen_since=NOW - MINUTE), True, Act.FIRE),
        (replace(SEEN, seen_since=NOW - MINUTE), None, Act.NOTHING),
        (replace(SEEN, seen_since=NOW - HOUR, looked_at=NOW - GAP - SECOND), True, Act.NOTHING),  # nobody looked
        (replace(SEEN, seen_since=NOW - HOUR, looked_at=NOW + SECOND), True, Act.NOTHING),  # the clock was set back
        (FIRING, True, Act.NOTHING),
        (replace(FIRING, told_at=NOW - HOUR), True, Act.REPEAT),
        (replace(FIRING, told_at=NOW - HOUR, acked_at=NOW - MINUTE), True, Act.NOTHING),
        (replace(FIRING, told_at=NOW - HOUR), None, Act.NOTHING),
        (replace(FIRING, told_at=NOW + HOUR), True, Act.NOTHING),
        (FIRING, False, Act.NOTHING),  # it may flap
        (CALMED, False, Act.RESOLVE),
        (replace(CALMED, acked_at=NOW - MINUTE), False, Act.RESOLVE),
        (replace(CALMED, told_at=None), False, Act.NOTHING),  # nobody knows that it was so
        (CALMED, None, Act.NOTHING),
        (replace(CALMED, seen_at=NOW - BLIND, looked_at=NOW - BLIND), None, Act.RESOLVE),
        (silent(replace(SEEN, seen_since=NOW - HOUR), NOW + SECOND), True, Act.NOTHING),
        (silent(replace(FIRING, told_at=None), NOW), True, Act.FIRE),  # the silence is over
        (silent(FIRING, NOW), True, Act.REPEAT),
        (silent(FIRING, NOW - 2 * MINUTE), True, Act.NOTHING),  # it was told after that silence
        (silent(CALMED, NOW + SECOND), False, Act.NOTHING),
        (silent(replace(FIRING, told_at=None), NOW + LONGEST_SILENCE + SECOND), True, Act.NOTHING),  # clocks differ
        (silent(replace(FIRING, told_at=None), NOW + LONGEST_SILENCE + HOUR + SECOND), True, Act.FIRE),  # by less
    ],
)
def test_what_follows_from_a_look(was: Standing, seen: bool | None, act: Act) -> None:  # noqa: FBT001 (a table's column)
    assert step(was, seen=seen, now=NOW, timing=TIMING)[1] == act


def test_a_condition_that_need_not_last_fires_at_the_first_look() -> None:
    assert step(Standing(), seen=True, now=NOW, timing=Timing(timedelta(), HOUR))[1] == Act.FIRE


def test_what_ends_leaves_nothing_but_its_end_and_a_silence() -> None:
    was = silent(replace(CALMED, acked_at=NOW - MINUTE), NOW - HOUR)
    stands, _ = step(was, seen=False, now=NOW, timing=TIMING)
    assert stands == Standing(ended_at=NOW, looked_at=NOW, silenced_until=NOW - HOUR)


def test_what_cannot_be_known_is_not_looked_at() -> None:
    assert step(FIRING, seen=None, now=NOW, timing=TIMING)[0] == FIRING


@dataclass
class Run:
    """Looks at a condition one after the other, with what was told at which time."""

    now: datetime = NOW
    stands: Standing = field(default_factory=Standing)
    acts: list[tuple[datetime, Act]] = field(default_factory=list)

    def look(self, *, seen: bool | None, after: timedelta = LOOK) -> Act:
        """Let time pass, and look."""
        self.now += after
        self.stands, act = step(self.stands, seen=seen, now=self.now, timing=TIMING)
        self.acts += [(self.now, act)] if act != Act.NOTHING else []
        return act


def fired() -> Run:
    """Return looks until it was told."""
    run = Run()
    while not run.acts:
        run.look(seen=True)
    return run


def test_a_clock_that_is_set_back_hides_no_end() -> None:
    run = fired()
    run.look(seen=False, after=-5 * HOUR)
    for _ in range(CALM // LOOK):
        run.look(seen=False)
    assert [act for _, act in run.acts] == [Act.FIRE, Act.RESOLVE]


def test_a_clock_that_is_set_back_holds_up_no_repeat() -> None:
    run = fired()
    run.look(seen=True, after=-5 * HOUR)
    for _ in range(HOUR // LOOK):
        run.look(seen=True)
    assert [act for _, act in run.acts] == [Act.FIRE, Act.REPEAT]


STEPS = st.tuples(
    st.sampled_from([True, True, False, None]),
    st.one_of(st.just(LOOK), st.timedeltas(-2 * HOUR, 2 * HOUR), st.timedeltas(-400 * 24 * HOUR, 400 * 24 * HOUR)),
    st.sampled_from(["", "", "", "", "ack", "silence", "unsilence"]),
)


@given(st.lists(STEPS, max_size=60))
def test_whatever_happens_ends_are_told_to_those_who_know_and_never_lost(
    steps: list[tuple[bool | None, timedelta, str]],
) -> None:
    run, is_told = Run(), False
    for seen, after, decision in steps:
        if decision == "ack" and run.stands.fired_at:
            run.stands = replace(run.stands, acked_at=run.now)
        elif decision:
            run.stands = silent(run.stands, run.now + (HOUR if decision == "silence" else timedelta()))
        was_acked, was_silent = run.stands.acked_at, run.stands.is_silent(run.now + after)
        act = run.look(seen=seen, after=after)
        assert not (was_silent and act != Act.NOTHING)
        assert not (was_acked and act in {Act.FIRE, Act.REPEAT})
        assert act != Act.FIRE or not is_told
        assert act not in {Act.REPEAT, Act.RESOLVE} or is_told
        is_told = (is_told or act == Act.FIRE) and run.stands.fired_at is not None
        assert (run.stands.told_at is not None) == is_told
        assert not run.stands.fired_at or run.stands.seen_since
    for _ in range(LONGEST_CALM // LOOK + 1):
        run.look(seen=False)
    assert (run.stands.fired_at, run.stands.seen_since) == (None, None)


@given(st.lists(STEPS, max_size=30))
def test_whatever_happened_what_lasts_is_told(steps: list[tuple[bool | None, timedelta, str]]) -> None:
    run = Run()
    for seen, after, _ in steps:
        run.look(seen=seen, after=after)
    for _ in range(5):
        run.look(seen=True)
    assert run.stands.told_at


@given(st.lists(st.timedeltas(SECOND, 90 * SECOND), min_size=1, max_size=200), st.integers(0, 5))
def test_a_burst_never_comes_of_it_however_the_clock_jumps(steps: list[timedelta], jumps: int) -> None:
    run, gone = Run(), timedelta()
    for number, after in enumerate(steps):
        is_jump = number < jumps
        gone += after
        run.look(seen=True, after=-HOUR if is_jump and number % 2 else 100 * HOUR if is_jump else after)
    assert len(run.acts) <= 1 + jumps + gone // HOUR


def fire_again(after: timedelta) -> Standing:
    """Return how it stands when it fires again so long after its end."""
    return replace(CALMED, ended_at=CALMED.fired_at and CALMED.fired_at - after)


@pytest.mark.parametrize(
    ("after", "calm"),
    [
        (timedelta(), 30 * MINUTE),
        (15 * MINUTE - SECOND, 30 * MINUTE),
        (15 * MINUTE, 15 * MINUTE),
        (HOUR - SECOND, 15 * MINUTE),
        (HOUR, CALM),
        (-SECOND, CALM),  # the clock was set back
    ],
)
def test_what_came_back_soon_must_be_calm_for_longer(after: timedelta, calm: timedelta) -> None:
    was = fire_again(after)
    assert was.calm() == calm
    for seen_at, act in ((NOW - calm + SECOND, Act.NOTHING), (NOW - calm, Act.RESOLVE)):
        assert step(replace(was, seen_at=seen_at), seen=False, now=NOW, timing=TIMING)[1] == act


@pytest.mark.parametrize(("bad", "good", "most"), [(2, 4, 2), (2, 11, 2), (2, 20, 3), (5, 35, 40), (2, 90, 17)])
def test_a_day_of_what_comes_and_goes_is_told_a_few_times(bad: int, good: int, most: int) -> None:
    run = Run()
    while run.now < NOW + 24 * HOUR:
        for minutes, seen in ((bad, True), (good, False)):
            for _ in range(minutes * MINUTE // LOOK):
                run.look(seen=seen)
    acts = [act for _, act in run.acts]
    assert 0 < acts.count(Act.FIRE) <= most
    assert acts.count(Act.RESOLVE) <= most
