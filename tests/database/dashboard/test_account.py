"""The page of one's own account: a code that is shown once, the link, and its end."""

import re
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.test import override_settings

from botcore.access.models import OneTimeCode, StaffLink
from botcore.access.roles import Role
from botcore.access.services import revoke
from botcore.audit.models import AuditEntry
from tests.database.access import BOSS, account, link
from tests.database.dashboard.data import PageTestCase, heartbeat, person

BOB = 2
LINK, UNLINK = "/account/link/", "/account/unlink/"


class AccountPageTests(PageTestCase):
    """Carol is a moderator."""

    def setUp(self) -> None:
        """Log Carol in."""
        super().setUp()
        self.carol = account("carol", Role.MODERATOR)
        self.client.force_login(self.carol)

    def press(self, password: str = "carol-password", **how: bool) -> Any:
        """Ask for a code."""
        return self.client.post(LINK, {"password": password}, **how)  # type: ignore[arg-type]

    def code(self) -> str:
        """Press the button; return the code that the page shows."""
        page = self.press().content.decode()
        found = re.search(r"/link ([A-Z0-9-]{19})<", page)
        assert found, page
        return found[1]

    def link(self) -> None:
        """Link Bob, as the bot does."""
        person(BOB, "Bob")
        link(BOB, self.code())

    def test_it_says_who_one_is_and_what_can_be_done(self) -> None:
        page = self.text("/account/")
        self.assertIn("carol", page)
        self.assertIn("moderator", page)
        self.assertIn("not linked", page)
        self.assertIn("Link Telegram account", page)

    def test_without_a_role_it_says_so(self) -> None:
        dave = account("dave")
        self.client.force_login(dave)
        self.assertIn("none, and no permission", self.text("/account/"))
        dave.user_permissions.add(Permission.objects.get(codename="view_event"))
        self.assertIn("none: your permissions were given one by one", self.text("/account/"))
        dave.user_permissions.clear()
        group = Group.objects.create(name="night shift")
        group.permissions.add(Permission.objects.get(codename="view_event"))
        dave.groups.add(group)
        self.assertIn("none: your permissions come with groups that are no roles", self.text("/account/"))

    def test_who_lost_the_role_is_not_told_that_it_counts(self) -> None:
        self.link()
        self.assertIn("Your role counts in the bot, too", self.text("/account/"))
        revoke(user_id=BOB, by="x", giver=BOSS)
        page = self.text("/account/")
        self.assertIn("Your account has no role", page)
        for words in ("Your role counts", "given one by one", "has no role in the bot then", "/dashboard</code>"):
            self.assertNotIn(words, page)

    def test_the_code_is_shown_once(self) -> None:
        secret = self.code()
        self.assertNotIn(secret, self.text("/account/"))
        self.assertNotIn(secret, str(OneTimeCode.objects.values()))
        self.assertNotIn(secret, str(self.client.session.items()))
        self.assertEqual(link(BOB, secret), "carol")

    def test_it_takes_the_password(self) -> None:
        for password in ("", "guess"):
            self.assertContains(self.press(password), "This is not your password.")
        self.assertEqual(OneTimeCode.objects.count(), 0)

    def test_looking_makes_no_code(self) -> None:
        self.text("/account/")
        self.assertRedirects(self.client.get(LINK), "/account/")
        self.assertEqual(OneTimeCode.objects.count(), 0)

    def test_the_page_with_the_code_is_kept_by_nobody(self) -> None:
        self.assertIn("no-store", self.press().headers["Cache-Control"])

    def test_a_deep_link_is_offered_when_the_bots_name_is_known(self) -> None:
        self.assertNotContains(self.press(), "t.me")
        heartbeat(bot_username="our_bot")
        page = self.press().content.decode()
        self.assertRegex(page, r'href="https://t\.me/our_bot\?start=link_[A-Z0-9-]{19}"')

    @override_settings(BOT_SANDBOX=True)
    def test_in_the_sandbox_nothing_leads_to_telegram(self) -> None:
        heartbeat(bot_username="our_bot")
        page = self.press().content.decode()
        self.assertNotIn("t.me", page)
        self.assertIn("/link ", page)

    def test_who_is_linked_is_shown_and_gets_no_code(self) -> None:
        self.link()
        page = self.text("/account/")
        self.assertIn("Bob", page)
        self.assertNotIn("Link Telegram account", page)
        self.assertContains(self.press(follow=True), "linked already: unlink it first")

    def test_unlink_takes_a_post(self) -> None:
        self.link()
        self.assertRedirects(self.client.get(UNLINK), "/account/")
        self.assertEqual(StaffLink.objects.count(), 1)
        self.assertContains(self.client.post(UNLINK, follow=True), "Unlinked.")
        self.assertEqual(StaffLink.objects.count(), 0)
        row = AuditEntry.objects.latest("pk")
        self.assertEqual((row.action, row.target, row.actor), ("account.unlink", "account:carol", "carol"))
        self.assertContains(self.client.post(UNLINK, follow=True), "No Telegram account was linked.")

    def test_nobody_unlinks_somebody_else(self) -> None:
        self.link()
        self.client.force_login(self.alice)
        self.client.post(UNLINK, {"account_id": self.carol.pk})
        self.assertEqual(StaffLink.objects.count(), 1)
