"""The overview: its facts, its light, its chart, its live refresh, and how many queries it takes."""

import re
from contextlib import AbstractContextManager
from datetime import timedelta
from unittest import mock

from django.test import override_settings
from django.utils import timezone

from botcore.models import Feedback, Heartbeat, OutgoingState, PeopleDay, State, Step, Update, UpdateCount
from botcore.monitoring.history.periods import start
from botcore.monitoring.history.series import SERIES
from botcore.monitoring.history.store import write_samples
from botcore.monitoring.history.values import of_counter, of_histogram
from botcore.runtime import settings
from tests.database.conditions import firing
from tests.database.dashboard.data import (
    PageTestCase,
    arrivals,
    heartbeat,
    message,
    outgoing,
    person,
    staff,
    update,
    webhook,
)
from tests.database.errors import error


def tiles(page: str) -> dict[str, str]:
    """Return each tile's label and number."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)<small[^>]*>", page.partition('<dl class="now">')[0]))


def now(page: str) -> dict[str, str]:
    """Return the rows of what is so at this moment, as words."""
    rows = re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd></div>", page.partition('<dl class="now">')[2], re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", value).split()) for name, value in rows}


HALF_PAST = timezone.now().replace(minute=30, second=30, microsecond=0)


def measured(**sums: tuple[float, float]) -> AbstractContextManager[object]:
    """Put a number of this minute and of the same one of yesterday into the history; it is half past in the block."""
    minute = start(HALF_PAST, Step.MINUTE)
    for number, ago in enumerate((timedelta(), timedelta(days=1))):
        values = {name: of_counter(pair[number]) for name, pair in sums.items()}
        write_samples(Step.MINUTE, {minute - ago: values})
    return mock.patch.object(timezone, "now", return_value=HALF_PAST)


class OverviewTests(PageTestCase):
    """What the page says."""

    def test_an_empty_house_teaches_how_to_fill_it(self) -> None:
        page = self.text("/")
        for words in ("Never started", "manage.py runbot", "No updates yet.", "None. An error that is new"):
            self.assertIn(words, page)
        shown = {"Updates today": "–", "Active in 24 h": "–", "New people today": "0", "Errors today": "–"}
        self.assertEqual(tiles(page), {**shown, "Messages sent": "–"})
        self.assertEqual(now(page)["Updates that wait"], "0 nothing waits")

    def test_today_stands_beside_yesterday_with_an_arrow_and_words(self) -> None:
        with measured(updates_received=(150, 100), errors=(3, 12), messages_said=(7, 7)):
            page = self.text("/")
        self.assertEqual((tiles(page)["Updates today"], tiles(page)["Errors today"]), ("150", "3"))
        self.assertRegex(page, r"<small><span [^>]+>↑</span> \+50 %, yesterday by now: 100</small>")
        self.assertRegex(page, r'<small class="good"><span [^>]+>↓</span> −75 %, yesterday by now: 12</small>')
        self.assertRegex(page, r"<small><span [^>]+>→</span> yesterday by now: 7</small>")
        self.assertIn("no yesterday yet", page)

    def test_more_errors_than_yesterday_are_trouble(self) -> None:
        with measured(errors=(40, 2)):
            page = self.text("/")
        self.assertRegex(page, r'<small class="trouble"><span [^>]+>↑</span> × 20, yesterday by now: 2</small>')

    def test_what_waits_and_how_fast_it_goes_is_said_for_this_moment(self) -> None:
        update(State.PENDING, received_at=timezone.now() - timedelta(minutes=4))
        update(State.PENDING)
        message(person(1, "Alice"), "Hello")
        for minutes_ago in range(1, 6):
            arrivals(minutes_ago, 6)
        shown = now(self.text("/"))
        self.assertEqual((shown["Rate"], shown["Updates that wait"]), ("6 a minute", "2 the oldest: 4 min ago"))
        self.assertEqual((shown["Unread feedback"], shown["95 of 100 within"]), ("1", "– from arrival to end"))

    def test_how_fast_it_goes_is_what_people_wait_in_the_queue_and_all(self) -> None:
        minute = start(timezone.now(), Step.MINUTE) - timedelta(minutes=1)
        values = {}
        for name, place in {"update_latency": len(SERIES["update_latency"].bounds) - 1, "update_processing": 0}.items():
            values[name] = of_histogram(SERIES[name], 1, [10 * (number == place) for number in range(20)])
        write_samples(Step.MINUTE, {minute: values})
        shown = now(self.text("/"))
        self.assertEqual(shown["Half are handled within"], "12.5 h")
        self.assertRegex(shown["95 of 100 within"], r"^2\d\.\d h from arrival to end$")

    def test_in_the_first_minute_of_a_new_bot_what_came_is_counted_and_the_rest_says_when(self) -> None:
        arrivals(0, 3)
        page = self.text("/")
        self.assertEqual(tiles(page)["Updates today"], "3")
        self.assertEqual(page.count("counted once a minute"), 3)
        arrivals(30, 3)  # no new one: of the rest of the day nothing is known
        self.assertEqual(tiles(self.text("/"))["Updates today"], "–")

    def test_people_come_from_the_days_that_were_counted(self) -> None:
        today = timezone.now().date()
        for days_ago, new in ((0, 2), (6, 3), (7, 1000), (400, 5)):
            PeopleDay.objects.create(day=today - timedelta(days=days_ago), new=new, active=1)
        page = self.text("/")
        self.assertRegex(page, r'class="figure">1,010 <small>new in 7 days: 5</small>')
        self.assertEqual(tiles(page)["New people today"], "2")
        self.assertIn('aria-label="New people per day: 1,005 in the last 30 days, at most 1,000 in one day"', page)

    def test_the_chart_has_sixty_bars_a_scale_and_words(self) -> None:
        arrivals(0, 3)
        arrivals(30, 7)
        page = self.text("/")
        self.assertEqual(page.count('<g class="bar">'), 60)
        self.assertIn('aria-label="Updates per minute, the last 60 minutes: 10 together, 7 at most."', page)
        self.assertRegex(page, r"<title>\d\d:\d\d UTC: 7</title>")
        self.assertIn('y="30.00%" width="1.33%" height="70.00%"', page)  # 7 of 10

    @override_settings(CONFIGURATION_COMPLAINTS={"BOT_MODE": "BOT_MODE is not valid: write <polling>."})
    def test_complaints_about_the_configuration_stand_on_top(self) -> None:
        page = self.text("/")
        self.assertIn("The configuration needs a change", page)
        self.assertIn("BOT_MODE is not valid: write &lt;polling&gt;.", page)

    def test_it_says_when_not_everybody_is_served_and_who_wanted_it_so(self) -> None:
        self.assertNotIn("being worked on", self.text("/"))
        settings.change("maintenance", "on", by="dora", until=timezone.now() + timedelta(hours=1))
        settings.change("access.people", "listed", by="bob")
        page = self.text("/")
        self.assertRegex(page, r'(?s)being worked on\..*dora.*it ends <time[^>]*>in 59 min.*"/settings/maintenance/"')
        self.assertRegex(
            page, r'(?s)Only people on the list are served\..*bob.*it has no end\..*"/settings/access.people/"'
        )
        self.client.force_login(staff("carol", "view_update"))
        page = self.text("/")
        self.assertIn("being worked on", page)
        self.assertNotIn("All is well", page)
        self.assertNotIn("/settings/", page)
        settings.reset("maintenance", by="dora")
        self.assertNotIn("being worked on", self.text("/"))

    def test_it_takes_a_bounded_number_of_queries(self) -> None:
        for number in range(1, 31):
            person(number, "Alice")
            update(user_id=number)
            arrivals(number, 5)
        heartbeat()
        error()
        self.text("/")
        with self.assertNumQueries(9):  # what burns, fails or is closed, and a webhook, cost one more each
            self.text("/")


class LightTests(PageTestCase):
    """The bot's light and its words."""

    def light(self) -> list[str]:
        """Return the words beside each light."""
        return re.findall(r'<p class="light">.*?<strong>([^<]+)</strong>', self.text("/"), re.DOTALL)

    def test_a_process_that_beats_is_running(self) -> None:
        heartbeat(seconds_ago=14)
        self.assertEqual(self.light(), ["All is well"])
        self.assertNotIn("@garden_bot", self.text("/"))  # one quiet line

    def test_a_bot_that_runs_while_an_alarm_is_red_is_not_called_well(self) -> None:
        heartbeat()
        firing()
        self.assertEqual(self.light(), ["The bot runs"])
        self.assertIn('class="notice bad"', self.text("/"))

    def test_after_fifteen_seconds_without_a_beat_it_is_silent(self) -> None:
        heartbeat(seconds_ago=16)
        self.assertEqual(self.light(), ["Something is down", "Silent"])
        self.assertRegex(self.text("/"), r"It last reported <time [^>]+>1[67] s ago</time>")

    def test_a_stop_that_was_said_is_no_trouble(self) -> None:
        heartbeat(seconds_ago=4000, state="stopped")
        self.assertEqual(self.light(), ["The bot does not run", "Stopped"])

    def test_a_process_that_telegram_no_longer_answers_is_not_called_running(self) -> None:
        heartbeat(last_poll_at=timezone.now() - timedelta(seconds=90))
        self.assertEqual(self.light(), ["Something is down", "No answer from Telegram"])

    def test_a_fresh_casualty_stands_beside_its_successor_and_an_old_one_does_not(self) -> None:
        heartbeat("web-1:1", seconds_ago=3600)
        heartbeat("web-1:2", seconds_ago=60)
        heartbeat("web-1:3", seconds_ago=4000, state="stopped")
        heartbeat("web-1:4")
        self.assertEqual(self.light(), ["Something needs a look", "Silent"])

    def test_a_process_that_was_found_dead_is_told_apart_from_a_silent_one(self) -> None:
        heartbeat("web-1:1", seconds_ago=60, state="died", intake="polling", trouble="Old news.", spooled=5)
        heartbeat("web-1:2", seconds_ago=2, state="died")
        heartbeat("web-1:3", seconds_ago=700, state="died")
        heartbeat("web-1:4")
        self.assertEqual(self.light(), ["Something needs a look", "Died", "Died"])
        page = self.text("/")
        self.assertIn("It ended without stopping; what it held is handled by others.", page)
        self.assertNotIn("Old news.", page)
        self.assertNotIn("for the database", page)
        self.assertNotIn('<span class="state">polls', page)

    def test_one_light_says_how_updates_come_in(self) -> None:
        old = timezone.now() - timedelta(seconds=90)
        for intake, words in (("standby", "nobody polls"), ("polling", "by polling"), ("webhook", "by webhook")):
            heartbeat(f"web-1:{intake}", intake=intake, last_poll_at=None if intake == "polling" else old)
            self.assertRegex(self.text("/"), rf'id="light-intake">.*Intake</span> {words}')

    def test_a_process_in_trouble_is_shown_with_its_part_of_the_intake(self) -> None:
        for number, intake in enumerate(("polling", "standby", "webhook")):
            heartbeat(f"web-1:{number}", intake=intake, trouble="Look here.")
        page = self.text("/")
        parts = re.findall(r'<p class="light">.*?<span class="state">([^<]+)</span>', page, re.DOTALL)
        self.assertEqual(parts, ["polls", "stands by", "takes the webhook"])
        self.assertEqual(page.count("<dt>Last poll</dt>"), 1)

    def test_each_process_has_a_light_for_its_link_and_says_what_is_wrong_with_it(self) -> None:
        states = ("connecting", "up", "degraded", "down")
        for number, state in enumerate(states[:3]):
            heartbeat(f"web-1:{number}", connection=state, connection_words="" if state == "up" else f"Why {state}.")
        page = self.text("/")
        lights = re.findall(r'<span class="dot (\w+)" aria-hidden="true"></span> ([^<]+)</span>', page)
        self.assertEqual(
            lights,
            [("connecting", "connecting to Telegram"), ("degraded", "Telegram degraded")],
        )
        self.assertEqual(re.findall(r'slim">(Why \w+\.)', page), ["Why connecting.", "Why degraded."])
        heartbeat("web-1:9", connection="down", connection_words="Why down.")
        self.assertIn("Telegram down", self.text("/"))

    def test_a_circuit_that_is_not_closed_stands_beside_the_link(self) -> None:
        for number, circuit in enumerate(("closed", "open", "half-open")):
            heartbeat(f"web-1:{number}", connection="degraded", circuit=circuit)
        self.assertEqual(re.findall(r">circuit ([\w-]+)<", self.text("/")), ["open", "half-open"])

    def test_what_waits_to_be_sent_and_what_went_wrong_is_said(self) -> None:
        self.assertIn("none failed", self.text("/"))
        for state in map(OutgoingState, ("queued", "sending", "failed", "uncertain", "uncertain")):
            outgoing(state=state)
        page = self.text("/")
        self.assertRegex(page, r'<a [^>]+=failed">1 failed</a>, <a [^>]+=uncertain">2 uncertain</a>')
        self.assertRegex(now(page)["Messages to be sent"], "^2 ")

    def test_a_poller_that_telegram_no_longer_answers_is_still_told(self) -> None:
        heartbeat(intake="polling", last_poll_at=timezone.now() - timedelta(seconds=90))
        self.assertEqual(self.light(), ["Something is down", "No answer from Telegram"])

    def test_trouble_and_a_full_spool_are_warnings(self) -> None:
        heartbeat("web-1:1", trouble="Someone else polls this token: <b>stop it</b>.", spooled=1234)
        heartbeat("web-1:2", spooled=1)
        page = self.text("/")
        self.assertIn("Someone else polls this token: &lt;b&gt;stop it&lt;/b&gt;.</p>", page)
        self.assertIn("1,234 records wait for the database.", page)
        self.assertIn("1 record waits for the database.", page)

    def test_from_four_processes_in_trouble_on_all_stand_in_a_list_under_their_sum(self) -> None:
        for number in range(3):
            heartbeat(f"web-1:{number}", intake="standby", trouble="Someone else polls this token.")
        self.assertNotIn('<ul class="processes">', self.text("/"))
        heartbeat("web-1:7", seconds_ago=60)
        heartbeat("web-1:8", last_poll_at=timezone.now() - timedelta(hours=1))
        page = self.text("/")
        self.assertEqual(self.light(), ["Something is down"] + ["Running"] * 3 + ["No answer from Telegram", "Silent"])
        heading = re.sub(r"<[^>]+>", "", page.split("<h3>")[1].split("</h3>")[0])
        self.assertEqual(heading, "5 processes: 3 running, 1 without an answer from Telegram, 1 silent")
        self.assertIn("Someone else polls this token.", page)
        self.assertNotIn('<dl class="facts">', page)

    def test_a_state_from_a_newer_version_is_shown_as_running(self) -> None:
        heartbeat(state="dancing")
        self.assertEqual(self.light(), ["All is well"])


