"""What is drawn once for everybody with the same rights: the frame's parts and the admin's list of tables."""

import re

from django.contrib.auth.models import Permission
from django.test import Client

from tests.database.dashboard.data import PageTestCase, staff
from tests.database.errors import error

PEOPLE, TABLE = 'href="/people/"', 'href="/admin/botcore/user/"'


class KeptTests(PageTestCase):
    """Pages of visitors with other rights, one after another in the same process."""

    def visitor(self, name: str, *permissions: str) -> Client:
        client = Client()
        client.force_login(staff(name, *permissions))
        return client

    def page(self, client: Client, address: str = "/updates/") -> str:
        return client.get(address).content.decode()

    def test_who_may_less_is_not_shown_what_another_was(self) -> None:
        few, more = self.visitor("few", "view_update"), self.visitor("more", "view_update", "view_user")
        for client, is_shown in ((self.client, True), (few, False), (more, True), (few, False), (self.client, True)):
            self.assertEqual(PEOPLE in self.page(client), is_shown)
            self.assertEqual(TABLE in self.page(client, "/admin/botcore/update/"), is_shown)

    def test_a_right_that_is_given_or_taken_is_seen_at_once(self) -> None:
        client = self.visitor("few", "view_update")
        right = Permission.objects.get(content_type__app_label="botcore", codename="view_user")
        account = right.user_set.model.objects.get(username="few")
        for change, is_shown in ((account.user_permissions.add, True), (account.user_permissions.remove, False)):
            change(right)
            self.assertEqual(PEOPLE in self.page(client), is_shown)
            self.assertEqual(TABLE in self.page(client, "/admin/botcore/update/"), is_shown)

    def test_the_place_the_language_and_the_badges_are_the_visitors(self) -> None:
        here = r'<a href="([^"]+)" aria-current="page">'
        for address in ("/updates/", "/people/", "/updates/"):
            self.assertEqual(set(re.findall(here, self.page(self.client, address))), {address})
        tables = [f"/admin/botcore/{name}/" for name in ("user", "chat")]
        found = [
            re.findall(r'<a href="(/admin/[^"]+)" aria-current="page"', self.page(self.client, at)) for at in tables
        ]
        self.assertEqual(found, [[address] for address in tables])
        self.assertIn('class="badge hot" hidden>0', self.page(self.client))
        error()
        self.assertIn('class="badge hot">1', self.page(self.client))
        self.client.cookies["django_language"] = "ru"
        self.assertIn("<span>Люди</span>", self.page(self.client))
        self.client.cookies["django_language"] = "en"
        self.assertIn("<span>People</span>", self.page(self.client))
