"""The page of one update: all facts, its attempts, what became of it, earlier runs, and the raw JSON."""

import json
import re
from datetime import timedelta

from django.utils import timezone

from botcore.models import OutgoingState, State, Update
from tests.database.dashboard.data import (
    PageTestCase,
    failed_attempt,
    outgoing,
    person,
    update,
)

HOSTILE = "<script>alert(1)</script>"


class DetailTests(PageTestCase):
    """One update."""

    def test_all_facts_are_there(self) -> None:
        person(1, "Alice")
        now = timezone.now()
        row = update(
            State.DEAD,
            attempts=5,
            handler="settings",
            error="Traceback\n  BadRequest: <b>",
            received_at=now,
            started_at=now + timedelta(seconds=2),
            finished_at=now + timedelta(seconds=90),
        )
        page = self.text(f"/updates/{row.pk}/")
        facts = dict(re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page, re.DOTALL))
        plain = {name: re.sub(r"<[^>]+>", "", value).strip() for name, value in facts.items()}
        self.assertEqual(plain["Person"], "Alice")
        self.assertEqual((plain["Attempts"], plain["Latency"], plain["Handler"]), ("5", "1.5 min", "settings"))
        self.assertEqual((plain["Update id"], plain["Lane"], plain["Bot id"]), (str(row.update_id), "1", "1"))
        self.assertIn("Traceback\n  BadRequest: &lt;b&gt;", page)
        self.assertIn("dead letter", page)

    def test_failed_attempts_stand_oldest_first_with_all_they_left(self) -> None:
        row = update(State.DEAD, error=f"KeyError: {HOSTILE}", error_group="ab12", attempts=2)
        failed_attempt(row, 1, minutes_ago=9, error=f"TimeoutError: {HOSTILE}\n  at line 3")
        failed_attempt(row, 2, minutes_ago=5, handler="")
        page = self.text(f"/updates/{row.pk}/")
        told = re.findall(r"<strong>(Attempt \d) failed</strong> .*?>(\d min ago)</time>, took ([^<]+)<", page)
        self.assertEqual([(name, at) for name, at, _ in told], [("Attempt 1", "9 min ago"), ("Attempt 2", "5 min ago")])
        self.assertEqual(told[1][2].strip(), "2.0 s")
        self.assertIn("TimeoutError: &lt;script&gt;alert(1)&lt;/script&gt;\n  at line 3</pre>", page)
        self.assertNotIn(HOSTILE, page)
        self.assertIn('<a href="/updates/?group=ab12">all updates with this error</a>', page)
        self.assertNotIn("failed</strong>", self.text(f"/updates/{update().pk}/"))

    def test_of_many_failed_attempts_the_newest_are_shown(self) -> None:
        row = update(State.DEAD)
        for number in range(1, 24):
            failed_attempt(row, number)
        page = self.text(f"/updates/{row.pk}/")
        numbered = [int(number) for number in re.findall(r"<strong>Attempt (\d+) failed</strong>", page)]
        self.assertEqual(numbered, list(range(4, 24)))
        self.assertIn("Of its failed attempts the newest 20; Django admin has the older ones.", page)

    def test_what_became_of_it_stands_in_the_order_of_time_with_what_lay_between(self) -> None:
        now = timezone.now() - timedelta(minutes=5)
        row = update(received_at=now, started_at=now + timedelta(seconds=3), finished_at=now + timedelta(seconds=5),
                     handler="start.start")  # fmt: skip
        sent = outgoing(update=row, created_at=now + timedelta(seconds=4), payload='{"text": "Hi <b>you</b>"}')
        failed = outgoing(
            OutgoingState.FAILED, update=row, created_at=now + timedelta(seconds=4.5), error=f"400 {HOSTILE}"
        )
        page = self.text(f"/updates/{row.pk}/").split('<ol class="timeline">')[1].split("</ol>")[0]
        self.assertEqual(
            re.findall(r"<strong>([^<]+)</strong>", page),
            ["Received and stored", "A handler took it", "sendMessage", "sendMessage", "Done"],
        )
        self.assertEqual(re.findall(r'class="gap">([^<]+)<', page), ["+3.0 s", "+1.0 s", "+500 ms", "+500 ms"])
        self.assertIn("took 2.0 s", page)
        for pk in (sent.pk, failed.pk):
            self.assertIn(f'href="/outbox/{pk}/"', page)
        self.assertIn("400 &lt;script&gt;", page)

    def test_a_replay_leaves_what_became_of_it_before_and_says_who_sent_it(self) -> None:
        began = timezone.now() - timedelta(minutes=5)
        row = update(received_at=began, started_at=began + timedelta(seconds=3), handler="start.start",
                     finished_at=began + timedelta(seconds=5))  # fmt: skip
        self.client.post(f"/updates/{row.pk}/replay/")
        Update.objects.update(state=State.EXPIRED, finished_at=timezone.now(), error="")
        page = self.text(f"/updates/{row.pk}/").split('<ol class="timeline">')[1].split("</ol>")[0]
        self.assertEqual(
            re.findall(r"<strong>([^<]+)</strong>", page),
            [
                "Received and stored",
                "A handler took it",
                "Done",
                "Sent through again by alice",
                "Too old to be answered",
            ],
        )
        self.assertIn("<code>start.start</code>", page)
        self.assertIn("took 2.0 s", page)

    def test_what_was_replayed_before_nobody_noted_who_did_it(self) -> None:
        row = update(replayed_at=timezone.now())
        self.assertIn("Sent through again by an operator", self.text(f"/updates/{row.pk}/"))

    def test_one_that_waits_ends_with_what_it_waits_for(self) -> None:
        self.assertIn("Waits for its turn", self.text(f"/updates/{update(State.PENDING).pk}/"))
        again = update(State.PENDING, attempts=1, started_at=timezone.now())
        failed_attempt(again, 1)
        self.assertIn("Waits for its next attempt", self.text(f"/updates/{again.pk}/"))

    def test_how_each_state_ended_is_said(self) -> None:
        for state, words in (
            (State.DONE, "Done"), (State.IGNORED, "No handler wanted it"), (State.EXPIRED, "Too old to be answered"),
            (State.DEAD, "Given up: a dead letter"), (State.QUARANTINED, "It could not be read"),
        ):  # fmt: skip
            self.assertIn(words, self.text(f"/updates/{update(state).pk}/"))

    def test_raw_json_is_indented_in_plain_characters_and_escaped(self) -> None:
        raw = json.dumps({"message": {"text": f"Привет 🦊 {HOSTILE}"}})
        page = self.text(f"/updates/{update(raw=raw).pk}/")
        self.assertIn("{\n  &quot;message&quot;: {\n    &quot;text&quot;: &quot;Привет 🦊 &lt;script&gt;", page)
        self.assertNotIn(HOSTILE, page)

    def test_what_hides_or_cannot_be_sent_is_shown_as_an_escape(self) -> None:
        raw = json.dumps({"text": "\u202egnp\x00\ud83d"})
        self.assertIn(r"\u202egnp\u0000\ud83d", self.text(f"/updates/{update(raw=raw).pk}/"))

    def test_raw_text_that_is_no_json_or_too_deep_or_too_long_is_shown_as_far_as_it_goes(self) -> None:
        self.assertIn('<pre tabindex="0">{broken</pre>', self.text(f"/updates/{update(raw='{broken').pk}/"))
        deep = "[" * 100_000 + "]" * 100_000
        self.assertIn("[[[[", self.text(f"/updates/{update(raw=deep).pk}/"))
        self.assertIn("and 100 more characters", self.text(f"/updates/{update(raw='x' * 200_100).pk}/"))

    def test_numbers_that_no_update_has_are_not_found(self) -> None:
        for number in (0, 999, 2**63 - 1, 2**63, 10**40):
            with self.subTest(number):
                self.assertIn("There is nothing here", self.text(f"/updates/{number}/", 404))