class WebhookTests(PageTestCase):
    """What Telegram says of the webhook."""

    def test_its_card_shows_address_waiting_and_last_error_and_never_the_secret(self) -> None:
        heartbeat(intake="webhook", last_poll_at=None)
        hour_ago = timezone.now() - timedelta(hours=1)
        webhook(waiting=1234, last_error="Wrong response: <502>", last_error_at=hour_ago)
        page = self.text("/")
        self.assertIn("<code>https://bot.example.org/hook</code>", page)
        self.assertIn("<dt>Updates waiting at Telegram</dt><dd>1,234</dd>", page)
        self.assertRegex(page, r"<dd>Wrong response: &lt;502&gt;, <time [^>]+>1 h ago</time></dd>")
        self.assertNotIn("the-secret", page)

    def test_there_is_no_card_without_a_process_that_takes_it_or_with_old_news(self) -> None:
        row = webhook(waiting=3, last_error="Wrong response: 502")
        heartbeat("web-1:1", intake="polling")
        heartbeat("web-1:2", intake="webhook", seconds_ago=30)
        heartbeat("web-1:3", intake="webhook", bot_id=2)
        self.assertNotIn("waiting at Telegram</dt>", self.text("/"))
        heartbeat("web-1:4", intake="webhook")
        self.assertIn("waiting at Telegram</dt>", self.text("/"))
        row.checked_at = timezone.now() - timedelta(minutes=11)
        row.save()
        self.assertNotIn("waiting at Telegram</dt>", self.text("/"))


