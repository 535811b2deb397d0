"""/grant, /revoke and /roles: the rules of who gives what to whom."""

from django.contrib.auth.models import User as Account
from django.test import override_settings
from django.utils import timezone

from botcore.access import services as access
from botcore.access.book import role_of
from botcore.access.models import RoleGrant, StaffLink
from botcore.access.roles import Role
from botcore.access.selectors import role_now
from botcore.database import in_database
from sandbox.world import GROUP_ID
from tests.database.access import BOSS
from tests.flow.people import ALICE, BOB, CHARLIE, PeopleCase


class GrantTests(PeopleCase):
    """Giving and taking."""

    async def test_asks_and_grants(self) -> None:
        await self.meet()
        await self.alice.says("/grant @charlie Moderator")
        self.assertEqual(self.alice.sees, "Grant Charlie Clark (3) the role moderator? Now it is: member.")
        self.assertFalse(await RoleGrant.objects.aexists())
        await self.alice.presses("Grant")
        self.assertEqual(self.alice.sees, "Charlie Clark (3) has the role moderator now.")
        self.assertEqual((await RoleGrant.objects.aget()).role, Role.MODERATOR)
        self.assertEqual(await self.actions(), ["access.grant person:3"])
        await self.charlie.says("/allowed")
        self.assertIn("The list", self.charlie.sees)

    async def test_asks_and_revokes(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        await self.alice.says("/revoke 3")
        self.assertEqual(self.alice.sees, "Take the role admin away from Charlie Clark (3)?")
        await self.alice.presses("Revoke")
        self.assertEqual(self.alice.sees, "Charlie Clark (3) has no role any more.")
        await self.refuses("/roles")

    async def test_nothing_to_do_is_told_before_any_question(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        await self.alice.says("/grant 3 admin")
        self.assertEqual(self.alice.sees, "This person has that role.")
        await self.alice.says("/revoke 2")
        self.assertEqual(self.alice.sees, "This person has no role.")

    async def test_an_admin_gives_and_takes_only_what_is_below(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        for role in ("admin", "owner"):
            await self.charlie.says(f"/grant 2 {role}")
            self.assertEqual(self.charlie.sees, "You can give only roles below your own.")
        await self.charlie.says("/grant 2 moderator")
        await self.charlie.presses("Grant")
        self.assertEqual(await in_database(role_now, BOB), Role.MODERATOR)
        await self.make(BOB, Role.ADMIN)
        for text in ("/revoke 2", "/revoke 3", "/grant 2 support"):
            await self.charlie.says(text)
            self.assertEqual(self.charlie.sees, "You can change only roles below your own.")
        await self.alice.says("/start")
        await self.charlie.says("/revoke 1")
        self.assertIn("TELEGRAM_ADMIN_IDS", self.charlie.sees)

    async def test_who_was_admin_when_asked_and_is_not_when_pressing_grants_nothing(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        await self.charlie.says("/grant 2 support")
        await self.make(CHARLIE, Role.MODERATOR)
        await self.charlie.presses("Grant")
        self.assertEqual(await in_database(role_now, BOB), Role.MEMBER)

    async def test_who_was_revoked_elsewhere_a_moment_ago_grants_and_revokes_nothing(self) -> None:
        """The book of this process does not know it yet."""
        await self.meet()
        await self.make(BOB, Role.SUPPORT)
        for command, label in (("/grant 2 moderator", "Grant"), ("/revoke 2", "Revoke")):
            with self.subTest(command):
                await self.make(CHARLIE, Role.ADMIN)
                await self.charlie.says(command)
                await RoleGrant.objects.filter(user_id=CHARLIE).adelete()
                self.assertEqual(role_of(CHARLIE), Role.ADMIN)
                self.assertEqual(await self.charlie.presses(label), ["You can change only roles below your own."])
                self.assertEqual(await in_database(role_now, BOB), Role.SUPPORT)
                await self.charlie.says(command)
                self.assertEqual(self.charlie.sees, "You can change only roles below your own.")

    async def test_a_second_attempt_at_a_press_says_the_same(self) -> None:
        """A process may end after the change and before the answer."""
        await self.meet()
        await self.make(CHARLIE, Role.ADMIN)
        await self.alice.says("/revoke 3")
        await in_database(access.revoke, user_id=CHARLIE, by="the attempt before", giver=BOSS)
        await self.alice.presses("Revoke")
        self.assertEqual(self.alice.sees, "Charlie Clark (3) has no role any more.")

    async def test_bots_and_accounts_of_many_get_no_role(self) -> None:
        chat = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
        anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
        message = {"message_id": 900, "from": anonymous, "sender_chat": chat, "chat": chat, "date": 1_790_000_000}
        await self.meet()
        self.world.deliver({"message": message | {"text": "hello"}})
        await self.settle()
        await self.alice.says("/grant @GroupAnonymousBot moderator")
        self.assertIn("it is not one person's", self.alice.sees)
        self.assertFalse(await RoleGrant.objects.aexists())

    @override_settings(TELEGRAM_ADMIN_IDS=[])
    async def test_the_last_owner_stays(self) -> None:
        await self.charlie.says("/start")
        await RoleGrant.objects.acreate(user_id=CHARLIE, role=Role.OWNER, by="x", at=timezone.now())
        await in_database(access.forget)
        await self.charlie.says("/revoke 3")
        self.assertEqual(self.charlie.sees, "This is the last owner: make somebody else an owner first.")

    async def test_wrong_words_are_told_with_the_usage(self) -> None:
        await self.meet()
        for typed, words in {
            "": "Name a person",
            "3": "Something is missing: role.",
            "3 boss": "Choose one of: support, moderator, admin, owner",
            "3 member": "Choose one of: support, moderator, admin, owner",
            "@nobody admin": "Nobody here is @nobody",
            "3 admin now": "That is more than this command takes.",
        }.items():
            with self.subTest(typed):
                await self.alice.says(f"/grant {typed}")
                self.assertIn(words, self.alice.sees)
                self.assertIn("Usage: /grant who role", self.alice.sees)

    async def test_moderators_may_not(self) -> None:
        await self.meet()
        await self.make(CHARLIE, Role.MODERATOR)
        await self.refuses("/grant 2 support", "/revoke 2", "/roles")


class RolesTests(PeopleCase):
    """The list."""

    async def test_says_who_has_which_and_where_from(self) -> None:
        await self.meet()
        await self.alice.says("/about")
        await self.make(CHARLIE, Role.SUPPORT)
        account = await Account.objects.acreate(username="bobby", is_staff=True, is_superuser=True)
        await StaffLink.objects.acreate(account=account, user_id=BOB, at=timezone.now())
        await self.alice.says("/roles")
        self.assertEqual(
            self.alice.sees.splitlines()[2:],
            [
                "Alice (1) – owner, named in the configuration",
                "Bob (2) – owner, staff account bobby",
                "Charlie Clark (3) – support, granted by the tests",
            ],
        )

    async def test_is_paged(self) -> None:
        for number in range(9):
            await self.make(1000 + number, Role.SUPPORT)
        await self.alice.says("/roles")
        self.assertEqual(len(self.alice.sees.splitlines()), 10)
        self.assertEqual(self.alice.buttons, ["↻", "»"])
        await self.alice.presses("»")
        self.assertEqual(self.alice.sees.splitlines()[2:], [
            "1007 (1007) – support, granted by the tests", "1008 (1008) – support, granted by the tests",
        ])  # fmt: skip
        for value in ("|x", "|-5", "|99999", "|" + "9" * 30):
            self.assertIsNone(await self.alice.forges(f"roles:{value}"))
            self.assertIn("support", self.alice.sees)
        self.assertEqual(await in_database(role_now, ALICE), Role.OWNER)
