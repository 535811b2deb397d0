"""Endpoints for machines: who may read them, and what they say in good times and bad."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.utils import timezone

from botcore.models import Heartbeat, State
from botcore.monitoring.health import NAMES
from botcore.monitoring.health.limited import Limited
from botcore.monitoring.services import Beat, beat
from botcore.monitoring.vitals import Vitals
from dashboard import endpoints
from tests.database.dashboard.data import PageTestCase, heartbeat, staff, update, webhook

TOKEN = "prometheus-reads-this"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


def no_database(execute: Callable[..., Any], *args: Any) -> Any:
    """Be a database that went away."""
    raise OperationalError("connection refused")


class HealthTests(PageTestCase):
    """/healthz; /readyz is in test_ready.py."""

    def test_health_asks_neither_the_database_nor_who_is_there(self) -> None:
        with self.assertNumQueries(0), connection.execute_wrapper(no_database):
            response = Client().get("/healthz")
        self.assertEqual((response.status_code, response.content), (200, b"ok"))


class SameConnectionCase(PageTestCase):
    """Pages that ask the database in a thread of their own; here in the test's, whose rows nobody else sees."""

    def setUp(self) -> None:
        """Ask at once."""
        super().setUp()
        self.really = Limited.__call__
        self.enterContext(patch.object(Limited, "__call__", lambda limited, _seconds: limited._question()))


class MetricsTests(SameConnectionCase):
    """/metrics and who may read it."""

    def status(self, **request: Any) -> int:
        """Ask as a stranger."""
        return Client().get("/metrics", **request).status_code

    def test_without_a_token_only_this_machine_reads_and_no_proxy(self) -> None:
        self.assertEqual(self.status(REMOTE_ADDR="127.0.0.1"), 200)
        self.assertEqual(self.status(REMOTE_ADDR="::1"), 200)
        self.assertEqual(self.status(REMOTE_ADDR="::ffff:127.0.0.1"), 200)
        self.assertEqual(self.status(REMOTE_ADDR="::ffff:10.0.0.5"), 403)
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


class StatusTests(SameConnectionCase):
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

    def test_who_asks_strictly_gets_503_for_a_red_light(self) -> None:
        heartbeat(seconds_ago=3)
        red = self.client.get("/statusz").json()
        self.assertEqual(red["light"], "failed")  # no job is scheduled
        self.assertEqual(self.client.get("/statusz?strict").status_code, 503)
        with patch.object(endpoints, "_status", lambda _seconds: {**red, "light": "warning"}):
            self.assertEqual(self.client.get("/statusz?strict").status_code, 200)

    def test_a_database_that_never_answers_holds_nobody_up(self) -> None:
        release = threading.Event()
        self.addCleanup(release.set)
        hanging = Limited(release.wait)
        with (
            patch.multiple(endpoints, LIMIT_SECONDS=0.05, _exposition=hanging, _status=hanging),
            patch.object(Limited, "__call__", self.really),
            override_settings(METRICS_TOKEN=TOKEN),
            self.assertLogs("dashboard.endpoints", "WARNING"),
        ):
            page = Client().get("/metrics", headers=BEARER).content.decode()
            status = Client().get("/statusz", headers=BEARER)
        self.assertIn("\nbotdeck_database_up 0.0\n", page)
        self.assertIn("django_http_requests", page)
        self.assertEqual((status.status_code, status.json()["checks"]["database"]["light"]), (503, "failed"))

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
        status = response.json()
        self.assertEqual(
            (response.status_code, status["database"], status["light"]), (503, "does not answer", "failed")
        )
        self.assertEqual(status["checks"].pop("database")["light"], "failed")
        self.assertEqual({check["light"] for check in status["checks"].values()}, {"unknown"})
        self.assertNotIn("processes", status)

    def test_it_has_every_check_and_the_gravest_light_and_answers_200_also_when_that_is_red(self) -> None:
        update(State.PENDING, received_at=timezone.now() - timedelta(hours=1))
        response = self.client.get("/statusz")
        status = response.json()
        self.assertEqual((response.status_code, status["light"], tuple(status["checks"])), (200, "failed", NAMES))
        backlog = status["checks"]["backlog"]
        self.assertEqual((backlog["light"], "60 min" in backlog["words"]), ("failed", True), backlog)
        self.assertAlmostEqual(backlog["age_seconds"], 3600, delta=10)
        self.assertEqual(status["checks"]["database"]["light"], "ok")

    def test_a_database_that_goes_away_while_it_is_read_is_away(self) -> None:
        def going(execute: Callable[..., Any], sql: str, *args: Any) -> Any:
            return no_database(execute) if "COUNT(*)" in sql else execute(sql, *args)

        with connection.execute_wrapper(going):
            response = self.client.get("/statusz")
        self.assertEqual((response.status_code, response.json()["database"]), (503, "does not answer"))

    def test_a_machine_whose_clock_is_wrong_reports_all_the_same(self) -> None:
        beat(Beat("web-1:7", "bot", "1", "running", timezone.now(), vitals=Vitals(clock_skew=-3600.0).as_json()))
        status = self.client.get("/statusz").json()
        (process,) = status["processes"]
        self.assertEqual((process["condition"], process["vitals"]["clock_skew"]), ("running", -3600.0))
        self.assertEqual(status["checks"]["clock"]["light"], "failed")