class LiveTests(PageTestCase):
    """Polls of an open page."""

    def seen(self, content: str) -> str:
        """Return the address that the page polls next."""
        found = re.search(r'hx-get="([^"]+)"', content)
        self.assertIsNotNone(found)
        return found[1].replace("&amp;", "&") if found else ""

    def test_a_poll_gets_nothing_until_something_changes(self) -> None:
        heartbeat()
        address = "/" + self.seen(self.text("/"))
        self.assertEqual(self.poll(address).status_code, 204)
        Heartbeat.objects.update(beat_at=timezone.now())  # a mere beat is no news
        self.assertEqual(self.poll(address).status_code, 204)
        update(State.PENDING)
        response = self.poll(address)
        self.assertEqual(response.status_code, 200)
        fragment = response.content.decode()
        self.assertNotIn("<html", fragment)
        self.assertIn('id="live"', fragment)
        self.assertEqual(self.poll("/" + self.seen(fragment)).status_code, 204)

    def test_the_fragment_brings_the_number_of_unread_messages_along(self) -> None:
        alice = person(1, "Alice")
        address = "/people/" + self.seen(self.text("/people/"))
        message(alice, "Hello")
        fragment = self.poll(address).content.decode()
        self.assertRegex(fragment, r'<span id="unread" class="badge" hx-swap-oob="outerHTML">1<')
        Feedback.objects.update(read_at=timezone.now())
        self.assertIn('hx-swap-oob="outerHTML" hidden>0<', self.poll("/people/?seen=other").content.decode())

    def test_every_list_polls_on_its_first_page_with_its_filter_and_not_on_later_ones(self) -> None:
        alice = person(1, "Alice")
        update(State.DEAD)
        message(alice, "Hello")
        for address in ("/updates/?state=dead", "/people/?search=ali", "/feedback/?show=unread"):
            with self.subTest(address):
                page = self.text(address)
                polled = self.seen(page)
                self.assertIn(address.partition("?")[2], polled)
                self.assertEqual(self.poll(address.partition("?")[0] + polled).status_code, 204)
        self.assertNotIn("hx-get", self.text(f"/updates/?cursor=before.{Update.objects.get().pk + 1}"))

    def test_pages_are_not_kept_by_caches(self) -> None:
        self.assertIn("no-store", self.client.get("/").headers["Cache-Control"])

    def test_rollup_rows_of_other_states_are_not_arrivals(self) -> None:
        UpdateCount.objects.create(
            minute=timezone.now().replace(second=0, microsecond=0),
            kind="message",
            handler="start",
            state="done",
            count=9,
            seconds=1,
        )
        self.assertIn("the last 60 minutes: 0 together", self.text("/"))
