"""/link, /unlink and /dashboard: from a code on the page to a link in the chat, and everybody who is refused."""

from datetime import timedelta

from django.contrib.auth.models import User as Account
from django.test import override_settings

from botcore.access import codes, confirmations, links, services
from botcore.access.models import Confirmation, OneTimeCode, Purpose, StaffLink
from botcore.access.roles import Role
from botcore.access.selectors import account_role, role_now
from botcore.database import in_database
from botcore.inbox.models import Update
from botcore.outbox.ledger import entry
from botcore.outbox.models import OutgoingState
from botcore.people.models import User
from botcore.people.privacy import Reader
from tests.database.access import BOSS, account, later, linked_account
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

BOB, CHARLIE = 2, 3
BAD = "This code is wrong, used or too old. Make a new one on the dashboard's account page."
DONE = "You are linked with the staff account carol.\n/dashboard logs you in, /unlink ends the link."
ASKED = (
    "Link the staff account carol with this Telegram account?\n"
    "Your role here: member now, moderator then. The account's stays: moderator.\n"
    "Only if that account is yours: if somebody else has sent you this code or link, press Cancel."
)
NOT_LINKED = "No staff account is linked with you. The page Your account of the dashboard says how."
PUBLIC = override_settings(DASHBOARD_URL="https://bot.example.org")


