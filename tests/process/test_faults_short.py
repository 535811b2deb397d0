"""Fault injection's short form: some sites of the pages and of a real bot. `make test-faults` takes all of them."""

import ast
import inspect
import traceback
import unittest

from tests.environment import SERVER
from tests.faults.allowed import UNREACHABLE, reason, to_be_reached
from tests.faults.campaign import judge, record
from tests.faults.instrument import with_points
from tests.faults.shards import Plan, pages
from tests.faults.sites import ROOT, SCOPE, calls, files, matching, sites
from tests.faults.stage import Stage
from tests.faults.verdicts import Verdict, merged, table

EACH_PAGE = 12  # one in so many sites of the registry
OF_A_BOT = 25
BY_CHANCE = 5  # at most so many of them are not reached a second time
NAMES = ("about", "language", "outbox", "remembered", "quiet")


class RegistryTests(unittest.TestCase):
    """The table of fault points, and the instrument that is made from it."""

    def test_every_area_has_sites_and_every_call_in_a_function_is_one(self) -> None:
        self.assertEqual({site.area for site in sites()}, set(SCOPE))
        self.assertEqual([site.number for site in sites()], list(range(len(sites()))))
        start = [site.text for site in matching("handlers/start.py")]
        self.assertEqual(len(start), sum(1 for _ in calls(ast.parse((ROOT / "botcore/handlers/start.py").read_text()))))
        self.assertIn("context.answer('start', person=context.person)", start)

    def test_calls_of_decorators_and_of_loggers_are_none(self) -> None:
        source = "@register(name())\ndef f(x=default()):\n    logger.error('x', g())\n    return h(i())\n"
        found = [ast.unparse(call) for call, _ in calls(ast.parse(source))]
        self.assertEqual(found, ["g()", "h(i())", "i()"])

    def test_instrumented_code_does_the_same_and_keeps_its_lines(self) -> None:
        source = "def f(x):\n    y = sorted(x)\n    return [str(a)\n        for a in y] + [bad(x)]\n"
        passed: list[int] = []

        def point(number: int, function: object) -> object:
            passed.append(number)
            return function

        namespace: dict[str, object] = {"__fault_point__": point, "bad": lambda _x: [].pop()}
        exec(compile(with_points(source, 7), "f.py", "exec"), namespace)
        function = namespace["f"]
        assert inspect.isfunction(function)
        try:
            function([2, 1])
        except IndexError as exc:
            lines = [frame.lineno for frame in traceback.extract_tb(exc.__traceback__)]
        self.assertEqual(lines[1], 4)
        self.assertEqual(passed, [7, 8, 8, 9])

    def test_each_reason_why_a_site_cannot_be_reached_is_still_needed(self) -> None:
        told = [f"{site.file} {site.function}: {site.text}" for site in sites()]
        for start in UNREACHABLE:
            self.assertTrue(any(one.startswith(start) for one in told), start)

    def test_no_file_in_scope_is_without_a_reader(self) -> None:
        self.assertTrue(all((ROOT / file).exists() for file in files()))


class JudgeTests(unittest.TestCase):
    """The verdict on a site, and the table."""

    def test_a_site_is_good_only_when_every_error_at_it_went_well(self) -> None:
        site = sites()[0]
        good = Verdict(site, "one", reached=True, records=1, answered=True, survived=True)
        bad = Verdict(site, "two", reached=True, records=0, answered=True, survived=True)
        self.assertTrue(merged([good], [site])[0].good)
        self.assertFalse(merged([good, bad], [site])[0].good)
        self.assertFalse(merged([bad, good], [site])[0].good)
        self.assertIn("never reached", merged([], [site])[0].complaint)

    def test_the_table_never_rounds_up_to_a_hundred(self) -> None:
        good = [Verdict(site, "one", reached=True, records=1, answered=True, survived=True) for site in sites()]
        self.assertIn("per cent     100.0     100.0     100.0     100.0     100.0", table(good))
        good[0].answered = False
        told = table(good)
        self.assertIn("99.9", told)
        self.assertIn("not answered", told)


class ShortTests(unittest.TestCase):
    """A sample of the real thing."""

    def test_errors_in_pages_are_recorded_answered_and_survived(self) -> None:
        verdicts = pages(Plan(to_be_reached(sites(), server=bool(SERVER))[::EACH_PAGE], 1), say=lambda _words: None)
        self.assertGreater(len(verdicts), 20)
        self.assertTrue(all(verdict.good for verdict in verdicts), table(verdicts))

    def test_errors_in_a_real_bot_are_recorded_answered_and_survived(self) -> None:
        complaints: list[str] = []
        with Stage("polling") as stage:
            reach = record(stage, complaints.append, names=NAMES)
            chosen = [site for site in sites() if site.number in reach and not reason(site, server=bool(SERVER))]
            sample = chosen[:: len(chosen) // OF_A_BOT]
            tested = [judge(stage, site, reach[site.number], sticky=False) for site in sample]
        # Loops pass some sites by chance only; that each site is reached is for `make test-faults` to show.
        verdicts = [verdict for verdict in tested if verdict.reached]
        self.assertEqual(complaints, [])
        self.assertGreaterEqual(len(verdicts), OF_A_BOT - BY_CHANCE)
        self.assertTrue(all(verdict.good for verdict in verdicts), table(verdicts))
