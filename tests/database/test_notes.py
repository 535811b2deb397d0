"""What is kept of a person beside what Telegram says now: earlier names, notes, attributes."""

import json
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.contrib.auth.models import User as Login
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, EarlierName, PersonAttribute, PersonNote
from botcore.people import attributes, notes
from botcore.people import services as people
from botcore.people.dossier import NAMES, NOTES, Dossier, Noted, dossier
from botcore.people.services import UserProfile
from tests.database.dashboard.data import person
from tests.database.retention import ago, sweep

ALICE = UserProfile(1, "Alice", "", "alice", "en", is_bot=False)


def noted(user_id: int) -> Noted:
    """Return what is noted of somebody, for who may read it."""
    found = dossier(user_id, may_read=True).noted
    assert found is not None
    return found


class EarlierNameTests(TestCase):
    """What somebody was called before."""

    def meet(self, *, minutes: int = 0, **name: Any) -> None:
        """Meet Alice under a name, so many minutes after the first time."""
        heard_at = self.start + timedelta(minutes=minutes)
        people.meet([replace(ALICE, heard_at=heard_at, **name)], [])

    def setUp(self) -> None:
        self.start = timezone.now() - timedelta(hours=1)
        self.meet()

    def names(self) -> list[tuple[str, str, timedelta]]:
        """Return them, newest first, with when they were replaced."""
        return [(row.name, row.username, row.until - self.start) for row in dossier(1, may_read=True).names]

    def test_what_was_is_kept_with_the_time_at_which_it_was_replaced(self) -> None:
        self.meet(minutes=5, first_name="Alicia", last_name="Smith")
        self.meet(minutes=9, first_name="Alicia", last_name="Smith", username="")
        found = [("Alicia Smith", "alice", timedelta(minutes=9)), ("Alice", "alice", timedelta(minutes=5))]
        self.assertEqual(self.names(), found)

    def test_a_name_that_comes_and_goes_is_kept_once_with_its_last_time(self) -> None:
        for minutes, name in enumerate(["Bob", "Alice", "Bob", "Alice"], 1):
            self.meet(minutes=minutes, first_name=name)
        times = [(name, until) for name, _, until in self.names()]
        self.assertEqual(times, [("Bob", timedelta(minutes=4)), ("Alice", timedelta(minutes=3))])

    def test_nothing_is_asked_or_written_where_no_name_changed(self) -> None:
        with self.assertNumQueries(1):
            self.meet(minutes=0)
        with self.assertNumQueries(4):  # look, begin, write, end
            self.meet(minutes=2, telegram_language="de")
        self.assertEqual(self.names(), [])

    def test_many_new_names_are_one_statement(self) -> None:
        crowd = [UserProfile(number, f"P{number}", "", "", "en", is_bot=False) for number in range(2, 66)]
        people.meet(crowd, [])
        with self.assertNumQueries(5):  # look, begin, people, names, end
            people.meet([replace(one, first_name="New") for one in crowd], [])
        self.assertEqual(EarlierName.objects.count(), 64)

    def test_an_update_from_before_and_a_name_that_was_none_leave_nothing(self) -> None:
        self.meet(minutes=-5, first_name="Old")
        people.meet([replace(ALICE, id=2, first_name="", username="")], [])
        people.meet([replace(ALICE, id=2)], [])
        self.assertFalse(EarlierName.objects.exists())

    def test_they_go_after_their_days(self) -> None:
        self.meet(minutes=1, first_name="Bob")
        self.assertEqual(sweep("people_names"), "nothing was old enough")
        EarlierName.objects.update(replaced_at=ago(366))
        self.assertEqual(sweep("people_names"), "people_names 1")


class DossierTests(TestCase):
    """All that a person's page asks of this, at once."""

    def test_it_is_one_statement_and_who_may_not_read_it_gets_the_names_only(self) -> None:
        person(7, "Dora")
        moments = [timezone.now() - timedelta(days=days) for days in range(NAMES + 1)]
        EarlierName.objects.bulk_create(
            EarlierName(user_id=7, first_name=f"D{number}", replaced_at=at) for number, at in enumerate(moments)
        )
        attributes.put(user_id=7, name="plan", value="pro")
        attributes.put(user_id=7, name="city", value="Berlin")
        PersonNote.objects.create(user_id=7, by="bob", text="Calls on Mondays", at=moments[1])
        with self.assertNumQueries(1):
            found = dossier(7, may_read=True)
        self.assertEqual([row.until for row in found.names], moments[:NAMES])
        self.assertEqual([row.name for row in found.names][:2], ["D0", "D1"])
        self.assertEqual(found.noted and list(found.noted.attributes.items()), [("city", "Berlin"), ("plan", "pro")])
        self.assertEqual([row.at for row in noted(7).notes], [moments[1]])
        with self.assertNumQueries(1):
            self.assertEqual(dossier(7, may_read=False), Dossier(found.names, None))


