"""Requests to the pages of monitoring, of jobs, of retention and of settings."""

from datetime import timedelta

from django.utils import timezone

from botcore.models import Job, JobRun, MetricSample, Step
from botcore.monitoring.history.values import of_counter, write_values
from tests.faults.asks import Ask


class WatchPages:
    """A job with a run, a paused one, and a history."""

    def __init__(self) -> None:
        now = timezone.now()
        job = Job.objects.create(name="nightly", schedule="every day", next_at=now)
        JobRun.objects.create(job=job, owner="web-1:1", due_at=now, started_at=now)
        Job.objects.create(name="paused", schedule="every day", next_at=now, is_paused=True)
        values = write_values({"updates_received": of_counter(5)})
        for number in range(1, 30):
            at = now.replace(second=0, microsecond=0) - number * timedelta(minutes=1)
            MetricSample.objects.create(step=Step.MINUTE, at=at, values=values)

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._monitoring(), **self._jobs(), **self._retention(), **self._settings()}

    def _monitoring(self) -> dict[str, Ask]:
        live = {"HX-Request": "true"}
        return {
            "monitoring": Ask("/monitoring/"),
            "monitoring, live": Ask("/monitoring/", headers=live),
            "monitoring, charts": Ask("/monitoring/?part=charts", headers=live),
            "monitoring, a year": Ask("/monitoring/?range=year"),
            "monitoring, wrong": Ask("/monitoring/?range=nonsense"),
        }

    def _jobs(self) -> dict[str, Ask]:
        return {
            "jobs": Ask("/jobs/"),
            "job": Ask("/jobs/nightly/"),
            "job, none": Ask("/jobs/none/", 404),
            "job?": Ask("/jobs/nightly/act/", 302),
            "job, run": Ask("/jobs/nightly/act/", 302, "POST", {"do": "run"}),
            "job, run already": self._again("nightly", "run"),
            "job, paused": Ask("/jobs/nightly/act/", 302, "POST", {"do": "pause"}),
            "job, paused already": Ask("/jobs/paused/act/", 302, "POST", {"do": "pause"}),
            "job, resumed": Ask("/jobs/paused/act/", 302, "POST", {"do": "resume"}),
            "job, resumed already": Ask("/jobs/nightly/act/", 302, "POST", {"do": "resume"}),
            "job, nonsense": Ask("/jobs/nightly/act/", 302, "POST", {"do": "nonsense"}),
            "job, none to run": Ask("/jobs/none/act/", 302, "POST", {"do": "run"}),
        }

    def _again(self, name: str, do: str) -> Ask:
        address = f"/jobs/{name}/act/"
        return Ask(address, 302, "POST", {"do": do}, before=(address, {"do": do}))

    def _retention(self) -> dict[str, Ask]:
        address, longer = "/retention/change/", {"events": "400"}
        return {
            "retention": Ask("/retention/"),
            "retention, counted": Ask("/retention/?count="),
            "retention?": Ask(address, 302),
            "retention, changed": Ask(address, 302, "POST", longer),
            "retention, as it was": Ask(address, 302, "POST", {"events": "365"}, before=(address, longer)),
            "retention, no change": Ask(address, 302, "POST", {}),
            "retention, for ever": Ask(address, 302, "POST", {"events": "0"}),
            "retention, what would go": Ask(address, 200, "POST", {**longer, "do": "count"}),
            "retention, wrong": Ask(address, 200, "POST", {"events": "nonsense"}),
        }

    def _settings(self) -> dict[str, Ask]:
        page = "/settings/alerts.cap/"
        change, reset, twenty = f"{page}change/", f"{page}reset/", {"value": "20"}
        return {
            "settings": Ask("/settings/"),
            "commands": Ask("/settings/commands/"),
            "commands, wrong": Ask("/settings/commands/?show=nonsense", 400),
            "texts": Ask("/settings/texts/"),
            "webhook": Ask("/settings/webhook/"),
            "setting": Ask(page),
            "setting, none": Ask("/settings/none/", 404),
            "setting?": Ask(change, 302),
            "setting, changed": Ask(change, 302, "POST", twenty),
            "setting, for an hour": Ask(change, 302, "POST", {**twenty, "for": "1h"}),
            "setting, as it is": Ask(change, 302, "POST", twenty, before=(change, twenty)),
            "setting, the default": Ask(change, 302, "POST", {"value": "10"}, before=(change, twenty)),
            "setting, wrong": Ask(change, 200, "POST", {"value": "nonsense"}),
            "setting, put back": Ask(reset, 302, "POST", {}, before=(change, twenty)),
            "setting, put back already": Ask(reset, 302, "POST", {}),
        }
