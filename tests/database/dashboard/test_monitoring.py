"""The page Monitoring: lights, conditions, processes with their load, alerts, and charts over any range."""

import re
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.models import Heartbeat, MetricSample, Step
from botcore.monitoring.health import Check, Light
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.values import Values, of_counter, of_gauge, of_histogram, write_values
from botcore.monitoring.vitals import Vitals
from dashboard.watched import lamps
from tests.database.conditions import firing
from tests.database.dashboard.data import PageTestCase, heartbeat, staff
from tests.database.dashboard.hostile import EVIL, MARKUP

MINUTE = timedelta(minutes=1)
WELL = Vitals(
    loop_lag=0.35, memory=98 * 2**20, worker_age=0.4, in_progress=3, queue=6200, queue_capacity=10_000,
    disk_free=2**38, disk_total=2**39, clock_skew=0.0, poll_age=1.0,
)  # fmt: skip


def minutes(count: int, *, until: datetime | None = None, **counters: float) -> None:
    """Keep some minutes of history, each with these increases."""
    now = (until or timezone.now()).replace(second=0, microsecond=0)
    lag = of_histogram(SERIES["loop_lag"], 1.0, (0, 0, 5, 5))
    for number in range(1, count + 1):
        values: Values = {name: of_counter(value) for name, value in counters.items()}
        values |= {"memory": of_gauge(64 * 2**20), "loop_lag": lag}
        MetricSample.objects.create(step=Step.MINUTE, at=now - number * MINUTE, values=write_values(values))


def words(page: str, chart: str) -> str:
    """Return a chart in words."""
    found = re.search(rf'id="chart-{chart}".*?aria-label="([^"]+)"', page, re.DOTALL)
    assert found, chart
    return found[1]


class PresentTests(PageTestCase):
    """What is so now."""

    def test_an_empty_house_teaches_how_to_fill_it(self) -> None:
        page = self.text("/monitoring/")
        self.assertIn("No process has reported yet.", page)
        self.assertIn("Nothing is known of this time.", page)
        self.assertIn("the first minute will be here in a minute or two", page)
        self.assertIn("Nobody looks at these now", page)
        self.assertNotIn("<svg viewBox", page)

    def test_every_check_has_a_light_and_those_that_failed_come_first_with_their_words(self) -> None:
        heartbeat(intake="polling", connection="up", vitals=WELL.as_json())
        heartbeat("web-1:43", connection="down", connection_words="Telegram is away.", intake="standby")
        page = self.text("/monitoring/")
        lights = re.findall(r'<li id="check-(\w+)" class="(\w+)">', page)
        self.assertEqual(len(lights), 15)
        order = ["failed", "warning", "unknown", "ok"]
        self.assertEqual([light for _, light in lights], sorted((light for _, light in lights), key=order.index))
        self.assertRegex(page, r'(?s)id="check-bot_api" class="warning">.*?Telegram is away\.')
        database = page.partition('id="check-database"')[2].partition("</li>")[0]
        self.assertNotIn("<time", database)  # a good light of just now
        self.assertRegex(page, r'(?s)id="check-bot_api"(?:(?!</li>).)*<time datetime=')

    def test_an_age_of_a_good_light_is_said_when_it_is_old(self) -> None:
        now = timezone.now()
        for light, age, is_said in ((Light.OK, 30.0, False), (Light.OK, 120.0, True), (Light.FAILED, 1.0, True)):
            self.assertIs(lamps([Check("jobs", light, "", age)], now)[0].has_age, is_said)

    def test_without_a_bot_what_to_do_is_said_once_and_each_lamp_says_only_that_none_is_alive(self) -> None:
        heartbeat(state="stopped")
        page = self.text("/monitoring/")
        self.assertEqual(page.count("start <code>manage.py runbot</code>"), 1)
        self.assertGreater(page.count("No bot process is alive."), 5)
        self.assertNotIn("`", page.partition("<main")[2])
        Heartbeat.objects.update(state="running", beat_at=timezone.now() - MINUTE)
        self.assertIn("start or restart <code>manage.py runbot</code>", self.text("/monitoring/"))

    def test_processes_are_shown_with_their_load_and_those_that_ended_are_grey(self) -> None:
        heartbeat("web-1:42", intake="polling", vitals=WELL.as_json(), metrics_port=9101)
        heartbeat("web-1:41", seconds_ago=3600, state="stopped", vitals=WELL.as_json())
        heartbeat("web-1:40", seconds_ago=90_000, state="stopped")
        page = self.text("/monitoring/")
        alive, gone = re.findall(r'<tr(?: class="gone")?>\s*<td class="lead">.*?</tr>', page, re.DOTALL)
        for text in ("web-1:42", "polls", "metrics on port 9101", "350\N{NO-BREAK SPACE}ms", "98\N{NO-BREAK SPACE}MiB"):
            self.assertIn(text, alive)
        self.assertIn('<strong class="trouble">6,200</strong>', alive)
        self.assertIn('class="gone"', gone)
        self.assertIn("Stopped", gone)
        self.assertNotIn("98\N{NO-BREAK SPACE}MiB", gone)
        self.assertNotIn("web-1:40", page)

    def test_a_condition_that_fires_is_taken_on_here_and_leads_back_here(self) -> None:
        firing("job_stale", words=f"cleanup failed {MARKUP}")
        page = self.text("/monitoring/?range=day")
        self.assertEqual(re.findall(r'id="condition-(\w+)"', page), ["job_stale"])  # what is well is only counted
        self.assertIn("cleanup failed &lt;script&gt;", page)
        self.assertIn('name="back" value="/monitoring/?range=day"', page)
        given = {"action": "acknowledge", "back": "/monitoring/?range=day"}
        answer = self.client.post("/alerts/conditions/job_stale/", given)
        self.assertRedirects(answer, "/monitoring/?range=day#condition-job_stale")
        self.assertIn("took it on", self.text("/monitoring/"))

    def test_a_button_leads_to_no_other_site(self) -> None:
        firing("job_stale")
        given = {"action": "acknowledge", "back": "https://evil.example/"}
        self.assertRedirects(self.client.post("/alerts/conditions/job_stale/", given), "/alerts/#condition-job_stale")

    def test_hostile_texts_are_escaped(self) -> None:
        heartbeat(MARKUP, version=MARKUP[:20], bot_username=MARKUP[:32], connection="down", connection_words=EVIL)
        page = self.text(f"/monitoring/?since={MARKUP}&until=%22%3E{MARKUP}")
        self.assertNotIn(MARKUP, page)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page)

    def test_who_may_not_see_alerts_sees_no_conditions(self) -> None:
        firing("job_stale")
        self.client.force_login(staff("bob", "view_heartbeat"))
        page = self.text("/monitoring/")
        self.assertNotIn("Conditions", page)
        self.assertNotIn("Newest alerts", page)
        self.client.force_login(staff("charlie", "view_update"))
        self.text("/monitoring/", 403)
        self.assertNotIn('href="/monitoring/"', self.text("/"))