class LinkTests(BotTestCase):
    """Carol's code, and Charlie's Telegram account."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = account("carol", Role.MODERATOR)

    def code(self) -> str:
        """Make a code as the page does."""
        return links.link_code(account_id=self.carol.pk)

    async def link(self, secret: str, *, command: str = "/link ") -> None:
        """Let Charlie give the command, and press the button of its question."""
        await self.charlie.says(f"{command}{secret}")
        await self.charlie.presses("Link")

    async def linked(self) -> list[int]:
        """Return who is linked."""
        return [row.user_id async for row in StaffLink.objects.all()]

    async def test_it_asks_first_and_says_what_both_will_be(self) -> None:
        await self.charlie.says(f"/link {await in_database(self.code)}")
        self.assertEqual(self.charlie.sees, ASKED)
        self.assertEqual(self.charlie.buttons, ["Link", "Cancel"])
        self.assertEqual(await self.linked(), [])
        await self.charlie.presses("Cancel")
        self.assertEqual(await self.linked(), [])

    async def test_the_question_keeps_no_code(self) -> None:
        secret = await in_database(self.code)
        await self.charlie.says(f"/link {secret}")
        rows = str([row async for row in Confirmation.objects.values()])
        self.assertNotIn(secret, rows)
        self.assertNotIn(codes.digest(secret), rows)

    async def test_a_link_that_others_have_sent_gives_them_no_role(self) -> None:
        await in_database(services.grant, user_id=CHARLIE, role=Role.ADMIN, by="x", giver=BOSS)
        await self.charlie.says(f"/start link_{await in_database(self.code)}")
        self.assertIn("Your role admin is higher than that of the staff account carol", self.charlie.sees)
        self.assertEqual(await in_database(account_role, self.carol.pk), Role.MODERATOR)
        self.assertEqual(await in_database(role_now, CHARLIE), Role.ADMIN)

    async def test_a_second_attempt_at_the_press_says_the_same(self) -> None:
        offer = await in_database(links.offer, user_id=CHARLIE, secret=await in_database(self.code))
        await self.charlie.says("/start")
        key = await in_database(
            confirmations.ask, user_id=CHARLIE, chat_id=CHARLIE, action="link_ok", arguments={"code": offer.code_id}
        )
        await in_database(links.link, user_id=CHARLIE, code_id=offer.code_id, by="the attempt before")
        await self.charlie.forges(f"link_ok:{key}")
        self.assertEqual(self.charlie.sees, DONE)

    async def test_a_code_links_and_the_role_counts_at_once(self) -> None:
        await self.link(await in_database(self.code))
        self.assertEqual(self.charlie.sees, DONE)
        self.assertEqual(await self.linked(), [CHARLIE])
        with PUBLIC:
            await self.charlie.says("/dashboard")
        self.assertIn("logs you in to the dashboard", self.charlie.sees)

    async def test_a_deep_link_does_the_same_and_is_no_source(self) -> None:
        await self.charlie.says(f"/start link_{await in_database(self.code)}")
        self.assertEqual(self.charlie.sees, ASKED)
        self.assertEqual((await self.newest_update()).handler, "admin.accounts.link_by_address")
        await self.charlie.presses("Link")
        self.assertEqual(self.charlie.sees, DONE)
        self.assertEqual((await User.objects.aget(pk=CHARLIE)).source, "")

    async def test_other_deep_links_are_sources_as_before(self) -> None:
        await self.charlie.says("/start linked_from_a_poster")
        self.assertIn("Hello, Charlie!", self.charlie.sees)
        self.assertEqual((await User.objects.aget(pk=CHARLIE)).source, "linked_from_a_poster")

    async def test_wrong_used_and_old_codes_are_told_the_same(self) -> None:
        used = await in_database(self.code)
        await in_database(links.spoil, secret=used)
        await self.bob.says("/start")  # another one, since three tries are all that one has at once
        old = await in_database(self.code)
        await in_database(later, minutes=11)
        for secret in (used, old, "hunter2"):
            await self.charlie.says(f"/link {secret}")
            self.assertEqual(self.charlie.sees, BAD)
        self.assertEqual(await self.linked(), [])

    async def test_a_wrong_deep_link_is_told_so(self) -> None:
        await self.charlie.says("/start link_hunter2")
        self.assertEqual(self.charlie.sees, BAD)

    async def test_who_guesses_is_held_back_even_with_the_right_code(self) -> None:
        secret = await in_database(self.code)
        for number in range(3):
            await self.charlie.says(f"/link wrong{number}")
        await self.charlie.says(f"/link {secret}")
        self.assertIn("That was a lot at once", self.charlie.sees)
        self.assertEqual(await self.linked(), [])
        self.assertEqual((await self.newest_update()).error, "refused: throttled")
        answers = len(self.charlie.answers)
        for number in range(8):
            await self.charlie.says(f"/link again{number}")
        self.assertEqual(len(self.charlie.answers), answers)

    async def test_without_a_code_or_with_too_much_it_says_how(self) -> None:
        await self.charlie.says("/link")
        where = "Write your code behind /link. The page Your account of the dashboard makes one."
        self.assertEqual(self.charlie.sees, where)
        await self.charlie.says("/link one two")
        self.assertIn("more than this command takes", self.charlie.sees)

    async def test_hostile_codes_are_only_wrong(self) -> None:
        for secret in ("<b>'; DROP TABLE--</b>", "🂡" * 400, "\u202e" + "A" * 16):
            await self.charlie.says(f"/link {secret.replace(' ', '')}")
            self.assertEqual(self.charlie.sees, BAD)

    async def test_a_group_is_no_place_for_a_code(self) -> None:
        secret = await in_database(self.code)
        await self.bob_in_group.says(f"/link {secret}")
        self.assertIn("Не здесь, где код прочтут другие", self.bob_in_group.sees)
        await self.charlie.says(f"/link {secret}")
        self.assertEqual(self.charlie.sees, BAD)  # who has read it there does not get the account

    async def test_neither_is_it_for_the_link_with_a_code(self) -> None:
        for number, command in enumerate(("/start", "/start@botdeck_sandbox_bot")):
            secret = await in_database(self.code)
            await self.bob_in_group.says(f"{command} link_{secret}")
            self.assertEqual((await self.newest_update()).handler, "admin.accounts.link_in_group")
            self.assertEqual(self.bob_in_group.answers.count(self.bob_in_group.sees), number + 1)
            self.assertIn("Не здесь, где код прочтут другие", self.bob_in_group.sees)
            await self.charlie.says(f"/link {secret}")
            self.assertEqual(self.charlie.sees, BAD)

    async def test_nobody_is_linked_twice(self) -> None:
        await self.link(await in_database(self.code))
        other = await in_database(account, "dave")
        await self.charlie.says(f"/link {await in_database(links.link_code, account_id=other.pk)}")
        self.assertEqual(self.charlie.sees, "You are linked with the staff account carol already. /unlink ends that.")
        self.assertEqual(await self.linked(), [CHARLIE])

    async def test_a_name_with_markup_is_shown_as_it_is(self) -> None:
        await Account.objects.aupdate(username="<b>&carol")
        await self.charlie.says(f"/link {await in_database(self.code)}")
        self.assertIn("staff account <b>&carol with", self.charlie.sees)
        await self.charlie.presses("Link")
        self.assertIn("staff account <b>&carol.", self.charlie.sees)

    async def test_the_menu_and_help_do_not_list_it(self) -> None:
        await self.charlie.says("/help")
        self.assertNotIn("link", self.charlie.sees)
        await self.charlie.says("/help link")
        self.assertIn("Link your staff account with this one", self.charlie.sees)

    async def test_the_page_of_the_update_hides_the_code(self) -> None:
        from botcore.inbox import selectors  # noqa: PLC0415

        secret = await in_database(self.code)
        await self.charlie.says(f"/link {secret}")
        row = await self.newest_update()
        found = await in_database(selectors.update, row.pk, reader=Reader())
        assert found
        self.assertNotIn(secret, str(found))
        self.assertIn("/link [hidden]", found.raw)


class UnlinkTests(BotTestCase):
    """Charlie is Carol."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = linked_account(CHARLIE, Role.SUPPORT)

    async def test_it_asks_first_and_then_does_it(self) -> None:
        await self.charlie.says("/unlink")
        self.assertEqual(self.charlie.sees, "Unlink the staff account carol? You have no role here then.")
        self.assertEqual(self.charlie.buttons, ["Unlink", "Cancel"])
        self.assertEqual(await StaffLink.objects.acount(), 1)
        await self.charlie.presses("Unlink")
        self.assertEqual((self.charlie.sees, await StaffLink.objects.acount()), ("Unlinked.", 0))
        await self.charlie.says("/dashboard")
        self.assertEqual(self.charlie.sees, DENIED)

    async def test_cancel_leaves_everything(self) -> None:
        await self.charlie.says("/unlink")
        await self.charlie.presses("Cancel")
        self.assertEqual(await StaffLink.objects.acount(), 1)

    async def test_who_was_unlinked_meanwhile_is_told_so(self) -> None:
        await self.charlie.says("/unlink")
        await in_database(links.unlink, account_id=self.carol.pk, by="carol")
        await self.charlie.presses("Unlink")
        self.assertEqual(self.charlie.sees, "You are not linked any more.")

    async def test_who_is_not_linked_is_told_so(self) -> None:
        await self.alice.says("/unlink")
        self.assertEqual(self.alice.sees, NOT_LINKED)

    async def test_it_takes_no_words_and_no_forged_press(self) -> None:
        await self.charlie.says("/unlink now")
        self.assertIn("more than this command takes", self.charlie.sees)
        await self.charlie.says("/unlink")
        await self.alice.says("/start")
        await self.alice.forges("unlink_ok:whatever")
        self.assertEqual(await StaffLink.objects.acount(), 1)


