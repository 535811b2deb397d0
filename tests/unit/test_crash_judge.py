"""The crash suite's judge, on made-up journals: what is wrong is seen, and what a kill explains is let pass."""

from collections.abc import Sequence
from dataclasses import replace

from django.test import SimpleTestCase

from tests.crash.journal import BEGIN, END, STOPPED, Entry
from tests.crash.judge import KILL, Death, Evidence, Fault, Row, Verdict, judge
from tests.crash.scenarios import Result
from tests.crash.table import table

CHAT = 7
WALL = 1_000_000.0  # the wall clock when the monotonic one is at 0


def entry(mark: str, number: int, at: float, *, pid: int = 1, chat: int = CHAT, pk: int | None = None) -> Entry:
    """Return a line of the journal."""
    return Entry(pid, mark, chat, number, chat * 100 + number if pk is None else pk, at, WALL + at)


def run(number: int, begin: float, *, pid: int = 1, chat: int = CHAT, pk: int | None = None) -> list[Entry]:
    """Return the two lines of a handling that takes half a second."""
    return [
        entry(BEGIN, number, begin, pid=pid, chat=chat, pk=pk),
        entry(END, number, begin + 0.5, pid=pid, chat=chat, pk=pk),
    ]


def row(number: int, *completions: float, chat: int = CHAT, state: str = "done") -> Row:
    """Return an update that was completed at these times."""
    return Row(chat * 100 + number, chat, number, state, tuple(WALL + at for at in completions))


def clean() -> Evidence:
    """Return two messages in one chat and one in another, handled as they should be."""
    journal = [*run(1, 1.0), *run(1, 1.1, chat=8, pid=2), *run(2, 2.0)]
    return Evidence([(CHAT, 1), (8, 1), (CHAT, 2)], journal, [row(1, 1.6), row(1, 1.7, chat=8), row(2, 2.6)])


def one(*journal: Sequence[Entry], completed: float | None, **known: object) -> Verdict:
    """Judge a single message with the number 1."""
    rows = [row(1, completed)] if completed else [row(1, state="pending")]
    evidence = Evidence([(CHAT, 1)], [entry for entries in journal for entry in entries], rows)
    return judge(replace(evidence, **known))  # type: ignore[arg-type]


class LossTests(SimpleTestCase):
    """What went in and did not come out."""

    def test_a_clean_journal_is_good(self) -> None:
        verdict = judge(clean())
        self.assertEqual((verdict.updates_in, verdict.handled, verdict.repeated, verdict.good), (3, 3, 0, True))

    def test_an_update_that_was_never_stored_is_lost(self) -> None:
        verdict = judge(replace(clean(), fed=[*clean().fed, (CHAT, 3)]))
        self.assertEqual(verdict.lost, ["chat 7, message 3: never stored, never begun in the journal"])
        self.assertFalse(verdict.good)

    def test_an_update_that_is_done_without_a_handler_is_lost(self) -> None:
        verdict = judge(replace(clean(), journal=clean().journal[:-2]))
        self.assertEqual(verdict.lost, ["chat 7, message 2: done in the database, never begun in the journal"])

    def test_an_update_whose_handler_never_ended_is_lost(self) -> None:
        verdict = judge(replace(clean(), journal=clean().journal[:-1], deaths={1: Death(2.2, killed=True)}))
        self.assertEqual(verdict.lost, ["chat 7, message 2: done in the database, begun in the journal"])

    def test_an_update_that_ended_but_is_pending_or_dead_is_lost(self) -> None:
        for state in ("pending", "dead"):
            verdict = judge(replace(clean(), rows=[*clean().rows[:2], row(2, state=state)]))
            self.assertEqual(verdict.lost, [f"chat 7, message 2: {state} in the database, ended in the journal"])