class PastTests(PageTestCase):
    """The charts."""

    def test_the_last_hour_is_drawn_with_its_values(self) -> None:
        minutes(30, updates_received=120, updates_failed=3)
        page = self.text("/monitoring/")
        self.assertEqual(
            words(page, "updates"),
            "Updates, the last hour: received 2/s last, 2/s at most; processed – last, – at most; "
            "failed 0.05/s last, 0.05/s at most.",
        )
        self.assertIn("64\N{NO-BREAK SPACE}MiB last", words(page, "memory"))
        self.assertIn("p99", words(page, "loop_lag"))
        self.assertIn("Each point is 1 minute.", page)

    def test_tables_are_there_when_they_are_asked_for(self) -> None:
        minutes(30, updates_received=120)
        page = self.text("/monitoring/?range=hour")
        self.assertNotIn("<td>2/s</td>", page)
        self.assertIn('href="?range=hour&amp;tables=1#table-updates"', page)
        page = self.text("/monitoring/?range=hour&tables=1")
        self.assertIn("<td>2/s</td>", page)
        self.assertIn('id="table-updates"', page)
        self.assertIn('href="?range=hour#charts"', page)

    def test_what_is_pointed_at_is_said_at_each_point(self) -> None:
        minutes(30, updates_received=120)
        said = self.client.get("/monitoring/?part=numbers").json()
        page = self.text("/monitoring/")
        self.assertIn(f'data-first="{said["first"]}" data-width="{said["seconds"]}"', page)
        self.assertIn(["2/s", "–", "–"], said["charts"]["updates"])
        lengths = {len(texts) for texts in said["charts"].values()}
        self.assertEqual(lengths, {len(said["moments"])})
        self.assertIn("Updates", page)

    def test_a_range_in_the_address_is_shown_and_leads_around(self) -> None:
        minutes(30, until=timezone.now() - timedelta(hours=5), errors=1)
        since = timezone.now() - timedelta(hours=6)
        address = f"/monitoring/?since={since:%Y-%m-%dT%H:%M}&until={since + timedelta(hours=2):%Y-%m-%dT%H:%M}"
        page = self.text(address)
        self.assertIn(f"from {since:%Y-%m-%d %H:%M} to", words(page, "errors"))
        self.assertIn('rel="prev"', page)
        self.assertIn('rel="next"', page)
        self.assertIn("Zoom out", page)
        self.assertEqual(page.count('class="quarters"'), 1)
        self.assertNotIn("part=charts", page)  # what is over does not change

    def test_a_wrong_range_is_the_last_hour_and_says_why(self) -> None:
        minutes(3, updates_received=1)
        for query, said in (
            ("since=nonsense", "is no time"),
            ("since=2026-03-10T11:00&until=2026-03-10T10:00", "ends before it begins"),
            ("range=decade", "There is no such range"),
            ("since=2026-03-10T10:00&until=2026-03-10T10:00", "ends before it begins"),
        ):
            page = self.text(f"/monitoring/?{query}")
            self.assertRegex(page, rf'role="alert">[^<]*{said}')
            self.assertIn("Updates, the last hour:", page)

    def test_a_range_that_is_too_short_is_widened_and_says_so(self) -> None:
        page = self.text("/monitoring/?since=2026-03-10T10:00&until=2026-03-10T10:02")
        self.assertIn("shorter than 10 minutes", page)
        self.assertIn("from 2026-03-10 09:52 to 2026-03-10 10:02 UTC", page)

    def test_a_minute_between_two_gaps_is_a_dot(self) -> None:
        minutes(1, until=timezone.now() - 10 * MINUTE, updates_received=1)
        self.assertRegex(self.text("/monitoring/"), r'<path class="line dots broad" d="M\d+ [\d.]+h\.01"/>')

    def test_a_time_of_which_nothing_is_known_says_so(self) -> None:
        minutes(3, updates_received=1)
        self.assertIn("has been cleared away", self.text("/monitoring/?since=2024-01-01T00:00&until=2024-01-02T00:00"))

    def test_neither_processes_nor_series_nor_points_cost_queries(self) -> None:
        heartbeat("web-1:1", vitals=WELL.as_json())
        minutes(2, updates_received=1)
        self.text("/monitoring/")
        with CaptureQueriesContext(connection) as few:
            self.text("/monitoring/")
        for number in range(2, 20):
            heartbeat(f"web-1:{number}", vitals=WELL.as_json())
        minutes(40, until=timezone.now() - 3 * MINUTE, updates_received=1, errors=1, api_requests=4)
        with CaptureQueriesContext(connection) as many:
            self.text("/monitoring/")
        self.assertEqual(len(few), len(many))
        self.assertLessEqual(len(many), 15)  # on PostgreSQL three more begin, limit and end a transaction
        self.assertEqual(sum("metricsample" in query["sql"] for query in many.captured_queries), 1)


