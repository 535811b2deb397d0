"""The pages of jobs and retention: how things stand, in words, and what operators change there."""

from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.urls import reverse
from django.utils import timezone

from botcore.models import Event, Job, JobRun, RunState, RuntimeSetting, State, Update
from botcore.retention.kinds import KINDS
from dashboard.views.jobs import purposes
from tests.database.dashboard.data import PageTestCase, heartbeat, main_of, staff, update

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def job(name: str = "sweep", **facts: Any) -> Job:
    """Create a job that is due in an hour."""
    return Job.objects.create(**{"name": name, "schedule": "every hour", "next_at": timezone.now() + HOUR, **facts})


def run(of: Job, state: RunState = RunState.DONE, **facts: Any) -> JobRun:
    """Note a run that took 1.5 s."""
    began = timezone.now() - 5 * MINUTE
    ended = None if state == RunState.RUNNING else began + timedelta(seconds=1.5)
    own = {"job": of, "owner": "host:1-ab:cd", "state": state, "due_at": began, "started_at": began, "ended_at": ended}
    return JobRun.objects.create(**{**own, **facts})


class JobPageTests(PageTestCase):
    """The list, a job, and the buttons."""

    def setUp(self) -> None:
        """An operator who may do everything with jobs."""
        super().setUp()
        self.client.force_login(staff("dora", "view_job", "change_job"))

    def act(self, do: str, name: str = "sweep", **form: str) -> str:
        """Press a button; return what the page says then."""
        response = self.client.post(f"/jobs/{name}/act/", {"do": do, **form}, follow=True)
        return response.content.decode()

    def test_an_empty_page_says_what_will_be_here(self) -> None:
        self.assertIn("No job yet", self.text("/jobs/"))

    def test_the_list_tells_how_each_job_stands(self) -> None:
        run(job(), words="swept 3 rows")
        page = self.text("/jobs/")
        for words in ("every hour", "done", "swept 3 rows", "took 1.5 s", "in 59 min"):
            self.assertIn(words, page)

    def test_failures_in_a_row_are_told_in_the_place_of_words(self) -> None:
        run(job(failures=3), RunState.FAILED, words="KeyError: 'x'")
        page = self.text("/jobs/")
        self.assertIn("The last 3 runs failed.", page)
        self.assertIn("in trouble:", page)

    def test_a_job_that_nobody_takes_is_told_of_and_a_paused_one_is_not(self) -> None:
        job(next_at=timezone.now() - HOUR)
        job("rests", next_at=timezone.now() - HOUR, is_paused=True, paused_by="Bob")
        page = self.text("/jobs/")
        self.assertEqual(page.count("no bot takes it"), 1)
        self.assertIn("Bob", page)

    def test_a_job_that_has_never_run_is_not_called_well(self) -> None:
        job()
        page = self.text("/jobs/")
        self.assertIn("has not run yet:", page)
        self.assertNotIn("well:", page)

    def test_without_a_bot_it_is_said_that_none_runs_and_since_when_one_is_due(self) -> None:
        run(job(next_at=timezone.now() - MINUTE - timedelta(seconds=5)))
        for page in (self.text("/jobs/"), self.text("/jobs/sweep/")):
            self.assertIn("No bot process is alive, so no job runs", page)
            self.assertRegex(page, r'class="trouble">due since <time [^>]*data-since>1 min</time>')
        self.assertIn("in trouble:", self.text("/jobs/"))
        heartbeat()
        page = self.text("/jobs/")
        self.assertNotIn("No bot process is alive", page)
        self.assertIn("well:", page)
        self.assertRegex(page, r"<span>due since <time")

    def test_it_says_what_a_job_of_this_release_does(self) -> None:
        job("roll_up")
        words = "Bring what processes have measured into the history of metrics."
        self.assertIn(words, self.text("/jobs/"))
        self.assertIn(words, self.text("/jobs/roll_up/"))

    def test_it_leads_superusers_to_its_row_in_the_admin(self) -> None:
        address = reverse("admin:botcore_job_change", args=[job().pk])
        self.assertNotIn(address, self.text("/jobs/sweep/"))
        self.client.force_login(self.alice)
        self.assertIn(f'<a href="{address}">Open in Django admin</a>', self.text("/jobs/sweep/"))

    def test_a_job_whose_module_cannot_be_imported_only_loses_its_words(self) -> None:
        job("roll_up")
        purposes.cache_clear()
        self.addCleanup(purposes.cache_clear)
        with patch("dashboard.views.jobs.discover", side_effect=ImportError), self.assertLogs("dashboard.views.jobs"):
            page = self.text("/jobs/")
        self.assertIn("roll_up", page)
        self.assertNotIn("Bring what", page)

    def test_a_run_that_goes_on_is_shown_as_running(self) -> None:
        row = job(owner="host:1-ab:cd", lease_until=timezone.now() + MINUTE)
        run(row, RunState.RUNNING)
        self.assertIn("running</span> since", self.text("/jobs/"))

    def test_a_retired_job_is_listed_last_and_cannot_be_run(self) -> None:
        job("aged", next_at=None)
        job()
        page = self.text("/jobs/")
        self.assertLess(page.index("job-sweep"), page.index("job-aged"))
        self.assertNotIn("/jobs/aged/act/", page)
        self.assertIn("no job &#x27;aged&#x27; in this release", self.act("run", "aged"))

    def test_running_it_now_notes_who_asked(self) -> None:
        job()
        self.assertIn("runs as soon as a bot looks", self.act("run"))
        row = Job.objects.get()
        self.assertEqual((row.wanted_by, row.wanted_at is None), ("dora", False))
        self.assertEqual(Event.objects.get().text, "dora asked for a run of sweep.")
        self.assertIn("asked for already", self.act("run"))

    def test_pausing_and_resuming_note_who_did_it(self) -> None:
        job()
        self.assertIn("is paused", self.act("pause"))
        self.assertEqual((Job.objects.get().is_paused, Job.objects.get().paused_by), (True, "dora"))
        self.assertIn("Nothing changed: it was so already.", self.act("pause"))
        self.assertIn("by its schedule again", self.act("resume"))
        self.assertFalse(Job.objects.get().is_paused)
        events = list(Event.objects.order_by("pk").values_list("text", flat=True))
        self.assertEqual(events, ["dora paused sweep.", "dora resumed sweep."])

    def test_a_button_that_there_is_not_changes_nothing(self) -> None:
        job()
        self.assertIn("no such button", self.act("explode"))
        self.assertEqual(Event.objects.count(), 0)

    def test_a_button_leads_back_to_where_it_stands(self) -> None:
        job()
        response = self.client.post("/jobs/sweep/act/", {"do": "pause", "back": "/jobs/sweep/"})
        self.assertRedirects(response, "/jobs/sweep/")
        response = self.client.post("/jobs/sweep/act/", {"do": "resume", "back": "https://evil.example/"})
        self.assertRedirects(response, "/jobs/")

    def test_who_may_only_look_is_offered_no_button(self) -> None:
        job()
        self.client.force_login(staff("bob", "view_job"))
        self.assertNotIn('<button class="button', self.text("/jobs/") + self.text("/jobs/sweep/"))

    def test_a_job_shows_its_runs_with_what_they_did(self) -> None:
        row = job()
        run(row, words="swept <b>3</b> rows")
        run(row, RunState.TIMED_OUT, words="it took longer than 600 s", by="dora")
        page = self.text("/jobs/sweep/")
        for words in (
            "swept &lt;b&gt;3&lt;/b&gt; rows",
            "timed out",
            "it took longer than 600 s",
            "the schedule",
            "dora",
        ):
            self.assertIn(words, page)
        self.assertEqual(self.client.get("/jobs/nothing/").status_code, 404)

    def test_more_runs_are_on_further_pages(self) -> None:
        row = job()
        for number in range(51):
            run(row, words=f"number {number}.")
        self.assertNotIn("number 0.", page := self.text("/jobs/sweep/"))
        self.assertIn('rel="next"', page)

    def test_a_refresh_without_news_is_empty(self) -> None:
        run(job())
        seen = self.text("/jobs/").split("seen=")[1].split('"')[0]
        self.assertEqual(self.poll(f"/jobs/?seen={seen}").status_code, 204)


