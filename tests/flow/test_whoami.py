"""/whoami: name, id, role, language, staff account."""

from django.contrib.auth.models import User as Account
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.access.roles import Role
from tests.flow.people import BOB, CHARLIE, PeopleCase


class WhoamiTests(PeopleCase):
    """For everybody."""

    async def test_tells_a_member(self) -> None:
        await self.charlie.says("/whoami")
        self.assertEqual(
            self.charlie.sees, "Charlie Clark @charlie\nId: 3\nRole: member\nLanguage: English"
        )  # nothing of accounts: members have none

    async def test_tells_it_in_their_language_with_their_role(self) -> None:
        await self.make(BOB, Role.MODERATOR)
        await self.bob.says("/whoami")
        self.assertIn("Язык: Русский", self.bob.sees)
        self.assertNotIn("member", self.bob.sees)
        self.assertIn("Роль: ", self.bob.sees)

    async def test_says_how_to_link_and_which_account_is_linked(self) -> None:
        await self.make(CHARLIE, Role.SUPPORT)
        await self.charlie.says("/whoami")
        self.assertIn("No staff account is linked.", self.charlie.sees)
        account = await Account.objects.acreate(username="charlie-desk", is_staff=True)
        await StaffLink.objects.acreate(account=account, user_id=CHARLIE, at=timezone.now())
        await self.charlie.says("/whoami")
        self.assertIn("Staff account: charlie-desk", self.charlie.sees)
        group = self.person_in_group(CHARLIE)
        await group.says("/whoami")
        self.assertIn("Id: 3", group.sees)
        self.assertNotIn("charlie-desk", group.sees)

    async def test_without_a_name_it_works_too(self) -> None:
        await self.nameless.says("/whoami")
        self.assertIn("No name", self.nameless.sees)
        self.assertIn("Id: 4", self.nameless.sees)
        await self.nameless.says("/settings")
        await self.nameless.presses("Русский")
        await self.nameless.says("/whoami")
        self.assertTrue(self.nameless.sees.startswith("Без имени"), self.nameless.sees)

    async def test_takes_no_arguments(self) -> None:
        await self.charlie.says("/whoami please")
        self.assertIn("Usage: /whoami", self.charlie.sees)
