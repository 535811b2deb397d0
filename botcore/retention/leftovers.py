"""What processes leave behind and nobody asks for again; nobody sets for how long, because nobody would miss it."""

from datetime import timedelta

from django.contrib.sessions.models import Session

from botcore.accounts.models import KnownBrowser
from botcore.enclosures import selectors as enclosures
from botcore.errors.models import ErrorReceipt
from botcore.monitoring.history.samples import KEPT_AT_LEAST
from botcore.monitoring.history.waiting import needed_no_more
from botcore.monitoring.models import Heartbeat, ProcessSample
from botcore.outbox.models import CallbackData
from botcore.people.models import TagImport
from botcore.retention.clock import trusted_now
from botcore.retention.sweeps import ByAge
from botcore.runtime.jobs.run import Run
from botcore.runtime.models import Job, RuntimeSetting

LEFTOVERS: dict[str, tuple[ByAge, timedelta]] = {
    "processes": (ByAge(Heartbeat.objects.all, "beat_at"), timedelta(days=7)),  # each start makes a new row
    "receipts": (ByAge(ErrorReceipt.objects.all, "at"), timedelta(days=7)),  # an older spool may count twice
    "buttons": (ByAge(CallbackData.objects.all, "expires_at"), timedelta()),
    "process samples": (ByAge(lambda: needed_no_more(ProcessSample), "minute"), KEPT_AT_LEAST),
    "settings": (ByAge(RuntimeSetting.objects.all, "until"), timedelta()),
    "sessions": (ByAge(Session.objects.all, "expire_date"), timedelta()),  # Django deletes none by itself
    "remembered browsers": (ByAge(KnownBrowser.objects.all, "until"), timedelta()),
    "files of nothing": (ByAge(enclosures.unheld, "at"), timedelta(days=1)),
    "files of messages that were not sent": (ByAge(enclosures.of_ended_messages, "at"), timedelta(days=7)),
    "files of tags": (ByAge(TagImport.objects.all, "at"), timedelta(days=1)),
    "retired jobs": (ByAge(lambda: Job.objects.filter(next_at=None), "last_started_at"), timedelta(days=30)),
}


def clean_up(run: Run) -> dict[str, int]:
    """Let all of it go, batch by batch; return how many rows of each. As let_go() it needs a time that is right."""
    now, gone = trusted_now(), dict.fromkeys(LEFTOVERS, 0)
    for name, (sweep, age) in LEFTOVERS.items():
        for count in sweep.batches(now - age):
            gone[name] += count
            run.check()
    return {name: count for name, count in gone.items() if count}
