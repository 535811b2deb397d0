"""Tags of people, and letters to them: what is kept, what is refused, and what the audit says."""

import json

from django.test import TestCase

from botcore.audit.models import AuditEntry
from botcore.exceptions import ValidationError
from botcore.models import OutgoingMessage, PersonTag, User
from botcore.outbox.content import Text
from botcore.people import letters, tags
from tests.database.dashboard.data import person, private, update


class TagTests(TestCase):
    """Tags."""

    def setUp(self) -> None:
        person(7, "Dora")

    def tag(self, name: str) -> bool:
        """Put a tag on Dora."""
        return tags.tag(user_id=7, name=name, by="x")

    def test_a_name_is_one_word_in_lower_case(self) -> None:
        for typed, name in {
            " VIP ": "vip",
            "#Beta_1": "beta_1",
            "ВИП": "вип",
            "и\u0306": "й",
            "x" * 32: "x" * 32,
        }.items():
            with self.subTest(typed):
                self.assertEqual(tags.tag_name(typed), name)
        for typed in ("", "#", "##a", "a b", "a-b", "x" * 33, "\x00", "\u202e", "a\nb", "😀", "İ" * 32):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, "one word"):
                tags.tag_name(typed)

    def test_goes_on_and_off_once_with_its_audit(self) -> None:
        self.assertTrue(self.tag("VIP"))
        self.assertFalse(self.tag("vip"))
        self.assertTrue(self.tag("beta"))
        self.assertEqual(tags.tags_of(7), ["beta", "vip"])
        self.assertTrue(tags.untag(user_id=7, name="#Vip", by="x"))
        self.assertFalse(tags.untag(user_id=7, name="vip", by="x"))
        self.assertEqual(
            list(AuditEntry.objects.order_by("pk").values_list("action", "target", "before", "after")),
            [
                ("people.tag", "person:7", "", '{"tag": "vip"}'),
                ("people.tag", "person:7", "", '{"tag": "beta"}'),
                ("people.untag", "person:7", '{"tag": "vip"}', ""),
            ],
        )

    def test_nobody_has_endless_tags_and_nobody_unknown_has_any(self) -> None:
        PersonTag.objects.bulk_create(PersonTag(user_id=7, name=f"t{number}") for number in range(tags.MOST))
        with self.assertRaisesMessage(ValidationError, "at most 50"):
            self.tag("more")
        with self.assertRaisesMessage(ValidationError, "does not know"):
            tags.tag(user_id=8, name="vip", by="x")

    def test_they_go_with_the_person(self) -> None:
        self.tag("vip")
        User.objects.get(pk=7).delete()
        self.assertFalse(PersonTag.objects.exists())


class LetterTests(TestCase):
    """Letters."""

    def setUp(self) -> None:
        private(person(7, "Dora"))

    def test_is_queued_with_its_audit_that_does_not_repeat_it(self) -> None:
        pk = letters.write(user_id=7, content=Text("Secret"), by="x")
        row = OutgoingMessage.objects.get(pk=pk)
        self.assertEqual((row.chat_id, row.source, json.loads(row.payload)["text"]), (7, "operator", "Secret"))
        entry = AuditEntry.objects.get()
        self.assertEqual((entry.action, entry.target), ("people.write", "person:7"))
        self.assertEqual(json.loads(entry.after), {"message": pk})

    def test_another_attempt_at_the_same_update_queues_nothing_and_is_no_second_entry(self) -> None:
        cause = update().pk
        first = letters.write(user_id=7, content=Text("One"), by="x", update_pk=cause)
        self.assertEqual(letters.write(user_id=7, content=Text("One"), by="x", update_pk=cause), first)
        self.assertEqual((OutgoingMessage.objects.count(), AuditEntry.objects.count()), (1, 1))

    def test_what_cannot_be_sent_leaves_no_trace(self) -> None:
        for user_id, text in ((8, "Hello"), (7, " \u200b")):
            with self.subTest(user_id), self.assertRaises(ValidationError):
                letters.write(user_id=user_id, content=Text(text), by="x")
        self.assertFalse(AuditEntry.objects.exists())
