"""Every page asks the database few questions, whoever looks: the walk counts them."""

import re
from typing import Any

from django.contrib.auth.models import User as Account
from django.db import connection
from django.test import Client, TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from botcore.access.roles import Role
from botcore.errors.kinds import GroupState
from botcore.models import Chat, User
from tests.database.access import account
from tests.database.dashboard import doors
from tests.database.dashboard.data import for_pages, person, private, update
from tests.database.dashboard.one_of_each import one_of_each
from tests.database.dashboard.test_every_door import PAGES
from tests.database.errors import error, occurrence

MOST = 12
# They ask nothing: PostgreSQL's begin, end and limits of a transaction.
CONTROL = ("SAVEPOINT", "RELEASE SAVEPOINT", "BEGIN", "COMMIT", "SELECT set_config")


@for_pages
class FewQueriesTests(TestCase):
    """All pages with a row of everything; what a process keeps, such as its settings, has been read before."""

    def walk(self, visitor: Account) -> None:
        """Open each page twice, and fail for one that asks too much the second time."""
        rows = one_of_each(visitor) | {Account: visitor}
        chat, client, seen = private(User.objects.get()).pk, Client(), 0
        client.force_login(visitor)
        group = Chat.objects.get(type="supergroup")
        update(chat_id=group.pk, error_group="ab12")
        addresses = [doors.page(name, rows, chat) for name in PAGES]
        for address in [*addresses, reverse("dashboard:chat", args=[group.pk]), "/jobs/roll_up/"]:
            with self.subTest(address):
                if is_page(client.get(address)):
                    seen += 1
                    self.count(client, address)
        self.assertGreater(seen, 30)

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

    def test_an_error_with_its_update_asks_for_this_and_who_may_read_it_too(self) -> None:
        visitor, client = account("ada", Role.ADMIN), Client()
        client.force_login(visitor)
        group = error(assignee=visitor)
        occurrence(group, update_pk=update(user_id=person(1, "Alice").pk).pk, user_id=1, chat_id=1)
        self.count(client, f"/errors/{group.pk}/", most=MOST + 2)

    def test_a_superuser(self) -> None:
        self.walk(Account.objects.create_superuser("olga"))

    def test_staff_whose_rights_come_from_a_group(self) -> None:
        self.walk(account("ada", Role.ADMIN))


def is_page(response: Any) -> bool:
    """Tell a page from what leads elsewhere, is refused, or is a file to be kept."""
    return bool(response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"))
