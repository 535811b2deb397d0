"""The circuit breaker: when it opens, how it finds out that Telegram answers again, and what never counts."""

import asyncio
from typing import Any

from django.test import SimpleTestCase
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from botcore import metrics
from botcore.connection.breaker import IN_A_ROW, LONGEST_PAUSE, PROBE_SECONDS, Breaker, Circuit
from botcore.connection.errors import CircuitOpen, NotConnected, NotSent, PoolTimedOut
from tests.growing import growing


class BreakerTests(SimpleTestCase):
    """A breaker with a clock of the test's."""

    def setUp(self) -> None:
        """Make it."""
        self.now = 100.0
        self.said: list[str] = []
        self.states: list[Circuit] = []
        self.breaker = Breaker(self.note, on_change=self.states.append, clock=lambda: self.now)

    def note(self, kind: str, text: str, *, level: str = "info") -> None:
        """Be told."""
        self.said.append(f"{kind} {level}: {text}")

    def call(self, error: BaseException | None = None) -> None:
        """Make a call that ends so."""
        self.breaker.left(self.breaker.enter(), error)

    def fails(self, times: int = IN_A_ROW, error: Any = None) -> None:
        """Let calls fail."""
        for _ in range(times):
            self.call(error or NetworkError("Bad Gateway"))

    def test_failures_in_a_row_open_it_and_calls_fail_at_once(self) -> None:
        self.fails(IN_A_ROW - 1)
        self.assertEqual(self.breaker.state, Circuit.CLOSED)
        self.fails(1)
        self.assertEqual(self.breaker.state, Circuit.OPEN)
        with self.assertRaises(CircuitOpen) as caught:
            self.call()
        self.assertIsInstance(caught.exception, NotSent)
        self.assertIsInstance(caught.exception, NetworkError)

    def test_each_kind_of_failure_counts(self) -> None:
        for error in (NetworkError("x"), TimedOut(), NotConnected("refused"), TelegramError("Invalid server response")):
            with self.subTest(error):
                self.setUp()
                self.fails(error=error)
                self.assertEqual(self.breaker.state, Circuit.OPEN)

    def test_refusals_floods_and_our_own_crowd_never_count(self) -> None:
        errors = [
            BadRequest("chat not found"),
            Forbidden("blocked"),
            RetryAfter(5),
            InvalidToken("x"),
            PoolTimedOut(),
            NetworkError("Request Entity Too Large (413)"),
            asyncio.CancelledError(),
            ValueError(),
        ]
        for error in errors:
            with self.subTest(error):
                self.setUp()
                self.fails(100, error)
                self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_half_of_the_calls_failing_opens_it_though_others_succeed(self) -> None:
        for _ in range(9):
            self.call()
            self.fails(1)
        self.assertEqual(self.breaker.state, Circuit.CLOSED)
        self.call()
        self.fails(1)
        self.assertEqual(self.breaker.state, Circuit.OPEN)

    def test_failures_long_ago_do_not_count(self) -> None:
        for _ in range(30):
            self.call()
            self.fails(1)
            self.now += 4
        self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_after_a_pause_one_call_tries_and_its_success_closes_it(self) -> None:
        changes = [growing("botdeck_circuit_transitions_total", state=circuit.label) for circuit in Circuit]
        self.fails()
        self.now += 1.3
        probe = self.breaker.enter()
        for _ in range(3):
            self.assertRaises(CircuitOpen, self.breaker.enter)
        self.assertEqual(metrics.CIRCUIT_STATE._value.get(), 1)
        self.breaker.left(probe, BadRequest("a refusal is an answer"))
        self.call()
        self.assertEqual(self.states, [Circuit.OPEN, Circuit.HALF_OPEN, Circuit.CLOSED])
        self.assertEqual([text.split(":")[0] for text in self.said], ["circuit error", "circuit info"])
        self.assertEqual(metrics.CIRCUIT_STATE._value.get(), 0)
        self.assertEqual([change() for change in changes], [1, 1, 1])

    def test_pauses_grow_with_each_probe_that_fails(self) -> None:
        self.fails()
        pauses = []
        for _ in range(8):
            began = self.now
            while True:
                try:
                    self.fails(1)
                except CircuitOpen:
                    self.now += 0.1
                else:
                    break
            pauses.append(self.now - began)
        for pause, expected in zip(pauses, [1, 2, 4, 8, 16, 30, 30, 30], strict=True):
            self.assertTrue(expected * 0.79 <= pause <= expected * 1.21 + 0.1, pauses)
        self.assertLessEqual(max(pauses), LONGEST_PAUSE * 1.21)
        self.assertEqual(len(self.said), 1)

    def test_a_probe_that_is_cancelled_lets_the_next_call_try(self) -> None:
        for error in (asyncio.CancelledError(), PoolTimedOut(), ValueError("ours")):
            with self.subTest(error):
                self.setUp()
                self.fails()
                self.now += 1.3
                self.breaker.left(self.breaker.enter(), error)
                self.assertEqual(self.breaker.state, Circuit.OPEN)
                self.call()
                self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_calls_from_before_the_outage_that_fail_late_do_not_reopen_or_lengthen_it(self) -> None:
        old = [self.breaker.enter() for _ in range(20)]
        self.fails()
        self.now += 1.3
        probe = self.breaker.enter()
        for ticket in old:
            self.breaker.left(ticket, TimedOut())
        self.assertEqual(self.breaker.state, Circuit.HALF_OPEN)
        self.breaker.left(probe, None)
        self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_while_only_polling_works_pauses_grow_all_the_same(self) -> None:
        self.fails()
        probes = 0
        for _ in range(6000):  # ten minutes
            self.now += 0.1
            self.breaker.sign_of_life()
            try:
                self.fails(1)
                probes += 1
            except CircuitOpen:
                pass
        self.assertTrue(60 <= probes <= 100, probes)

    def test_a_probe_that_takes_long_lets_others_try_and_its_late_success_closes_it(self) -> None:
        self.fails()
        self.now += 1.3
        upload = self.breaker.enter()
        self.now += PROBE_SECONDS - 0.1
        self.assertRaises(CircuitOpen, self.breaker.enter)
        self.now += 0.1
        self.fails(1)
        self.assertEqual(self.breaker.state, Circuit.OPEN)
        self.breaker.left(upload, TimedOut())  # it is not the probe any more
        self.assertEqual(self.breaker.state, Circuit.OPEN)
        self.breaker.left(upload, None)
        self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_an_answer_to_getupdates_lets_a_probe_go_sooner_but_closes_nothing(self) -> None:
        self.fails()
        self.now += 1.3
        self.fails(1)  # the pause is 2 s now
        self.now += 1.1
        self.assertRaises(CircuitOpen, self.breaker.check)
        self.breaker.sign_of_life()
        self.assertEqual(self.breaker.state, Circuit.OPEN)
        self.call()
        self.assertEqual(self.breaker.state, Circuit.CLOSED)

    def test_an_outage_after_a_recovery_begins_with_a_short_pause_again(self) -> None:
        self.fails()
        for _ in range(3):
            self.now += 40
            self.fails(1)
        self.now += 40
        self.call()
        self.fails()
        self.now += 1.3
        self.call()
        self.assertEqual(self.breaker.state, Circuit.CLOSED)
