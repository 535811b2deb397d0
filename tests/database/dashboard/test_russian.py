"""Whoever chooses Russian reads Russian, also what rows hold in English: every page is read for English words."""

import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from unittest import skipIf

from django.contrib.auth.models import User as Account
from django.template.loader import render_to_string
from django.test import Client, TestCase
from django.utils import timezone
from django.utils.translation import override

from botcore.alerts.conditions.rules import RULES
from botcore.models import (
    Alert,
    AlertChannel,
    AlertDelivery,
    Condition,
    Heartbeat,
    Job,
    JobRun,
    Level,
    OutgoingState,
    State,
    User,
    Webhook,
)
from botcore.monitoring.health import NAMES, Check, Light, checks, without_database
from botcore.monitoring.health.database import MISCONFIGURED, migrations
from dashboard.watched import lamps
from tests.database.dashboard import doors
from tests.database.dashboard.burning import LINK, burn
from tests.database.dashboard.data import event, for_pages, heartbeat, outgoing, private, update, webhook
from tests.database.dashboard.one_of_each import one_of_each
from tests.database.dashboard.test_every_door import PAGES
from tests.database.dashboard.test_few_queries import is_page
from tests.environment import SERVER
from tests.unit.test_sentences import EVERY, instance
from tests.unit.wording import english, english_in_page

VITALS: tuple[dict[str, float], ...] = (
    {}, {"poll_age": 40.0}, {"poll_age": 300.0}, {"worker_age": 1.0}, {"worker_age": 20.0}, {"worker_age": 300.0},
    {"queue": 1, "queue_capacity": 10}, {"queue": 6, "queue_capacity": 10}, {"queue": 10, "queue_capacity": 10},
    *({"disk_free": free * 2**30, "disk_total": 2**40} for free in (0.5, 4, 500)),
    *({"clock_skew": skew} for skew in (0.0, 5.0, -5.0, 90.0, -90.0)),
)  # fmt: skip
FACTS: tuple[dict[str, Any], ...] = (
    {}, {"intake": "standby"}, {"intake": "webhook"}, {"trouble": "Nobody else polls this token any more."},
    *({"connection": link, "connection_words": LINK} for link in ("up", "degraded", "down", "connecting")),
    {"circuit": "open"}, {"circuit": "half-open"}, {"circuit": "closed"}, {"spooled": 1}, {"spooled": 60_000},
    {"seconds_ago": 100}, {"state": "died"}, {"state": "stopped"},
)  # fmt: skip
DISK = "1 of 9 GiB are free where SPOOL_DIR is: make room soon."
WEBHOOKS = ({"waiting": 0}, {"waiting": 200}, {"waiting": 2000}, {"waiting": 3, "last_error": "TimedOut"},
            {"waiting": 0, "last_error": "TimedOut"})  # fmt: skip


def states() -> Iterator[list[Check]]:
    """Make the checks again and again, each time of another state of the whole."""
    for count in (1, 2):  # what only one of two says, it says with its name
        for facts in [*({"vitals": json.dumps(vitals)} for vitals in VITALS), *FACTS]:
            for begun in (timedelta(seconds=1), timedelta(hours=1)):
                Heartbeat.objects.all().delete()
                for number in range(count):
                    heartbeat(
                        f"bot-{number}:1", **{"started_at": timezone.now() - begun, **(facts if not number else {})}
                    )
                yield checks()
    for said in WEBHOOKS:
        Webhook.objects.all().delete()
        Heartbeat.objects.all().delete()
        heartbeat(intake="webhook")
        webhook(last_error_at=timezone.now() - timedelta(minutes=1), **said)
        yield checks()


def well() -> None:
    """Let a job have run, an update wait for a moment, and a message be due just now."""
    now = timezone.now()
    facts = {"schedule": "every minute", "last_started_at": now}
    Job.objects.create(name="fine", next_at=now + timedelta(hours=1), **facts)
    update(State.PENDING)
    outgoing(OutgoingState.QUEUED)


