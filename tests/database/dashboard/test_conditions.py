"""Conditions on the page of alerts and on the overview: lights, taking one on, silence, and who may."""

from datetime import timedelta

from django.test import Client, override_settings
from django.utils import timezone

from botcore.alerts.conditions.watch import look_at_conditions
from botcore.alerts.models import Alert, AlertDelivery, Condition
from tests.database.conditions import firing
from tests.database.dashboard.data import PageTestCase, staff
from tests.database.test_health import bot, job

ADDRESS = "/alerts/conditions/job_stale/"
HERE = "/alerts/#condition-job_stale"


class ConditionPageTests(PageTestCase):
    """The section of the page, and what is done there."""

    def item(self, name: str = "job_stale") -> str:
        """Return a condition's part of the page."""
        return self.text("/alerts/").partition(f'<li id="condition-{name}"')[2].partition("</li>")[0]

    def test_without_a_look_nothing_is_known_and_the_page_says_why(self) -> None:
        page = self.text("/alerts/")
        self.assertIn("Nobody looks at these now", page)
        self.assertEqual(page.count(">not known<"), 10)
        firing()
        Condition.objects.update(looked_at=timezone.now() - timedelta(minutes=3))
        self.assertIn("Nobody looks at these now", self.text("/alerts/"))

    def test_after_a_look_nothing_is_so(self) -> None:
        bot()
        job("sampling")
        look_at_conditions()
        page = self.text("/alerts/")
        self.assertNotIn("Nobody looks at these now", page)
        self.assertEqual(page.count(">OK<"), 10)
        self.assertNotIn("Silence…", page)

    def test_what_fires_is_red_and_first_here_and_on_the_overview(self) -> None:
        self.assertNotIn("scheduled job", self.text("/"))
        firing(words="<cleanup> failed.")
        page = self.text("/alerts/")
        self.assertLess(page.index("condition-job_stale"), page.index("condition-poller_stalled"))
        self.assertIn('<span class="dot down"', self.item())
        self.assertRegex(
            self.item(), r"Since <time .* UTC</time> \(<time [^>]+>10 min ago</time>\): &lt;cleanup&gt; failed\."
        )
        overview = self.text("/")
        self.assertRegex(
            overview, r'class="notice bad"><strong>A scheduled job does not run</strong> since <time [^>]+>10'
        )
        self.assertIn(f'href="{HERE}"', overview)

    def test_what_is_seen_for_a_moment_is_not_red(self) -> None:
        firing(fired_at=None, told_at=None)
        self.assertIn(">pending<", self.item())
        self.assertNotIn("scheduled job", self.text("/"))

    def test_what_has_not_been_seen_for_two_looks_is_amber_and_says_when_it_is_over(self) -> None:
        now = timezone.now()
        firing(seen_at=now - timedelta(seconds=40))
        self.assertIn('<span class="dot down"', self.item())
        Condition.objects.update(seen_at=now - timedelta(seconds=50))
        self.assertIn('<span class="dot late"', self.item())
        self.assertRegex(
            self.item(),
            r"Not so any more since <time .* UTC</time> \(<time [^>]+>5. s ago</time>\); it is over when .* 3 min\.",
        )
        self.assertNotIn("cleanup failed.", self.item())
        self.assertIn("It is not so any more.", self.text("/"))
        Condition.objects.update(ended_at=now - timedelta(minutes=20))
        self.assertIn("it is over when that has lasted 30 min.", self.item())
        Condition.objects.update(looked_at=now - timedelta(seconds=30))  # nobody looked since
        self.assertIn('<span class="dot down"', self.item())

    def test_its_name_in_the_docs_stands_beside_its_title(self) -> None:
        self.assertIn('A scheduled job does not run</strong> <code class="soft small">job_stale</code>', self.item())

    def test_what_reached_nobody_says_for_what_it_waits(self) -> None:
        row = firing("poller_stalled")
        self.assertIn("no other channel than Telegram is set up", self.item("poller_stalled"))
        facts = {"condition": row.name, "reason": "condition", "title": "No polling", "at": timezone.now()}
        alert = Alert.objects.create(state="sent", **facts)
        way = {"channel": "telegram", "target": "1", "next_at": timezone.now(), "state": "handed"}
        AlertDelivery.objects.create(alert=alert, **way)
        words = "it reached nobody so far: it waits for Telegram"
        self.assertIn(f"{words}, because no other channel is set up.", self.item("poller_stalled"))
        with override_settings(ALERT_WEBHOOK_URL="https://hook.example/"):
            self.assertIn(f"{words}.", self.item("poller_stalled"))
            AlertDelivery.objects.create(alert=alert, **{**way, "target": "2", "state": "sent"})
            self.assertIn("</time>, over other ways than Telegram, also in", self.item("poller_stalled"))

    def test_somebody_takes_it_on(self) -> None:
        firing()
        self.assertRedirects(self.client.post(ADDRESS, {"action": "acknowledge"}), HERE)
        self.assertEqual(Condition.objects.get().acked_by, "alice")
        self.assertIn("took it on", self.item())
        self.assertIn(">Why (optional)</label>", self.item())
        self.assertNotIn("Acknowledge</button>", self.item())
        self.assertIn("Taken on by", self.text("/"))

    def test_a_silence_is_begun_and_ended(self) -> None:
        firing()
        given = {"action": "silence", "length": "4h", "reason": "<the move>"}
        self.assertRedirects(self.client.post(ADDRESS, given), HERE)
        row = Condition.objects.get()
        assert row.silenced_until
        self.assertAlmostEqual(row.silenced_until, timezone.now() + timedelta(hours=4), delta=timedelta(minutes=1))
        self.assertRegex(self.item(), r"Silenced by .*alice.*it ends <time [^>]+>in 3 h</time>: &lt;the move&gt;")
        self.client.post(ADDRESS, {"action": "unsilence"})
        self.assertNotIn("Silenced by", self.item())

    def test_what_cannot_be_done_is_said(self) -> None:
        for address, given, words in (
            (ADDRESS, {"action": "acknowledge"}, "It is over already."),
            (ADDRESS, {"action": "silence", "length": "9w"}, "Choose for how long"),
            (ADDRESS, {"action": "nonsense"}, "Choose one of: acknowledge"),
            ("/alerts/conditions/nonsense/", {"action": "silence", "length": "1h"}, "There is no such condition."),
        ):
            with self.subTest(words):
                self.client.post(address, given)
                self.assertIn(words, self.text("/alerts/"))
        self.assertFalse(Condition.objects.exists())

    def test_a_live_refresh_gets_only_what_is_new(self) -> None:
        bot()
        job("sampling")
        look_at_conditions()
        seen = str(self.poll("/alerts/").context["seen"])
        look_at_conditions()
        self.assertEqual(self.poll(f"/alerts/?seen={seen}").status_code, 204)
        Condition.objects.filter(name="disk_low").update(fired_at=timezone.now())
        self.assertEqual(self.poll(f"/alerts/?seen={seen}").status_code, 200)

    def test_looking_and_acting_need_their_permissions_a_post_and_a_token(self) -> None:
        firing()
        self.client.get(ADDRESS)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post(ADDRESS, {"action": "acknowledge"}).status_code, 403)
        self.client.force_login(staff("bob", "view_alert"))
        self.assertNotIn("Acknowledge</button>", self.item())
        self.assertEqual(self.client.post(ADDRESS, {"action": "acknowledge"}).status_code, 403)
        self.client.force_login(staff("charlie", "view_update"))
        self.assertNotIn("scheduled job", self.text("/"))
        self.assertIsNone(Condition.objects.get().acked_at)
