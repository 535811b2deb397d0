"""The walk: every address of the web, by everybody, to look and to send; and ids that are only guessed."""

from collections.abc import Iterator
from typing import Any
from unittest import skipIf
from unittest.mock import patch

from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Login
from django.db.models import Model
from django.test import Client, TestCase
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from botcore.access.roles import Role
from botcore.access.selectors import account_role
from tests.database.access import account
from tests.database.dashboard import doors
from tests.database.dashboard.any_row import one
from tests.database.dashboard.data import for_pages, outgoing, person, private, update
from tests.environment import SERVER

RANKS = {"s": Role.SUPPORT, "m": Role.MODERATOR, "a": Role.ADMIN, "o": Role.OWNER}
CAROL = 777_001
PARTS = ("changelist", "add", "history", "delete", "change")


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """Yield the names of all addresses; of those without a name their pattern."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, space + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            yield space + (entry.name or str(entry.pattern))


def by_name(table: dict[str, str]) -> dict[str, str]:
    """Return who gets in for each name."""
    return {name: who for who, known in table.items() for name in known.split()}


def label(name: str) -> str:
    """Return a table's name as Django's admin has it in its addresses."""
    return name.replace(".", "_") if "." in name else f"botcore_{name}"


def model_of(name: str) -> type[Model]:
    """Return the model that the admin shows under this name."""
    return next(model for model in admin.site._registry if model._meta.label_lower in {name, f"botcore.{name}"})


PAGES, TABLES = by_name(doors.PAGES), by_name(doors.TABLES)


@skipIf(SERVER, "who may open what is no matter of the database, and the walk is long: the SQLite run takes it")
@for_pages
class EveryDoorTests(TestCase):
    """One test for each who walks; each has all rows."""

    def setUp(self) -> None:
        """Have a row of everything."""
        for model in admin.site._registry:
            one(model)
        self.rows = {model: one(model) for model in admin.site._registry}
        self.chat = private(person(CAROL, "Carol")).pk

    def may(self, who: str, visitor: Login | None) -> bool:
        """Tell what the table says of a visitor."""
        if visitor is None or not who:
            return False
        if who == "*":
            return True
        role = account_role(visitor.pk)
        is_viewer = visitor.groups.filter(name="viewer").exists()
        return any((is_viewer and letter == "v") or (letter in RANKS and role >= RANKS[letter]) for letter in who)

    def walk(self, visitor: Login | None, *, draws: bool = False) -> None:
        """Go to every address, to look and to send an empty form.

        Who gets in is decided before a page is drawn, which takes most of the time: one visitor has them drawn.
        """
        if not draws:
            self.enterContext(patch("django.template.backends.django.Template.render", return_value=""))
        client = Client(raise_request_exception=False)
        if visitor:
            client.force_login(visitor)
        for method, address, who in self.ways():
            with self.subTest(address, method=method, who=who):
                ask = client.post if method == "post" else client.get
                self.check(ask(address), self.may(who, visitor), visitor)

    def ways(self) -> Iterator[tuple[str, str, str]]:
        """Yield what is asked, where, and who gets in."""
        for address, who in [*self.pages(), *self.admin_pages()]:
            yield "get", address, who
            yield "post", address, who
        for name, who in TABLES.items():
            yield "get", self.of_row(name, "change"), who
            yield "get", self.of_row(name, "history"), who
            yield "post", self.of_row(name, "change"), doors.CHANGES.get(name, "")

    def check(self, response: Any, may: bool, visitor: Login | None) -> None:  # noqa: FBT001
        """Fail unless it is the answer that the table says."""
        self.assertLess(response.status_code, 500)
        location = response.headers.get("Location", "")
        is_sent_away = location.startswith(("/login/?next=", "/admin/login/"))
        if may:
            self.assertNotIn(response.status_code, {401, 403})
            self.assertFalse(is_sent_away)
        elif visitor is None:
            self.assertTrue(is_sent_away, f"{response.status_code} {location}")
        else:
            self.assertIn(response.status_code, {403, 405})

    def pages(self) -> Iterator[tuple[str, str]]:
        """Yield the dashboard's addresses with who gets in."""
        for name, who in PAGES.items():
            yield doors.page(name, self.rows, self.chat), who

    def admin_pages(self) -> Iterator[tuple[str, str]]:
        """Yield the admin's addresses to look at."""
        for name, who in doors.ADMIN.items():
            yield reverse(f"admin:{name}", args=(1, 1) if name == "view_on_site" else ()), who
        for name, who in TABLES.items():
            yield reverse(f"admin:{label(name)}_changelist"), who
            yield reverse(f"admin:{label(name)}_add"), doors.ADDS.get(name, "")
            yield self.of_row(name, "delete"), doors.DELETES.get(name, "")
        yield reverse("admin:auth_user_password_change", args=[one(Login).pk]), "o"

    def of_row(self, name: str, part: str) -> str:
        """Return an address of a table's row in the admin."""
        return reverse(f"admin:{label(name)}_{part}", args=[self.rows[model_of(name)].pk])

    def test_a_stranger(self) -> None:
        self.walk(None)

    def test_staff_without_a_role(self) -> None:
        self.walk(account("nobody"))

    def test_a_viewer(self) -> None:
        viewer = account("viewer")
        viewer.groups.add(Group.objects.get(name="viewer"))
        self.walk(viewer)

    def test_support(self) -> None:
        self.walk(account("sam", Role.SUPPORT))

    def test_a_moderator(self) -> None:
        self.walk(account("mona", Role.MODERATOR), draws=True)

    def test_an_admin(self) -> None:
        self.walk(account("ada", Role.ADMIN))

    def test_an_owner(self) -> None:
        self.walk(account("olga", Role.OWNER))

    def test_what_is_open_answers_strangers_and_status_asks_who_it_is(self) -> None:
        for name in doors.OPEN:
            address = reverse(name if name == "webhook" else f"dashboard:{name}",
                              args=["nothing"] if name == "login_link" else [])  # fmt: skip
            for method in ("get", "post"):
                with self.subTest(name, method=method):
                    response = getattr(Client(), method)(address)
                    self.assertLess(response.status_code, 500)
                    self.assertFalse(response.headers.get("Location", "").startswith("/login/?next="))
        self.assertEqual(Client().get("/statusz").status_code, 401)
        for letter, role in RANKS.items():
            client = Client()
            client.force_login(account(letter, role))
            self.assertEqual(client.get("/statusz").status_code, 200)

    def test_the_admins_pages_of_apps(self) -> None:
        for app, who in doors.ADMIN_APPS.items():
            for letter, role in {"": Role.MEMBER, **RANKS}.items():
                visitor = account(f"{app}-{letter}", role)
                client = Client()
                client.force_login(visitor)
                found = client.get(reverse("admin:app_list", args=[app])).status_code
                self.assertEqual(found, 200 if self.may(who, visitor) else 404, (app, letter))

    def test_every_address_stands_in_the_table(self) -> None:
        known = {f"dashboard:{name}" for name in (*PAGES, *doors.OPEN, *doors.STATUS)} - {"dashboard:webhook"}
        known |= {f"admin:{label(name)}_{part}" for name in TABLES for part in PARTS}
        known |= {
            f"admin:{name}" for name in (*doors.ADMIN, *doors.ADMIN_OPEN, "app_list", "auth_user_password_change")
        }
        known |= {"webhook", "telegram/webhook", "admin/login/", "admin/password_change/"}
        known |= {"admin:<path:object_id>/", "admin:(?P<url>.*)$"}  # lead to the page of a row; find nothing
        self.assertEqual(set(names(get_resolver())), known)