class RetentionPageTests(PageTestCase):
    """For how long rows are kept."""

    def setUp(self) -> None:
        """An operator who may change it."""
        super().setUp()
        self.client.force_login(staff("dora", "view_runtimesetting", "change_runtimesetting"))

    def send(self, do: str = "save", **days: str) -> str:
        """Send the form as a browser does, with all kinds in it; return the page that follows."""
        form = {kind.name: str(kind.days) for kind in KINDS.values()} | days | {"do": do}
        return self.client.post("/retention/change/", form, follow=True).content.decode()

    def old_updates(self, count: int) -> None:
        """Create updates that ended a hundred days ago."""
        for _ in range(count):
            update(State.DONE, received_at=timezone.now() - timedelta(days=100))

    def test_every_kind_is_listed_with_its_days(self) -> None:
        page = self.text("/retention/")
        for kind in KINDS.values():
            self.assertIn(f'name="{kind.name}" value="{kind.days}"', page)

    def test_what_is_saved_holds_and_names_who_did_it(self) -> None:
        self.assertIn("it keeps updates from 90 days to 30 days", self.send(updates="30"))
        self.assertEqual([row.name for row in RuntimeSetting.objects.all()], ["retention.updates"])
        self.assertIn("dora changed retention.updates from 90 days to 30 days.", Event.objects.get().text)
        self.assertIn("Nothing has changed.", self.send(updates="30"))

    def test_what_is_wrong_is_said_and_nothing_is_changed_and_nothing_typed_is_lost(self) -> None:
        page = self.send(updates="<1>", events="30")
        self.assertIn("These need another number of days: updates.", page)
        self.assertRegex(
            page, r'(?s)name="updates" [^>]*aria-invalid="true">.*?id="wrong-updates">Write a whole number from 2 to'
        )
        self.assertEqual(page.count("aria-invalid"), 1)
        self.assertIn('name="updates" value="&lt;1&gt;"', page)
        self.assertIn('name="events" value="30"', page)
        self.assertEqual(RuntimeSetting.objects.count(), 0)

    def test_a_look_counts_what_would_go_with_what_was_typed_and_changes_nothing(self) -> None:
        self.old_updates(3)
        page = self.send("count", updates="99", updates_raw="0")
        self.assertIn('<td data-label="Would go now">3</td>', page)
        self.assertLess(page.index("Nothing is saved yet"), page.index("<table"))
        self.assertEqual(page.count('<tr class="changed">'), 2)
        self.assertIn("2 to 36,500, or 0; set: 90", page)
        self.assertRegex(page, 'name="updates_raw" [^>]*><strong>for ever</strong>')
        self.assertEqual((Update.objects.count(), RuntimeSetting.objects.count()), (3, 0))

    def test_who_may_only_look_can_count_what_would_go_and_change_nothing(self) -> None:
        self.old_updates(2)
        self.client.force_login(staff("bob", "view_runtimesetting"))
        page = self.text("/retention/?count=1")
        self.assertIn('<td data-label="Would go now">2</td>', page)
        self.assertNotIn("<input id=", main_of(page))

    def test_an_update_whose_text_is_gone_says_so(self) -> None:
        row = update(raw="", user_id=2)
        self.client.force_login(staff("carol", "view_update", "view_runtimesetting", "replay_update", "read_messages"))
        page = self.text(f"/updates/{row.pk}/")
        self.assertIn("That is no longer kept", page)
        self.assertIn('href="/retention/"', page)
        self.assertIn("It cannot be replayed", page)
