"""The page of alerts: lights, rules, holding them, a test, and what was told."""

import re
from datetime import timedelta

from django.test import Client, override_settings
from django.utils import timezone

from botcore.alerts.maintenance import maintenance
from botcore.alerts.models import Alert, AlertChannel, AlertDelivery, AlertState, DeliveryState, Reason
from tests.database.alerts import alert
from tests.database.conditions import firing
from tests.database.dashboard.data import PageTestCase, staff
from tests.database.errors import error

WEBHOOK = "https://hook.example/secret-path"


class AlertsTests(PageTestCase):
    """The page."""

    def failing(self, name: str = "webhook") -> AlertChannel:
        """Let a channel be red since an hour."""
        since = timezone.now() - timedelta(hours=1)
        return AlertChannel.objects.create(name=name, failing_since=since, failures=3, last_error="<it answered 500>")

    def test_an_empty_page_says_what_will_be_here(self) -> None:
        page = self.text("/alerts/")
        self.assertIn("No alert yet.", page)
        self.assertIn("Write ALERT_EMAILS and EMAIL_URL.", page)
        self.assertIn("Write ALERT_WEBHOOK_URL.", page)
        self.assertEqual(page.count("nothing sent yet"), 1)  # Telegram

    @override_settings(ALERT_WEBHOOK_URL=WEBHOOK)
    def test_a_failing_channel_is_red_here_and_on_the_overview(self) -> None:
        self.assertNotIn("have not arrived", self.text("/"))
        self.failing()
        page = self.text("/alerts/")
        self.assertIn('<span class="dot down"', page)
        self.assertRegex(page, r"Since <time [^>]+>1 h ago</time>: &lt;it answered 500&gt;")
        self.assertIn("Alerts by webhook have not arrived since", self.text("/"))

    @override_settings(ALERT_WEBHOOK_URL=WEBHOOK)
    def test_of_the_webhook_only_the_host_is_shown(self) -> None:
        page = self.text("/alerts/")
        self.assertIn("To hook.example", page)
        self.assertNotIn("secret-path", page)

    def test_a_channel_that_is_not_set_up_any_more_is_not_red(self) -> None:
        self.failing()
        self.assertNotIn("dot down", self.text("/alerts/"))
        self.assertNotIn("have not arrived", self.text("/"))

    def test_alerts_are_listed_with_their_deliveries(self) -> None:
        group = error("<KeyError>")
        row = alert(group, Reason.SPIKE, text="50 within this hour", state=AlertState.SENT)
        facts = {"alert": row, "next_at": timezone.now()}
        AlertDelivery.objects.create(channel="telegram", target="1", state=DeliveryState.HANDED, outgoing=7, **facts)
        failed = {"state": DeliveryState.FAILED, "error": "<no>", "attempts": 5}
        AlertDelivery.objects.create(channel="webhook", target="hook.example", **failed, **facts)
        page = self.text("/alerts/")
        self.assertIn(f'href="/errors/{group.pk}/">&lt;KeyError&gt;</a>', page)
        self.assertIn('href="/outbox/7/">Telegram</a>', page)
        self.assertIn("hook.example, try 5", page)
        self.assertIn("&lt;no&gt;", page)
        self.assertIn("50 within this hour", page)

    def test_an_alert_that_nobody_got_says_why(self) -> None:
        alert(state=AlertState.SENT)
        self.assertIn("nobody: no channel is set up", self.text("/alerts/"))

    def test_what_was_sent_is_green_only_when_it_arrived(self) -> None:
        sent = alert(state=AlertState.SENT)
        for number, (state, words, light, label) in enumerate(
            (
                (DeliveryState.FAILED, "withdrawn: alice took it on", "suppressed", "withdrawn"),
                (DeliveryState.FAILED, "it answered 500", "failed", "failed"),
                (DeliveryState.QUEUED, "", "uncertain", "waiting"),
                (DeliveryState.HANDED, "", "uncertain", "waiting"),
                (DeliveryState.SENT, "", "sent", "sent"),
            )
        ):
            facts = {"target": str(number), "state": state, "error": words, "next_at": timezone.now()}
            AlertDelivery.objects.create(alert=sent, channel="telegram", **facts)
            with self.subTest(state=state, words=words):
                page = self.text("/alerts/")
                self.assertIn(f'data-label="State"><span class="state {light}">{label}</span>', page)
        self.assertIn('<span class="state suppressed">withdrawn</span> Telegram', page)
        self.assertIn('<span class="soft">withdrawn: alice took it on</span>', page)
        self.assertIn('<span class="trouble">it answered 500</span>', page)
        AlertDelivery.objects.all().delete()
        self.assertIn('data-label="State"><span class="state failed">failed</span>', self.text("/alerts/"))

    def badge(self, page: str) -> str:
        """Return the number at the entry of the menu, with whether it hides."""
        found = re.search(r'<span id="alert-badge" class="badge hot"([^>]*)>(\d+)<', page)
        assert found
        return f"{found[2]}{found[1]}"

    @override_settings(ALERT_WEBHOOK_URL=WEBHOOK)
    def test_the_menu_counts_what_nobody_took_on_and_channels_that_fail(self) -> None:
        self.assertEqual(self.badge(self.text("/")), "0 hidden")
        seen = str(self.poll("/alerts/").context["seen"])
        soon, now = timezone.now() + timedelta(hours=1), timezone.now()
        firing()
        firing("disk_low", silenced_until=now)
        firing("backlog_old", silenced_until=soon)
        firing("breaker_open", acked_at=now)
        firing("dead_letters", fired_at=None)
        firing("too_hot")  # of another version: the page does not list it
        self.failing()
        self.failing("email")  # not set up
        self.assertEqual(self.badge(self.text("/updates/")), "3")
        self.assertEqual(self.badge(self.poll(f"/alerts/?seen={seen}").content.decode()), '3 hx-swap-oob="outerHTML"')
        self.client.force_login(staff("bob", "view_update"))
        self.assertNotIn("alert-badge", self.text("/"))

    def test_long_names_of_settings_break_between_their_parts(self) -> None:
        self.assertIn("ALERT_<wbr>QUIET_<wbr>HOURS<", self.text("/alerts/"))

    def test_rules_that_change_while_all_runs_lead_to_their_settings(self) -> None:
        page = self.text("/alerts/")
        for name in ("alerts.cooldown", "alerts.cap"):
            self.assertRegex(page, f'<a href="/settings/{name}/" title="[^"]+">{name}</a>')
        self.assertNotIn("ALERT_<wbr>CAP", page)
        self.client.force_login(staff("bob", "view_alert"))
        self.assertRegex(self.text("/alerts/"), '<span title="[^"]+">alerts.cap</span>')

    def test_a_test_is_sent_by_a_button(self) -> None:
        self.assertRedirects(self.client.post("/alerts/test/"), "/alerts/")
        row = Alert.objects.get()
        self.assertEqual((row.reason, row.state), (Reason.TEST, AlertState.PENDING))
        self.assertIn("alice asked for it", row.text)

    def test_alerts_are_held_and_told_again(self) -> None:
        self.client.post("/alerts/maintenance/", {"length": "1h"})
        window = maintenance()
        assert window is not None
        self.assertEqual(window.by, "alice")
        page = self.text("/alerts/")
        self.assertIn("Alerts are held", page)
        self.assertNotIn("Hold alerts", page)
        self.assertIn("Tell alerts again</button>", page)
        self.assertNotIn("aintenance", page.replace("/alerts/maintenance/", ""))
        self.client.post("/alerts/maintenance/")
        self.assertIsNone(maintenance())
        self.client.post("/alerts/maintenance/", {"length": "9w"})
        self.assertIn("Choose for how long", self.text("/alerts/"))

    def test_a_live_refresh_gets_only_what_is_new(self) -> None:
        seen = str(self.poll("/alerts/").context["seen"])
        self.assertEqual(self.poll(f"/alerts/?seen={seen}").status_code, 204)
        alert()
        self.assertEqual(self.poll(f"/alerts/?seen={seen}").status_code, 200)

    def test_older_alerts_are_on_further_pages(self) -> None:
        group = error()
        for _ in range(31):
            alert(group)
        page = self.client.get("/alerts/")
        older = page.context["page"].older
        self.assertEqual(len(self.client.get(f"/alerts/?cursor={older}").context["page"].rows), 1)

    def test_looking_and_acting_need_their_permissions_a_post_and_a_token(self) -> None:
        self.client.get("/alerts/test/")
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(self.alice)
        self.assertEqual(strict.post("/alerts/test/").status_code, 403)
        self.client.force_login(staff("bob", "view_alert"))
        page = self.text("/alerts/")
        self.assertNotIn("Send a test alert</button>", page)
        self.assertNotIn("Hold alerts", page)
        for address in ("/alerts/test/", "/alerts/maintenance/"):
            self.assertEqual(self.client.post(address, {"length": "1h"}).status_code, 403)
        self.client.force_login(staff("charlie", "view_update"))
        self.text("/alerts/", 403)
        self.assertNotIn('href="/alerts/"', self.text("/"))
        self.assertFalse(Alert.objects.exists() or maintenance())