@PUBLIC
class DashboardTests(BotTestCase):
    """The link that logs in."""

    def setUp(self) -> None:
        super().setUp()
        self.carol = linked_account(CHARLIE, Role.SUPPORT)

    def address(self) -> str:
        """Return the address behind the button, or in the text."""
        post = self.world.messages(CHARLIE)[-1]
        return str(post.buttons[0].url) if post.buttons else post.text.splitlines()[-1]

    async def test_a_button_leads_to_the_page_that_asks(self) -> None:
        await self.charlie.says("/dashboard")
        self.assertEqual(
            self.charlie.sees, "This logs you in to the dashboard: once, within 2 minutes. Do not pass it on."
        )
        self.assertEqual(self.charlie.buttons, ["Log in"])
        self.assertRegex(self.address(), r"^https://bot\.example\.org/login/[\w-]{43}/$")
        secret = self.address().split("/")[-2]
        self.assertEqual(await in_database(links.invited, secret), "carol")

    @override_settings(DASHBOARD_URL="http://localhost:8000")
    async def test_an_address_that_telegram_refuses_stands_in_the_text(self) -> None:
        await self.charlie.says("/dashboard")
        self.assertEqual(self.charlie.buttons, [])
        self.assertRegex(self.address(), r"^http://localhost:8000/login/[\w-]{43}/$")

    async def test_neither_the_ledger_nor_a_row_has_the_code(self) -> None:
        for url in ("https://bot.example.org", "http://localhost:8000"):
            with override_settings(DASHBOARD_URL=url):
                self.telegram.calls.clear()
                await self.charlie.says("/dashboard")
            secret = self.address().rstrip("/").split("/")[-1]
            (call,) = [call for call in self.telegram.calls if secret in str(call)]
            now = (await self.newest_update()).received_at
            kept = entry(
                bot_id=1, endpoint="sendMessage", data=call, state=OutgoingState.SENT, started_at=now, finished_at=now
            )
            self.assertNotIn(secret, str(kept))
            self.assertIn("/login/[hidden]/", kept["payload"])
            self.assertNotIn(secret, str([row async for row in Update.objects.values()]))
            self.assertNotIn(secret, str([row async for row in OneTimeCode.objects.values()]))

    @override_settings(DASHBOARD_URL="")
    async def test_without_an_address_it_says_so(self) -> None:
        await self.charlie.says("/dashboard")
        self.assertEqual(self.charlie.sees, "I do not know the dashboard's address: DASHBOARD_URL is not set.")

    async def test_an_owner_without_a_link_is_told_how_to_get_one(self) -> None:
        await self.alice.says("/dashboard")
        self.assertEqual(self.alice.sees, NOT_LINKED)

    async def test_members_are_refused(self) -> None:
        await self.bob.says("/dashboard")
        self.assertEqual(self.bob.sees, "Это только для тех, кто ведёт этого бота.")
        self.assertEqual(await OneTimeCode.objects.filter(purpose=Purpose.LOGIN).acount(), 0)

    async def test_it_takes_no_words_and_no_group(self) -> None:
        await self.charlie.says("/dashboard now")
        self.assertIn("more than this command takes", self.charlie.sees)
        group = self.person_in_group(CHARLIE)
        await group.says("/dashboard")
        self.assertEqual(group.answers, ["Write me that in private."])

    async def test_an_account_that_is_not_active_has_no_role(self) -> None:
        await Account.objects.aupdate(is_active=False)
        await in_database(services.forget)
        await self.charlie.says("/dashboard")
        self.assertEqual(self.charlie.sees, DENIED)

    @override_settings(TELEGRAM_ADMIN_IDS=[CHARLIE])
    async def test_an_owners_account_that_is_not_active_gets_no_link(self) -> None:
        await Account.objects.aupdate(is_active=False)
        await self.charlie.says("/dashboard")
        self.assertEqual(self.charlie.sees, "The staff account carol is not active.")

    async def test_codes_are_good_for_two_minutes(self) -> None:
        await self.charlie.says("/dashboard")
        row = await OneTimeCode.objects.aget(purpose=Purpose.LOGIN)
        self.assertEqual(row.expires_at - row.created_at, timedelta(minutes=2))
