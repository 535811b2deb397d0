"""Segments of people: what conditions mean, how they are kept, and how many fit."""

from datetime import timedelta

from django.db import connection
from django.test import TestCase
from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, BotFeature, PersonHandler, PersonTag, Segment
from botcore.people import segments, selectors
from botcore.people.conditions import handler, selection
from botcore.people.segments import HeadCount
from botcore.people.selection import PeopleSelection
from tests.database.access import BOSS
from tests.database.dashboard.data import person

DAY = timedelta(days=1)


def found(**words: str) -> list[str]:
    """Return the names of those who fit."""
    fitting = selection({"from" if name == "since" else name: word for name, word in words.items()})
    return sorted(row.name for row in selectors.people(fitting).rows)


class ConditionTests(TestCase):
    """Who fits."""

    def setUp(self) -> None:
        now = timezone.now()
        person(1, "Alice", last_seen=now - DAY, first_seen=now - 40 * DAY, language="ru", source="ads")
        person(2, "Bob", last_seen=now - 20 * DAY, first_seen=now - 30 * DAY, messages_on=False)
        person(3, "Carol", last_seen=now - 60 * DAY, first_seen=now - 90 * DAY, telegram_language="ru")
        PersonTag.objects.create(user_id=1, name="vip")
        PersonTag.objects.create(user_id=2, name="beta")
        for user_id, name in ((1, "start.start"), (2, "start.start"), (2, "help.help")):
            PersonHandler.objects.create(user_id=user_id, handler=name, first_at=now, last_at=now, count=1)
        BotFeature.objects.create(
            bot_id=1, position=1, name="start.start", usage="/start", order="command", role=0, private=False,
            in_menu=True, retry=True,
        )  # fmt: skip
        access.grant(user_id=3, role=Role.SUPPORT, by="", giver=BOSS)

    def test_each_condition_finds_its_people(self) -> None:
        for words, names in (
            ({"language": "ru"}, ["Alice", "Carol"]),
            ({"source": "ads"}, ["Alice"]),
            ({"tag": "vip"}, ["Alice"]),
            ({"without": "VIP"}, ["Bob", "Carol"]),
            ({"active": "7d"}, ["Alice"]),
            ({"inactive": "7d"}, ["Bob", "Carol"]),
            ({"active": "30d", "inactive": "7d"}, ["Bob"]),
            ({"since": "35d"}, ["Bob"]),
            ({"to": "35d"}, ["Alice", "Carol"]),
            ({"role": "support"}, ["Carol"]),
            ({"messages": "off"}, ["Bob"]),
            ({"used": "start.start"}, ["Alice", "Bob"]),
            ({"used": "/start", "unused": "help.help"}, ["Alice"]),
            ({"unused": "/start"}, ["Carol"]),
            ({"search": "bo", "used": "/start"}, ["Bob"]),
            ({"status": "open", "without": "beta", "active": "90d"}, ["Alice", "Carol"]),
            ({}, ["Alice", "Bob", "Carol"]),
        ):
            with self.subTest(words):
                self.assertEqual(found(**words), names)

    def test_what_means_nothing_is_refused(self) -> None:
        for words in (
            {"active": "soon"}, {"role": "king"}, {"status": "kicked"}, {"messages": "maybe"}, {"colour": "red"},
            {"tag": "two words"}, {"used": "/nothing"}, {"used": "a\x01"}, {"from": "yesterday-ish"},
        ):  # fmt: skip
            with self.subTest(words), self.assertRaises(ValidationError):
                selection(words)

    def test_a_command_is_known_with_and_without_arguments(self) -> None:
        BotFeature.objects.update(usage="/start <who>")
        self.assertEqual(handler("/start"), "start.start")
        for other in ("/star", "/start2"):
            with self.assertRaisesMessage(ValidationError, "No bot has the command"):
                handler(other)

    def test_what_no_index_finds_is_looked_for_in_stretches(self) -> None:
        seen = timezone.now()
        for chosen, slow in (
            (PeopleSelection(without_tag="vip"), True),
            (PeopleSelection(did="a.b"), True),
            (PeopleSelection(did_not="a.b"), True),
            (PeopleSelection(tag="vip", did_not="a.b"), False),
            (PeopleSelection(seen_since=seen), False),
            (PeopleSelection(not_seen_since=seen), False),
        ):
            with self.subTest(chosen):
                self.assertEqual(chosen.is_slow_by("last_seen"), slow)
        self.assertTrue(PeopleSelection(seen_since=seen).is_slow_by("first_seen"))