@for_pages
class GuessedTests(TestCase):
    """Ids of what is somebody else's."""

    def setUp(self) -> None:
        """Log a moderator in."""
        self.client.force_login(account("mona", Role.MODERATOR))

    def test_closed_talks_are_found_nowhere_by_their_ids(self) -> None:
        private(person(1, "Alice"))  # an owner
        asked = update(user_id=1, raw='{"message": {"text": "hunter2"}}', error="hunter2")
        told = outgoing(chat_id=1, payload='{"text": "hunter2"}', update=asked)
        for address in (
            "/chats/1/", "/people/1/", f"/updates/{asked.pk}/", f"/outbox/{told.pk}/", f"/outbox/{told.pk}/retry/",
            f"/outbox/{told.pk}/cancel/", "/outbox/?chat=1", f"/admin/botcore/update/{asked.pk}/change/",
            f"/admin/botcore/outgoingmessage/{told.pk}/change/", f"/admin/botcore/update/{asked.pk}/history/",
        ):  # fmt: skip
            with self.subTest(address):
                self.assertNotIn(b"hunter2", self.client.get(address, follow=True).content)

    def test_ids_that_there_are_not_find_nothing_and_break_nothing(self) -> None:
        for address in ("/updates/{}/", "/outbox/{}/", "/people/{}/", "/errors/{}/", "/broadcasts/{}/", "/chats/{}/",
                        "/accounts/{}/reset/", "/jobs/{}/", "/admin/botcore/update/{}/change/"):  # fmt: skip
            for guess in ("0", "-1", "999999999", "9" * 30, "1e3", "1%00", "..%2f..", "%F0%9F%98%80"):
                with self.subTest(address, guess=guess):
                    response = self.client.get(address.format(guess))
                    self.assertIn(response.status_code, {302, 403, 404})