class RefreshTests(PageTestCase):
    """An open page."""

    def test_the_present_is_sent_again_only_when_it_has_changed(self) -> None:
        heartbeat(vitals=WELL.as_json())
        seen = str(self.client.get("/monitoring/").context["seen"])
        self.assertEqual(self.poll(f"/monitoring/?seen={seen}").status_code, 204)
        Heartbeat.objects.update(vitals=Vitals(memory=200 * 2**20).as_json())
        answer = self.poll(f"/monitoring/?seen={seen}")
        self.assertEqual(answer.status_code, 200)
        self.assertTemplateNotUsed(answer, "dashboard/_monitoring_charts.html")
        self.assertIn("200\N{NO-BREAK SPACE}MiB", answer.content.decode())

    def test_a_beat_alone_is_no_news(self) -> None:
        heartbeat(vitals=WELL.as_json())
        seen = str(self.client.get("/monitoring/").context["seen"])
        Heartbeat.objects.update(beat_at=timezone.now(), last_poll_at=Heartbeat.objects.get().last_poll_at)
        self.assertEqual(self.poll(f"/monitoring/?seen={seen}").status_code, 204)

    def test_the_charts_are_sent_again_only_when_there_is_a_new_minute(self) -> None:
        minutes(3, until=timezone.now() - 5 * MINUTE, updates_received=1)
        address = "/monitoring/?range=week&part=charts"
        seen = str(self.client.get("/monitoring/?range=week").context["charts_seen"])
        self.assertEqual(self.poll(f"{address}&seen={seen}").status_code, 204)
        MetricSample.objects.create(
            step=Step.HOUR,
            at=timezone.now().replace(minute=0, second=0, microsecond=0),
            values=write_values({"errors": of_counter(5)}),
        )
        answer = self.poll(f"{address}&seen={seen}")
        self.assertEqual(answer.status_code, 200)
        self.assertTemplateNotUsed(answer, "dashboard/_monitoring.html")