class NoteTests(TestCase):
    """Notes on somebody."""

    def setUp(self) -> None:
        person(7, "Dora")
        self.at = timezone.now() - timedelta(days=1)
        self.bob, self.carl = (Login.objects.create_user(name) for name in ("bob", "carl"))

    def write(self, text: str = "Calls on Mondays") -> int:
        """Leave a note of Bob's."""
        return notes.write(user_id=7, text=text, account_id=self.bob.pk, by="bob")

    def delete(self, pk: int, account: Login) -> bool:
        """Delete a note."""
        return notes.delete(user_id=7, pk=pk, account_id=account.pk, by=account.username)

    def test_it_is_kept_with_its_author_and_the_audit_does_not_quote_it(self) -> None:
        pk = self.write("  Calls on\nMondays ")
        (note,) = noted(7).notes
        self.assertEqual((note.id, note.by, note.account_id, note.text), (pk, "bob", self.bob.pk, "Calls on\nMondays"))
        entry = AuditEntry.objects.get()
        self.assertEqual(
            (entry.action, entry.target, json.loads(entry.after)), ("people.note", "person:7", {"note": pk})
        )

    def test_one_deletes_ones_own_only(self) -> None:
        pk = self.write()
        self.assertFalse(self.delete(pk, self.carl))
        self.assertFalse(notes.delete(user_id=8, pk=pk, account_id=self.bob.pk, by="bob"))
        self.assertFalse(self.delete(2**63, self.bob))
        self.assertTrue(self.delete(pk, self.bob))
        self.assertFalse(self.delete(pk, self.bob))
        self.assertEqual(list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)),
                         ["people.note", "people.unnote"])  # fmt: skip

    def test_those_of_conversations_became_notes_on_their_people_with_their_author_where_there_is_one(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE TEMPORARY TABLE botcore_conversationnote"
                " (id integer, conversation_id bigint, text text, by varchar(150), at timestamp with time zone)"
            )
            rows = [(1, 7, "Likes maps", "bob", self.at), (2, 7, "Calls late", "@carl", self.at)]
            cursor.executemany("INSERT INTO botcore_conversationnote VALUES (%s, %s, %s, %s, %s)", rows)
            cursor.execute(import_module("botcore.migrations.0031_one_table_of_notes").MOVE)
            cursor.execute("DROP TABLE botcore_conversationnote")
        found = [(note.text, note.by, note.account_id, note.at) for note in noted(7).notes]
        self.assertEqual(found, [("Calls late", "@carl", None, self.at), ("Likes maps", "bob", self.bob.pk, self.at)])

    def test_it_stays_when_its_account_goes(self) -> None:
        self.write()
        self.bob.delete()
        (note,) = noted(7).notes
        self.assertEqual((note.by, note.account_id), ("bob", None))

    def test_what_is_no_note_is_refused(self) -> None:
        for text, why in (("", "some text"), ("\x00", "some text"), ("x" * 4001, "at most 4000")):
            with self.subTest(text[:5]), self.assertRaisesMessage(ValidationError, why):
                self.write(text)
        with self.assertRaisesMessage(ValidationError, "does not know"):
            notes.write(user_id=8, text="x", account_id=self.bob.pk, by="bob")

    def test_there_are_so_many_and_the_newest_are_shown(self) -> None:
        now = timezone.now()
        PersonNote.objects.bulk_create(
            PersonNote(user_id=7, by="bob", text=str(number), at=now) for number in range(notes.MOST)
        )
        found = noted(7)
        self.assertEqual((found.notes[0].text, len(found.notes), found.more), (str(notes.MOST - 1), NOTES, True))
        with self.assertRaisesMessage(ValidationError, "at most 100"):
            self.write()


class AttributeTests(TestCase):
    """Attributes of somebody."""

    def setUp(self) -> None:
        person(7, "Dora")

    def test_an_operators_has_its_audit_without_the_value_and_a_handlers_has_none(self) -> None:
        self.assertTrue(attributes.put(user_id=7, name="Plan", value=" free ", by="bob"))
        self.assertFalse(attributes.put(user_id=7, name="plan", value="free", by="bob"))
        self.assertTrue(attributes.put(user_id=7, name="plan", value="pro"))
        self.assertTrue(attributes.put(user_id=7, name="city", value="Köln\nam Rhein"))
        self.assertEqual(attributes.attributes_of(7), {"city": "Köln am Rhein", "plan": "pro"})
        self.assertTrue(attributes.drop(user_id=7, name="city"))
        self.assertTrue(attributes.drop(user_id=7, name="PLAN", by="bob"))
        self.assertFalse(attributes.drop(user_id=7, name="plan", by="bob"))
        entries = AuditEntry.objects.order_by("pk").values_list("action", "before", "after")
        name = '{"attribute": "plan"}'
        self.assertEqual(list(entries), [("people.attribute", "", name), ("people.unattribute", name, "")])

    def test_what_is_none_is_refused(self) -> None:
        for name, value, why in (
            ("a b", "x", "one word"), ("", "x", "one word"), ("x" * 33, "x", "one word"), ("a", "", "some text"),
            ("a", "x" * 201, "at most 200"),
        ):  # fmt: skip
            with self.subTest(name=name, value=value[:5]), self.assertRaisesMessage(ValidationError, why):
                attributes.put(user_id=7, name=name, value=value)
        with self.assertRaisesMessage(ValidationError, "does not know"):
            attributes.put(user_id=8, name="plan", value="pro")

    def test_nobody_has_endless_ones_and_those_there_are_can_still_change(self) -> None:
        PersonAttribute.objects.bulk_create(
            PersonAttribute(user_id=7, name=f"a{number}", value="x") for number in range(attributes.MOST)
        )
        with self.assertRaisesMessage(ValidationError, "at most 50"):
            attributes.put(user_id=7, name="more", value="x")
        self.assertTrue(attributes.put(user_id=7, name="a0", value="y"))