@for_pages
@skipIf(SERVER, "words are no matter of the database, and the walk is long: the SQLite run takes it")
class RussianTests(TestCase):
    """Pages in Russian, for somebody who may see everything."""

    def setUp(self) -> None:
        """Log Olga in; the language of her pages ends with the test."""
        self.enterContext(override("en"))
        self.olga = Account.objects.create_superuser("olga")
        self.client = Client(headers={"accept-language": "ru"})
        self.client.force_login(self.olga)

    def read(self, address: str) -> None:
        """Fail for English words in a page."""
        with self.subTest(address):
            response: Any = self.client.get(address)
            if is_page(response):
                self.assertEqual(english_in_page(response.content.decode()), [])

    def test_every_page_while_all_is_calm_and_while_all_burns(self) -> None:
        rows = one_of_each(self.olga) | {Account: self.olga}
        addresses = [doors.page(name, rows, private(User.objects.get()).pk) for name in ["person"]]
        addresses += [doors.page(name, rows, 1) for name in PAGES]
        for address in addresses:
            self.read(address)
        burn()
        for address in addresses:
            self.read(address)

    def test_every_sentence_in_each_of_the_places_where_one_is_shown(self) -> None:
        now = timezone.now()
        job = Job.objects.create(name="work", schedule="every minute", next_at=now)
        for at in range(0, len(EVERY), len(RULES)):
            Heartbeat.objects.all().delete()
            for rule, text in zip(RULES, map(instance, EVERY[at : at + len(RULES)]), strict=False):
                fired = {"seen_since": now, "seen_at": now, "fired_at": now, "looked_at": now}
                Condition.objects.update_or_create(name=rule.name, defaults={"words": text, **fired})
                facts = {"reason": "condition", "title": rule.title, "text": text, "at": now}
                told = Alert.objects.create(condition=rule.name, **facts)
                AlertDelivery.objects.create(alert=told, channel="webhook", target="1", next_at=now, error=text)
                AlertChannel.objects.update_or_create(
                    name="telegram", defaults={"failing_since": now, "last_error": text}
                )
                JobRun.objects.create(job=job, owner="bot-1:1:x", due_at=now, started_at=now, words=text)
                heartbeat(f"{rule.name}:1", trouble=text, connection_words=text)
                event(text, Level.ERROR)
            for address in ("/", "/alerts/"):
                self.read(address)
        for address in (
            "/monitoring/",
            "/jobs/",
            "/jobs/work/",
            "/jobs/work/?before=100",
            "/events/",
            "/people/growth/",
        ):
            self.read(address)

    def test_chats_are_told_the_same_in_the_same_words(self) -> None:
        said = SimpleNamespace(words=DISK, trouble=DISK, connection_words=DISK, text=DISK, started_at=timezone.now())
        said.names, said.light, said.condition, said.reason, said.title = (
            ["disk"],
            "failed",
            "disk_low",
            "condition",
            "?",
        )
        for name, facts in (
            ("health", {"wrong": [said]}),
            ("process", {"process": said}),
            ("condition", {"row": said}),
            ("alert", {"alert": said}),
            ("job", {"job": said, "runs": [said]}),
        ):
            with self.subTest(name), override("ru"):
                told = render_to_string(f"messages/{name}.html", facts)
                self.assertIn("На диске с SPOOL_DIR свободно 1 из 9 ГиБ: скоро понадобится место.", told)
                self.assertEqual(english(told), [])

    def test_every_check_in_each_of_its_lights(self) -> None:
        found = [*without_database(), *without_database(MISCONFIGURED), migrations(3)]
        found += [check for state in states() for check in state]
        for prepare in (well, burn):
            prepare()
            found += [check for state in states() for check in state]
        lights = {light: {check.name for check in found if check.light is light} for light in Light}
        self.assertEqual(lights[Light.OK], set(NAMES))
        self.assertEqual(lights[Light.FAILED], set(NAMES))
        with override("ru"):
            for words in {lamp.words for lamp in lamps(found, timezone.now())}:
                with self.subTest(words):
                    self.assertEqual(english(words), [])
