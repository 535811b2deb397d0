"""The page that restarts the bot: it asks, wishes once, and Monitoring says that it is under way."""

from botcore.audit.models import AuditEntry
from botcore.runtime import restart
from tests.database.dashboard.data import PageTestCase, heartbeat, staff
from tests.database.dashboard.hostile import MARKUP


class RestartPageTests(PageTestCase):
    """Alice at the dashboard."""

    def test_it_asks_and_then_wishes_for_it(self) -> None:
        heartbeat("web-1:42")
        self.assertIn('href="/monitoring/restart/"', self.text("/monitoring/"))
        page = self.text("/monitoring/restart/")
        self.assertIn("1 bot process begins anew, with the code", page)
        self.assertIn("web-1:42", page)
        self.assertIsNone(restart.current())
        response = self.client.post("/monitoring/restart/", follow=True)
        self.assertRedirects(response, "/monitoring/")
        self.assertContains(response, "The restart begins within two seconds")
        wish = restart.current()
        self.assertTrue(wish and (wish.by, wish.chat_id) == ("alice", None))
        self.assertEqual(AuditEntry.objects.get(action="bot.restart").actor, "alice")

    def test_while_it_is_under_way_nobody_asks_for_another(self) -> None:
        heartbeat("web-1:42")
        restart.want(by=f"bob {MARKUP}")
        page = self.text("/monitoring/")
        self.assertIn("A restart is under way", page)
        self.assertNotIn('href="/monitoring/restart/"', page)
        page = self.text("/monitoring/restart/")
        self.assertNotIn('<button class="button">Restart', page)
        self.assertNotIn(MARKUP, page)
        self.assertContains(self.client.post("/monitoring/restart/", follow=True), "has asked for a restart already")

    def test_without_a_process_there_is_nothing_to_restart(self) -> None:
        page = self.text("/monitoring/restart/")
        self.assertIn("No bot process is alive", page)
        self.assertNotIn('<button class="button">Restart', page)
        self.assertContains(self.client.post("/monitoring/restart/", follow=True), "there is none to restart")
        self.assertIsNone(restart.current())

    def test_who_may_only_look_sees_no_way_to_it(self) -> None:
        heartbeat("web-1:42")
        self.client.force_login(staff("bob", "view_heartbeat"))
        self.assertNotIn("/monitoring/restart/", self.text("/monitoring/"))
        self.assertEqual(self.client.post("/monitoring/restart/").status_code, 403)
