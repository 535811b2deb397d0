"""Every page asks the database few questions, whoever looks: the walk counts them."""

import re
from typing import Any
from unittest import skipUnless

from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Account
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from botcore.access.groups import VIEWER
from botcore.access.roles import Role
from botcore.errors.kinds import GroupState
from botcore.models import Chat, ErrorGroup, User
from botcore.runtime.setting_cache import CACHE
from tests.database.access import account
from tests.database.dashboard import doors
from tests.database.dashboard.burning import burn
from tests.database.dashboard.data import for_pages, person, private, update
from tests.database.dashboard.one_of_each import one_of_each
from tests.database.dashboard.test_every_door import PAGES
from tests.database.errors import error, occurrence
from tests.environment import SERVER

MOST = 12
# They ask nothing: PostgreSQL's begin, end and limits of a transaction.
CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT", "SELECT set_config")


@for_pages
@skipUnless(SERVER, "the walk is long, and production has PostgreSQL: its run takes it")
class FewQueriesTests(TestCase):
    """All pages with a row of everything; what a process keeps, such as its settings, has been read before."""

    def walk(self, visitor: Account) -> None:
        """Open each page twice, while all is calm and while all burns; fail for one that asks too much then."""
        rows = one_of_each(visitor) | {Account: visitor}
        alice, client = User.objects.get(), Client()
        client.force_login(visitor)
        group, kept = Chat.objects.get(type="supergroup"), update(user_id=alice.pk, chat_id=-5, error_group="ab12")
        occurrence(rows[ErrorGroup], update_pk=kept.pk, user_id=alice.pk, chat_id=-5)  # type: ignore[arg-type]
        chat = private(alice).pk
        addresses = [doors.page(name, rows, chat) for name in PAGES]
        addresses += [reverse("dashboard:chat", args=[group.pk]), "/jobs/roll_up/"]
        for burns in (False, True):
            if burns:
                burn(visitor)
            CACHE.empty()
            shown = [address for address in addresses if is_page(client.get(address))]
            for address in shown:
                with self.subTest(address, burns=burns):
                    self.count(client, address)
            self.assertGreater(len(shown), 15)

    def count(self, client: Client, address: str, most: int = MOST) -> None:
        """Fail unless the questions are few."""
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        asked = [query["sql"] for query in captured if not query["sql"].startswith(CONTROL)]
        self.assertLessEqual(len(asked), most, "\n".join([f"{address} asks {len(asked)} times:", *asked]))

    def test_lists_of_many_rows_and_their_second_pages(self) -> None:
        visitor, client = account("ada", Role.ADMIN), Client()
        client.force_login(visitor)
        for number in range(150):
            error(f"E{number}", list(GroupState)[number % 3], assignee=visitor)
            update(user_id=person(100 + number, "Alice").pk)
        for first in (
            "/errors/",
            "/errors/?show=all",
            "/errors/?search=E",
            "/updates/",
            "/updates/?kind=message",
            "/people/",
        ):
            older = re.search(r'rel="next" href="(\?[^"]+)"', client.get(first).content.decode())
            second = first.partition("?")[0] + older[1].replace("&amp;", "&") if older else first
            for address in (first, second):
                with self.subTest(address):
                    self.count(client, address)

    def test_a_superuser(self) -> None:
        self.walk(Account.objects.create_superuser("olga"))

    def test_an_owner(self) -> None:
        self.walk(account("olga", Role.OWNER))

    def test_an_admin(self) -> None:
        self.walk(account("ada", Role.ADMIN))

    def test_a_moderator(self) -> None:
        self.walk(account("mona", Role.MODERATOR))

    def test_support(self) -> None:
        self.walk(account("sue", Role.SUPPORT))

    def test_a_viewer(self) -> None:
        viewer = account("vera")
        viewer.groups.add(Group.objects.get(name=VIEWER))
        self.walk(viewer)


def is_page(response: Any) -> bool:
    """Tell a page from what leads elsewhere, is refused, or is a file to be kept."""
    return bool(response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"))