class RepeatTests(SimpleTestCase):
    """What was begun more than once, and why."""

    def test_a_kill_in_the_middle_explains_a_repeat(self) -> None:
        killed = {1: Death(1.2, killed=True)}
        verdict = one([entry(BEGIN, 1, 1.0)], run(1, 3.0, pid=2), completed=3.6, deaths=killed)
        self.assertEqual((verdict.repeated, verdict.explained, verdict.good), (1, {KILL: 1}, True))

    def test_a_kill_before_the_completion_was_written_explains_a_repeat(self) -> None:
        killed = {1: Death(1.52, killed=True)}
        self.assertTrue(one(run(1, 1.0), run(1, 3.0, pid=2), completed=3.6, deaths=killed).good)

    def test_a_repeat_while_everybody_lives_is_unexplained(self) -> None:
        verdict = one(run(1, 1.0), run(1, 3.0, pid=2), completed=3.6)
        self.assertEqual(verdict.unexplained, ["chat 7, message 1: begun by 1 and, without a cause, by 2"])
        self.assertFalse(verdict.good)

    def test_a_kill_after_the_repeat_explains_nothing(self) -> None:
        killed = {1: Death(3.2, killed=True)}
        self.assertEqual(len(one(run(1, 1.0), run(1, 3.0, pid=2), completed=3.6, deaths=killed).unexplained), 1)

    def test_a_kill_long_after_the_end_explains_nothing(self) -> None:
        killed = {1: Death(20.0, killed=True)}
        self.assertEqual(len(one(run(1, 1.0), run(1, 30.0, pid=2), completed=31.0, deaths=killed).unexplained), 1)

    def test_an_orderly_stop_explains_nothing(self) -> None:
        stopped = {1: Death(1.6, killed=False)}
        self.assertEqual(len(one(run(1, 1.0), run(1, 3.0, pid=2), completed=3.6, deaths=stopped).unexplained), 1)

    def test_a_repeat_after_the_completion_is_unexplained_even_with_a_kill(self) -> None:
        killed = {1: Death(1.7, killed=True)}
        verdict = one(run(1, 1.0), run(1, 3.0, pid=2), completed=1.6, deaths=killed)
        self.assertEqual(verdict.unexplained, ["chat 7, message 1: begun again 1.400 s after it was completed"])

    def test_an_update_that_was_stored_twice_is_unexplained(self) -> None:
        rows = [row(1, 1.6), replace(row(1, 3.6), pk=900)]
        verdict = judge(Evidence([(CHAT, 1)], [*run(1, 1.0), *run(1, 3.0, pk=900)], rows))
        self.assertEqual((verdict.handled, len(verdict.unexplained)), (1, 1))

    def test_a_fault_explains_what_it_touched_and_nothing_else(self) -> None:
        faults = [Fault("database killed", 1.3, 2.5)]
        touched = one(run(1, 1.0), run(1, 3.0, pid=2), completed=3.6, faults=faults)
        self.assertEqual(touched.explained, {"database killed": 1})
        late = one(run(1, 3.0), run(1, 5.0, pid=2), completed=5.6, faults=faults)
        self.assertEqual((late.explained, len(late.unexplained)), ({}, 1))


class OrderTests(SimpleTestCase):
    """A chat's messages one after the other."""

    def verdict(self, *journal: Sequence[Entry], **known: object) -> Verdict:
        """Judge three messages of one chat."""
        fed = [(CHAT, number) for number in (1, 2, 3)]
        entries = sorted((entry for part in journal for entry in part), key=lambda entry: entry.at)
        evidence = Evidence(fed, entries, [row(number, 99.0) for number in (1, 2, 3)])
        return judge(replace(evidence, **known))  # type: ignore[arg-type]

    def test_a_swap_is_out_of_order(self) -> None:
        verdict = self.verdict(run(1, 1.0), run(3, 2.0), run(2, 3.0))
        told = [f"chat 7, message 2: its {which} beginning came after that of 3" for which in ("first", "last")]
        self.assertEqual((verdict.disorder, verdict.good), (told, False))

    def test_a_repeat_that_falls_back_behind_a_later_message_is_out_of_order(self) -> None:
        verdict = self.verdict(run(1, 1.0), run(2, 2.0), run(3, 3.0), run(1, 4.0))
        self.assertEqual(verdict.disorder, ["chat 7, message 1: its last beginning came after that of 3"])

    def test_a_whole_stretch_again_is_in_order(self) -> None:
        killed = {1: Death(3.2, killed=True)}
        verdict = self.verdict(
            run(1, 1.0), run(2, 2.0), run(1, 5.0, pid=2), run(2, 6.0, pid=2), run(3, 7.0), deaths=killed
        )
        self.assertEqual((verdict.disorder, verdict.repeated, verdict.good), ([], 2, True))

    def test_two_at_the_same_time_are_out_of_order(self) -> None:
        verdict = self.verdict(run(1, 1.0), run(2, 1.3, pid=2), run(3, 3.0))
        self.assertEqual(verdict.disorder, ["chat 7, message 2: begun by 2 while 1 was at 1"])

    def test_a_run_without_an_end_lasts_until_its_process_is_dead(self) -> None:
        journal = ([entry(BEGIN, 1, 1.0)], run(1, 2.0, pid=2), run(2, 3.0, pid=2), run(3, 4.0, pid=2))
        before = self.verdict(*journal, deaths={1: Death(1.5, killed=True)})
        self.assertEqual((before.disorder, before.good), ([], True))
        after = self.verdict(*journal, deaths={1: Death(2.5, killed=True)})
        self.assertEqual(after.disorder, ["chat 7, message 1: begun by 2 while 1 was at 1"])

    def test_a_handler_that_was_cancelled_is_over_but_not_handled(self) -> None:
        stopped = [entry(BEGIN, 1, 1.0), entry(STOPPED, 1, 1.2)]
        verdict = self.verdict(stopped, run(2, 2.0), run(3, 3.0))
        self.assertEqual((verdict.disorder, verdict.handled, len(verdict.lost)), ([], 2, 1))

    def test_other_chats_may_run_at_the_same_time(self) -> None:
        self.assertEqual(judge(clean()).disorder, [])


class TableTests(SimpleTestCase):
    """What is printed."""

    def test_a_row_for_each_scenario_the_totals_and_the_complaints(self) -> None:
        bad = judge(replace(clean(), fed=[*clean().fed, (CHAT, 3)]))
        results = [Result("good", judge(clean()), 3), Result("bad", bad, 4), Result("network", skipped="no ip")]
        text = table(results)
        (total,) = [line for line in text.splitlines() if line.startswith("total")]
        self.assertEqual(total.split()[1:7], ["7", "6", "1", "0", "0", "0"])
        self.assertIn("network  skipped: no ip", text)
        self.assertIn("bad: lost: chat 7, message 3: never stored", text)
