"""Earlier names, notes and attributes on a person's page, and who sees them."""

from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.models import EarlierName, PersonAttribute, PersonNote
from botcore.people import attributes, notes
from botcore.people.dossier import NOTES
from tests.database.access import BOSS, account
from tests.database.dashboard.data import PageTestCase, main_of, person, staff


class PersonNotesTests(PageTestCase):
    """One person's page."""

    def setUp(self) -> None:
        super().setUp()
        self.dora = person(7, "Dora")

    def page(self) -> str:
        """Return the page's main part."""
        return main_of(self.text("/people/7/"))

    def note(self, text: str = "Calls on Mondays", by: str = "alice") -> int:
        """Leave a note of an account's."""
        row = staff(by) if by != "alice" else self.alice
        return notes.write(user_id=7, text=text, account_id=row.pk, by=by)

    def test_earlier_names_stand_with_their_time_and_are_escaped(self) -> None:
        self.assertNotIn("Earlier names", self.page())
        facts = {"user": self.dora, "last_name": "", "replaced_at": timezone.now()}
        EarlierName.objects.create(first_name="<b>Dolly</b>", username="dolly", **facts)
        EarlierName.objects.create(first_name="", username="only_this", **facts)
        page = self.page()
        self.assertIn("&lt;b&gt;Dolly&lt;/b&gt; @dolly</bdi>", page)
        self.assertIn('<bdi class="name">@only_this</bdi>', page)
        self.assertIn("until <time", page)

    def test_a_note_is_left_shown_and_deleted_by_its_author(self) -> None:
        self.client.post("/people/7/note/", {"text": "Calls <b>on</b>\r\nMondays"})
        page = self.page()
        self.assertIn("Calls &lt;b&gt;on&lt;/b&gt;\nMondays", page)
        self.assertIn("Delete this note", page)
        pk = PersonNote.objects.get().pk
        response = self.client.post("/people/7/unnote/", {"note": pk}, follow=True)
        self.assertContains(response, "The note is deleted.")
        self.assertFalse(PersonNote.objects.exists())

    def test_somebody_elses_note_has_no_button_and_stays(self) -> None:
        pk = self.note(by="bob")
        self.client.force_login(account("mike", Role.MODERATOR))
        self.assertNotIn("Delete this note", self.page())
        response = self.client.post("/people/7/unnote/", {"note": pk}, follow=True)
        self.assertContains(response, "somebody else")
        self.assertTrue(PersonNote.objects.exists())
        self.client.force_login(account("adam", Role.ADMIN))
        self.client.post("/people/7/unnote/", {"note": pk})
        self.assertFalse(PersonNote.objects.exists())

    def test_of_many_notes_the_newest_are_shown_and_all_are_a_link_away(self) -> None:
        for number in range(NOTES + 2):
            self.note(f"note {number}.")
        page = self.page()
        self.assertIn(f"note {NOTES + 1}.", page)
        self.assertNotIn("note 1.", page)
        address = "/people/7/?notes=all"
        self.assertIn(f'href="{address}#noted"', page)
        page = main_of(self.text(address))
        self.assertIn("note 0.", page)
        self.assertNotIn("notes=all", page)

    def test_a_note_that_is_refused_stays_in_its_field_and_one_that_comes_twice_is_one(self) -> None:
        response = self.client.post("/people/7/note/", {"text": "y" * 4001})
        self.assertContains(response, "y" * 4001)
        self.assertContains(response, "The note is not kept.")
        for _ in range(2):
            self.client.post("/people/7/note/", {"text": "Hello", "once": "key"})
        self.assertEqual(PersonNote.objects.count(), 1)

    def test_an_attribute_is_set_shown_and_taken_away(self) -> None:
        self.client.post("/people/7/attribute/", {"name": "Plan", "value": "<pro>"})
        self.assertIn("<bdi>plan</bdi>: <bdi>&lt;pro&gt;</bdi>", self.page())
        self.client.post("/people/7/unattribute/", {"name": "plan"})
        self.assertFalse(PersonAttribute.objects.exists())
        response = self.client.post("/people/7/attribute/", {"name": "two words", "value": "kept here"})
        self.assertContains(response, 'value="two words"')
        self.assertContains(response, 'value="kept here"')

    def test_who_may_not_read_what_people_write_sees_neither_and_writes_none(self) -> None:
        self.note()
        attributes.put(user_id=7, name="plan", value="pro")
        self.client.force_login(staff("eve", "view_user", "change_user"))
        page = self.page()
        self.assertNotIn("Mondays", page)
        self.assertNotIn("plan", page)
        self.assertIn("Not shown: they may quote", page)
        for address, form in (("note", {"text": "x"}), ("attribute", {"name": "a", "value": "b"}),
                              ("unnote", {"note": 1}), ("unattribute", {"name": "plan"})):  # fmt: skip
            with self.subTest(address):
                self.assertEqual(self.client.post(f"/people/7/{address}/", form).status_code, 403)
        self.assertEqual((PersonNote.objects.count(), PersonAttribute.objects.count()), (1, 1))

    def test_of_a_colleague_with_ones_own_role_it_is_hidden_too(self) -> None:
        self.note()
        access.grant(user_id=7, role=Role.MODERATOR, by="", giver=BOSS)
        self.client.force_login(account("mike", Role.MODERATOR))
        self.assertNotIn("Mondays", self.page())
        self.assertEqual(self.client.post("/people/7/note/", {"text": "x"}).status_code, 403)

    def test_support_reads_and_has_no_forms(self) -> None:
        self.note()
        self.client.force_login(account("sue", Role.SUPPORT))
        page = self.page()
        self.assertIn("Mondays", page)
        self.assertNotIn("/people/7/note/", page)
        self.assertNotIn("/people/7/attribute/", page)
