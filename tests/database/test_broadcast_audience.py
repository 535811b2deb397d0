"""Whom a broadcast is for: conditions are counted, kept, and hold when it runs, however few they leave of many."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.broadcasts import aim, audience, drafts, feeding, selectors, services
from botcore.broadcasts.models import Broadcast
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, Chat, Event, User
from botcore.people import tags
from botcore.people.privacy import Reader
from botcore.people.selection import PeopleSelection
from tests.database.broadcasts import BroadcastCase, add_people, feed, send, started, write

VIPS = PeopleSelection(tag="vip")


class AudienceTests(BroadcastCase):
    """Ten people: 2, 4 and 6 are vip, of whom 4 is old; 6 speaks Russian; 7 and up were met long ago."""

    people = 10

    def setUp(self) -> None:
        """Tell them apart."""
        super().setUp()
        for person in (2, 4, 6):
            tags.tag(user_id=person, name="vip", by="")
        tags.tag(user_id=4, name="old", by="")
        User.objects.filter(pk=6).update(telegram_language="ru")
        long_ago = timezone.now() - timedelta(days=30)
        User.objects.filter(pk__gte=7).update(first_seen=long_ago, last_seen=long_ago)
        User.objects.filter(pk=10).update(source="ad", language="ru")

    def test_each_condition_leaves_those_who_fit(self) -> None:
        for words, expected in (
            ({}, list(range(1, 11))),
            ({"tag": "#VIP"}, [2, 4, 6]),
            ({"tag": "vip", "without": "old"}, [2, 6]),
            ({"without": "vip"}, [1, 3, 5, 7, 8, 9, 10]),
            ({"language": "ru"}, [6, 10]),
            ({"source": "ad"}, [10]),
            ({"active": "7d"}, [1, 2, 3, 4, 5, 6]),
            ({"inactive": "7d"}, [7, 8, 9, 10]),
            ({"to": "7d", "without": "nobody"}, [7, 8, 9, 10]),
            ({"from": "7d", "tag": "vip"}, [2, 4, 6]),
        ):
            with self.subTest(words):
                pk = write()
                self.assertEqual(drafts.aim_at(pk, by="dora", words=words), bool(words))
                self.assertEqual(Broadcast.objects.get(pk=pk).total, len(expected))
                services.start(pk, by="dora")
                feed(pk)
                self.assert_once_each(send(), expected)
                feed(pk)
                self.assertEqual((self.state(pk), self.progress(pk).total), ("done", len(expected)))

    def test_who_is_not_willing_is_in_no_audience(self) -> None:
        User.objects.filter(pk=2).update(messages_on=False)
        Chat.objects.filter(pk=4).update(reach="blocked")
        self.assertEqual(audience.count(VIPS), 1)
        self.assertEqual(audience.part(after=0, met_before=timezone.now(), most=9, among=VIPS).people, [6])

    def test_what_it_is_for_is_kept_with_who_said_so(self) -> None:
        pk = write()
        self.assertTrue(drafts.aim_at(pk, by="dora", words={"tag": " vip ", "source": ""}))
        self.assertFalse(drafts.aim_at(pk, by="dora", words={"tag": "vip"}))
        self.assertEqual(Broadcast.objects.get(pk=pk).audience, {"tag": "vip"})
        self.assertEqual(Event.objects.latest("pk").text, f"dora chose who gets broadcast {pk}: 3 people.")
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual(entry.action, "broadcasts.aim")
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        self.assertEqual(found.audience, [("Tag", "vip")])
        self.assertTrue(drafts.aim_at(pk, by="dora", words={}))
        self.assertEqual((Broadcast.objects.get(pk=pk).audience, Broadcast.objects.get(pk=pk).total), (None, 10))

    def test_conditions_that_mean_nothing_are_refused(self) -> None:
        pk = write()
        for words, complaint in (
            ({"tag": "two words"}, "A tag is one word"),
            ({"active": "soon"}, ""),
            ({"from": "nonsense"}, "Write a time"),
            ({"shoe": "42"}, ""),
        ):
            with self.subTest(words), self.assertRaisesMessage(ValidationError, complaint):
                drafts.aim_at(pk, by="dora", words=words)
        with self.assertRaisesMessage(ValidationError, "is running and cannot be changed"):
            drafts.aim_at(started(), by="dora", words={"tag": "vip"})
        self.assertIsNone(Broadcast.objects.get(pk=pk).audience)

    def test_a_day_is_one_in_the_zone_of_who_wrote_it(self) -> None:
        pk = write()
        with timezone.override("Europe/Berlin"):
            drafts.aim_at(pk, by="dora", words={"from": "2026-01-02", "to": "2026-01-02 13:30"})
        kept = {"from": "2026-01-01 23:00 UTC", "to": "2026-01-02 12:30 UTC"}
        self.assertEqual(Broadcast.objects.get(pk=pk).audience, kept)
        self.assertFalse(drafts.aim_at(pk, by="dora", words=kept))

    def test_an_audience_of_nobody_does_not_start(self) -> None:
        pk = write()
        drafts.aim_at(pk, by="dora", words={"tag": "nobody"})
        with self.assertRaisesMessage(ValidationError, "There is nobody who could get it."):
            services.start(pk, by="dora")

    def test_a_condition_that_means_nothing_any_more_pauses_it_and_says_so(self) -> None:
        pk = started()
        Broadcast.objects.filter(pk=pk).update(audience={"shoe": "42"})
        feed(pk)
        row = Broadcast.objects.get(pk=pk)
        self.assertEqual((row.state, self.queued()), ("paused", []))
        self.assertIn("Its conditions cannot be read any more: Choose one of", row.why)

    def test_a_copy_is_for_the_same_people(self) -> None:
        pk = write()
        drafts.aim_at(pk, by="dora", words={"tag": "vip"})
        row = Broadcast.objects.get(pk=drafts.copy(pk, by="dora"))
        self.assertEqual((row.audience, row.total), ({"tag": "vip"}, 3))

    def test_few_of_many_are_found_in_few_steps_without_anybody_twice(self) -> None:
        User.objects.all().delete()
        Chat.objects.all().delete()
        add_people(2500)
        for person in (1, 1000, 1001, 2000, 2500):
            tags.tag(user_id=person, name="vip", by="")
        pk = write()
        drafts.aim_at(pk, by="dora", words={"tag": "vip"})
        services.start(pk, by="dora")
        steps = 1
        while feeding.step(pk):
            steps += 1
        self.assertEqual((self.queued(), steps), ([1, 1000, 1001, 2000, 2500], 3))

    def test_a_step_leaves_out_nobody_when_more_fit_than_it_takes(self) -> None:
        found: list[int] = []
        last = 0
        for _ in range(10):
            part = audience.part(after=last, met_before=timezone.now(), most=2, among=VIPS)
            found, last = found + part.people, part.last
            if part.is_end:
                break
        self.assertEqual(found, [2, 4, 6])

    def test_the_conditions_cost_no_more_queries(self) -> None:
        counts = []
        for words in ({}, {"tag": "vip", "without": "old", "language": "ru"}):
            pk = write()
            drafts.aim_at(pk, by="dora", words=words)
            services.start(pk, by="dora")
            with CaptureQueriesContext(connection) as queries:
                feeding.step(pk)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_what_is_written_in_a_chat(self) -> None:
        self.assertEqual(aim.read("tag=vip Without=old"), {"tag": "vip", "without": "old"})
        self.assertEqual(aim.read("Everybody"), {})
        for text in ("", "vip", "tag=", "=vip", "tag vip"):
            with self.subTest(text), self.assertRaisesMessage(ValidationError, "Write conditions such as tag=vip"):
                aim.read(text)