class SegmentTests(TestCase):
    """Segments and their audit."""

    def save(self, name: str = "Regulars", pk: int | None = None, **words: str) -> int | None:
        """Keep a segment."""
        return segments.save(name=name, conditions=words or {"active": "7d"}, by="bob", pk=pk)

    def test_one_is_kept_changed_renamed_and_deleted_with_an_entry_each(self) -> None:
        pk = self.save(" Regulars ") or 0
        self.assertIsNone(self.save(pk=pk))
        self.assertEqual(self.save("Guests", pk=pk, tag="vip", active="7d"), pk)
        self.assertEqual(segments.conditions(pk), {"active": "7d", "tag": "vip"})
        self.assertTrue(segments.delete(pk=pk, by="bob"))
        self.assertFalse(segments.delete(pk=pk, by="bob"))
        entries = list(AuditEntry.objects.order_by("pk").values_list("action", "target", "before", "after"))
        first = '{"conditions": {"active": "7d"}, "name": "Regulars"}'
        second = '{"conditions": {"active": "7d", "tag": "vip"}, "name": "Guests"}'
        target = f"segment:{pk}"
        self.assertEqual(
            entries,
            [
                ("segments.save", target, "", first),
                ("segments.save", target, first, second),
                ("segments.delete", target, second, ""),
            ],
        )

    def test_what_is_none_is_refused(self) -> None:
        pk = self.save()
        for name, words, why in (
            ("", {"tag": "vip"}, "some text"),
            ("x" * 41, {"tag": "vip"}, "at most 40"),
            ("Regulars", {"tag": "vip"}, "of this name already"),
            ("All", {}, "at least one condition"),
            ("Odd", {"tag": "a b"}, "one word"),
        ):
            with self.subTest(name), self.assertRaisesMessage(ValidationError, why):
                segments.save(name=name, conditions=words, by="bob")
        with self.assertRaisesMessage(ValidationError, "not there any more"):
            self.save("Other", pk=(pk or 0) + 1)
        with self.assertRaisesMessage(ValidationError, "not there any more"):
            segments.conditions(2**63)
        self.assertEqual(AuditEntry.objects.count(), 1)

    def test_what_no_database_keeps_is_left_out(self) -> None:
        pk = segments.save(name="Odd", conditions={"tag": "v\x00ip", "source": "a\ud83d"}, by="")
        self.assertEqual(segments.conditions(pk or 0), {"source": "a?", "tag": "vip"})

    def test_there_are_so_many_at_most(self) -> None:
        now = timezone.now()
        Segment.objects.bulk_create(Segment(name=f"S{number}", at=now) for number in range(segments.MOST))
        with self.assertRaisesMessage(ValidationError, "At most 100"):
            self.save()

    def test_a_length_of_time_counts_from_when_it_is_asked(self) -> None:
        pk = self.save(active="7d") or 0
        seen = selection(segments.conditions(pk)).seen_since
        self.assertIsNotNone(seen)
        self.assertLess(abs(timezone.now() - 7 * DAY - (seen or timezone.now())), timedelta(minutes=1))


class HeadCountTests(TestCase):
    """How many fit."""

    def test_it_is_exact_up_to_its_cap(self) -> None:
        self.addCleanup(setattr, segments, "COUNTED", segments.COUNTED)
        segments.COUNTED = 2
        for number in (1, 2):
            person(number, "Alice", source="ads")
        self.assertEqual(segments.head_count(PeopleSelection(source="ads")), HeadCount(2))
        person(3, "Alice", source="ads")
        self.assertEqual(segments.head_count(PeopleSelection(source="ads")), HeadCount(2, is_more=True))
        self.assertEqual(segments.head_count(PeopleSelection(source="none")), HeadCount(0))

    def test_its_limit_ends_with_it_also_within_a_longer_transaction(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite has no such limit")
        person(1, "Alice")
        self.assertEqual(segments.head_count(PeopleSelection()), HeadCount(1))
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            self.assertEqual(cursor.fetchone(), ("0",))
        self.assertEqual(selectors.head_count().total, 1)

    def test_one_that_takes_too_long_is_given_up_and_the_transaction_goes_on(self) -> None:
        if connection.vendor != "postgresql":
            self.skipTest("SQLite counts to the end")
        self.addCleanup(setattr, segments, "PATIENCE", segments.PATIENCE)
        segments.PATIENCE = 0.001
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO botcore_user (id, first_name, last_name, username, telegram_language, is_bot, language,"
                " messages_on, source, first_seen, last_seen)"
                " SELECT i, 'A', '', '', '', false, '', true, '', now(), now() FROM generate_series(1, 30000) i"
            )
        self.assertEqual(segments.head_count(PeopleSelection(did_not="a.b", source="no")), HeadCount(None))
        self.assertEqual(selectors.head_count(cap=10).total, 10)
