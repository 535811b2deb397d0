"""Endpoints for machines: who may read them, and what they say in good times and bad."""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client, override_settings

from botcore.models import Heartbeat, State
from tests.database.dashboard.data import PageTestCase, heartbeat, staff, update, webhook

TOKEN = "prometheus-reads-this"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def no_database(execute: Callable[..., Any], *args: Any) -> Any:
    """Be a database that went away."""
    raise OperationalError("connection refused")


class HealthTests(PageTestCase):
    """/healthz and /readyz."""

    def test_health_asks_neither_the_database_nor_who_is_there(self) -> None:
        with self.assertNumQueries(0), connection.execute_wrapper(no_database):
            response = Client().get("/healthz")
        self.assertEqual((response.status_code, response.content), (200, b"ok"))

    def test_ready_when_the_database_has_every_migration(self) -> None:
        response = Client().get("/readyz")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(
            response.json(), {"ready": True, "checks": {"database": "ok", "migrations": "ok", "spool": "ok"}}
        )

    def test_not_ready_while_a_migration_is_missing(self) -> None:
        MigrationRecorder(connection).record_unapplied("botcore", "0001_initial")
        response = Client().get("/readyz")
        self.assertEqual(response.status_code, 503)
        self.assertEqual(response.json()["checks"], {"database": "ok", "migrations": "1 to apply", "spool": "unknown"})

    def test_not_ready_while_the_database_is_away(self) -> None:
        with connection.execute_wrapper(no_database):
            response = Client().get("/readyz")
        self.assertEqual(response.status_code, 503)
        checks = {"database": "does not answer", "migrations": "unknown", "spool": "unknown"}
        self.assertEqual(response.json()["checks"], checks)

    def test_what_bots_keep_outside_the_database_is_said_and_does_not_stop_the_pages(self) -> None:
        heartbeat("web-1:1", spooled=120)
        heartbeat("web-1:2", spooled=3)
        heartbeat("web-1:3", spooled=1000, seconds_ago=60)
        heartbeat("web-1:4", spooled=1000, state="stopped")
        heartbeat("web-1:5", spooled=1000, state="died")
        response = Client().get("/readyz")
        self.assertEqual((response.status_code, response.json()["ready"]), (200, True))
        self.assertEqual(response.json()["checks"]["spool"], "123 records wait for the database")


class MetricsTests(PageTestCase):
    """/metrics and who may read it."""

    def status(self, **request: Any) -> int:
        """Ask as a stranger."""
        return Client().get("/metrics", **request).status_code

    def test_without_a_token_only_this_machine_reads_and_no_proxy(self) -> None:
        self.assertEqual(self.status(REMOTE_ADDR="127.0.0.1"), 200)
        self.assertEqual(self.status(REMOTE_ADDR="::1"), 200)
        self.assertEqual(self.status(REMOTE_ADDR="10.0.0.5"), 403)
        self.assertEqual(self.status(REMOTE_ADDR=""), 403)
        self.assertEqual(self.status(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "127.0.0.1"}), 403)
        self.assertEqual(self.status(REMOTE_ADDR="127.0.0.1", headers={"Forwarded": "for=127.0.0.1"}), 403)
        self.assertEqual(self.status(REMOTE_ADDR="10.0.0.5", headers={"Authorization": "Bearer "}), 403)

    @override_settings(METRICS_TOKEN=TOKEN)
    def test_with_a_token_only_its_bearers_read_from_anywhere(self) -> None:
        self.assertEqual(self.status(REMOTE_ADDR="10.0.0.5", headers=BEARER), 200)
        self.assertEqual(self.status(REMOTE_ADDR="127.0.0.1"), 401)
        for authorization in ("Bearer wrong", "Bearer", f"Basic {TOKEN}", TOKEN, "Bearer \u00e9"):
            with self.subTest(authorization):
                self.assertEqual(self.status(headers={"Authorization": authorization}), 401)
        self.assertEqual(Client().get("/metrics").headers["WWW-Authenticate"], "Bearer")

    def test_it_speaks_the_format_of_prometheus(self) -> None:
        response = Client().get("/metrics")
        self.assertTrue(response.headers["Content-Type"].startswith("text/plain; version="))
        self.assertIn(b"\nbotdeck_database_up ", response.content)


class StatusTests(PageTestCase):
    """/statusz."""

    def test_staff_and_bearers_read_it_and_nobody_else(self) -> None:
        self.assertEqual(self.client.get("/statusz").status_code, 200)
        self.assertEqual(Client().get("/statusz").status_code, 401)
        for authorization in (BEARER["Authorization"], "Bearer ", "Bearer"):  # no token is set: nobody bears it
            headers = {"Authorization": authorization}
            self.assertEqual(Client().get("/statusz", headers=headers).status_code, 401)
        self.client.force_login(staff("bob", "view_user"))
        self.assertEqual(self.client.get("/statusz").status_code, 401)
        with override_settings(METRICS_TOKEN=TOKEN):
            self.assertEqual(Client().get("/statusz", headers=BEARER).status_code, 200)

    def test_it_describes_the_bot(self) -> None:
        heartbeat("web-1:42", seconds_ago=3)
        update(State.PENDING)
        status = self.client.get("/statusz").json()
        self.assertEqual((status["database"], status["pending"]), ("ok", 1))
        self.assertLess(status["oldest_pending_seconds"], 5)
        (process,) = status["processes"]
        self.assertEqual((process["process"], process["condition"]), ("web-1:42", "running"))
        self.assertTrue(3 <= process["beat_age_seconds"] < 8)
        self.assertTrue(3 <= process["poll_age_seconds"] < 8)

    def test_it_tells_each_process_part_its_trouble_and_the_webhooks_facts_without_the_secret(self) -> None:
        heartbeat("web-1:1", intake="standby", trouble="Someone else polls.", spooled=7, last_poll_at=None)
        Heartbeat.objects.update(connection="down", connection_words="No answer.", circuit="open")
        heartbeat("web-1:2", intake="webhook", last_poll_at=None)
        webhook(last_error="Connection refused")
        response = self.client.get("/statusz")
        status = response.json()
        first, second = status["processes"]
        self.assertEqual((first["intake"], first["trouble"], first["spooled"]), ("standby", "Someone else polls.", 7))
        self.assertEqual(
            (first["connection"], first["connection_words"], first["circuit"]), ("down", "No answer.", "open")
        )
        self.assertEqual(set(status["outbox"]), {"queued", "sending", "failed", "uncertain", "cancelled"})
        self.assertEqual((second["intake"], second["trouble"], second["spooled"]), ("webhook", "", 0))
        (facts,) = status["webhooks"]
        self.assertEqual((facts["bot_id"], facts["url"], facts["waiting"]), (1, "https://bot.example.org/hook", 4))
        self.assertEqual(facts["last_error"], "Connection refused")
        self.assertNotIn("secret", response.content.decode())

    @override_settings(METRICS_TOKEN=TOKEN)
    def test_without_a_database_it_says_so(self) -> None:
        with connection.execute_wrapper(no_database):
            response = Client().get("/statusz", headers=BEARER)
        self.assertEqual((response.status_code, response.json()), (503, {"database": "does not answer"}))
