"""/note: notes on a person from a chat, also by who has no staff account; only one's own are deleted."""

from django.contrib.auth.models import User as Login

from botcore.access.models import StaffLink
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.people import notes
from botcore.people.models import PersonNote
from tests.flow.people import ALICE, BOB, CHARLIE, PeopleCase

WHO = "Alice (Telegram 1)"


class NoteTests(PeopleCase):
    """Notes on Charlie."""

    async def texts(self) -> list[str]:
        """Return what is noted."""
        return [row.text async for row in PersonNote.objects.order_by("pk")]

    async def test_one_is_kept_shown_and_deleted_after_a_question(self) -> None:
        await self.meet()
        await self.alice.says("/note 3")
        self.assertIn("There is none.", self.alice.sees)
        await self.alice.says("/note 3 Calls on Mondays\nand <b>early</b>")
        self.assertEqual(self.alice.sees, "Charlie Clark (3): the note is kept.")
        row = await PersonNote.objects.aget()
        self.assertEqual((row.user_id, row.account_id, row.by), (CHARLIE, None, WHO))
        await self.alice.says("/note 3")
        self.assertIn(f"#{row.pk} · {WHO}, just now\nCalls on Mondays\nand <b>early</b>", self.alice.sees)
        await self.alice.presses(f"Delete #{row.pk}")
        self.assertEqual(self.alice.sees, "Delete this note?\n\nCalls on Mondays\nand <b>early</b>")
        self.assertEqual(len(await self.texts()), 1)
        await self.alice.presses("Delete")
        self.assertTrue(self.alice.sees.endswith("The note is deleted."))
        self.assertEqual(await self.texts(), [])
        self.assertEqual(await self.actions(), ["people.note person:3", "people.unnote person:3"])

    async def test_who_has_a_staff_account_writes_and_deletes_as_that(self) -> None:
        await self.meet()
        login = await Login.objects.acreate(username="alice", is_staff=True, is_superuser=True)
        await StaffLink.objects.acreate(account=login, user_id=ALICE, at=login.date_joined)
        pk = await in_database(notes.write, user_id=CHARLIE, text="On the page", account_id=login.pk, by="alice")
        await self.alice.says("/note 3 In the chat")
        self.assertEqual({row.account_id async for row in PersonNote.objects.all()}, {login.pk})
        await self.alice.says("/note 3")
        await self.alice.presses(f"Delete #{pk}")
        await self.alice.presses("Delete")
        self.assertEqual(await self.texts(), ["In the chat"])

    async def test_somebody_elses_is_not_deleted(self) -> None:
        await self.meet()
        pk = await in_database(notes.write, user_id=CHARLIE, text="Mine", account_id=None, by="Bob (Telegram 2)")
        await self.alice.says("/note 3")
        self.assertNotIn(f"Delete #{pk}", self.alice.buttons)
        await self.alice.forges(f"note_delete:3|{pk}")
        notice = await self.alice.presses("Delete")
        self.assertEqual(notice, ["This note is not there any more, or it is somebody else's."])
        self.assertEqual(await self.texts(), ["Mine"])

    async def test_of_who_has_the_same_role_nothing_is_read_or_written(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.MODERATOR)
        await self.make(BOB, Role.MODERATOR)
        for text in ("/note 2", "/note 2 A secret", "/attribute 2", "/attribute 2 plan pro", "/unattribute 2 plan"):
            with self.subTest(text):
                await self.charlie.says(text)
                self.assertIn("it was said to somebody with your role or a higher one", self.charlie.sees)
        for data in ("notes:2", "note_delete:2|1"):
            with self.subTest(data):
                self.assertIn("with your role or a higher one", await self.charlie.forges(data) or "")
        self.assertEqual(await self.texts(), [])

    async def test_is_for_moderators(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.SUPPORT)
        await self.refuses("/note 2", "/note 2 Hello")
        self.assertEqual(await self.texts(), [])
