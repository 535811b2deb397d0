"""Talks of people with a role: on every page they are for those with a higher role only, and one's own."""

from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Login
from django.test import Client, TestCase
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.access.roles import Role
from botcore.exports.selectors import stream_export
from botcore.models import Conversation, OutgoingMessage, PersonNote, State, User
from botcore.people.privacy import by_account, by_person
from tests.database.access import account
from tests.database.dashboard.data import failed_attempt, for_pages, message, outgoing, person, private, update
from tests.database.errors import error, occurrence

ALICE, BOB, CHARLIE = 1, 2, 3  # an owner, by TELEGRAM_ADMIN_IDS; a moderator; a member
ASKED, TOLD = "What did the admins do", "The key is hunter"


def link(login: Login, user_id: int) -> None:
    """Let a staff account be somebody's in Telegram."""
    StaffLink.objects.create(account=login, user_id=user_id, at=timezone.now())


@for_pages
class PrivacyTests(TestCase):
    """Support, a moderator and an owner look at what was said to Alice."""

    def setUp(self) -> None:
        self.update = update(raw=f'{{"message": {{"text": "{ASKED}"}}}}', error=f"ValueError: {ASKED}", user_id=ALICE)
        self.message = outgoing(
            chat_id=ALICE, payload=f'{{"text": "{TOLD}"}}', update=self.update, error=f"can't parse: {TOLD}"
        )
        for number, name in {ALICE: "Alice", BOB: "Bob", CHARLIE: "Charlie"}.items():
            private(person(number, name))
        self.pages = [
            f"/people/{ALICE}/",
            f"/chats/{ALICE}/",
            "/outbox/",
            f"/outbox/{self.message.pk}/",
            f"/updates/{self.update.pk}/",
        ]

    def visitor(self, role: Role, name: str = "") -> Client:
        """Log somebody with a role in."""
        client = Client()
        client.force_login(account(name or role.name.lower(), role))
        return client

    def text(self, client: Client, address: str) -> str:
        """Return a page's source."""
        response = client.get(address)
        self.assertEqual(response.status_code, 200, address)
        return str(response.content.decode())

    def test_what_was_said_to_a_higher_role_is_shown_nowhere(self) -> None:
        for role in (Role.SUPPORT, Role.MODERATOR, Role.ADMIN):
            client = self.visitor(role)
            for address in self.pages:
                with self.subTest(address, role=role.name):
                    page = self.text(client, address)
                    self.assertIn("your role or a higher one", page)
                    self.assertNotIn(TOLD, page)
                    self.assertNotIn(ASKED, page)

    def test_owners_see_all_of_it(self) -> None:
        client = self.visitor(Role.OWNER)
        for address in self.pages:
            with self.subTest(address):
                page = self.text(client, address)
                self.assertNotIn("your role or a higher one", page)
                self.assertTrue(TOLD in page or ASKED in page)

    def test_the_same_role_is_closed_too_a_lower_one_and_ones_own_are_open(self) -> None:
        link(account("bob", Role.MODERATOR), BOB)
        outgoing(chat_id=BOB, payload=f'{{"text": "{TOLD}"}}')
        outgoing(chat_id=CHARLIE, payload='{"text": "Hello, Charlie"}')
        self.assertNotIn(TOLD, self.text(self.visitor(Role.MODERATOR), f"/chats/{BOB}/"))
        self.assertIn(TOLD, self.text(self.visitor(Role.ADMIN), f"/chats/{BOB}/"))
        self.assertIn("Hello, Charlie", self.text(self.visitor(Role.SUPPORT), f"/chats/{CHARLIE}/"))
        client = Client()
        client.force_login(Login.objects.get(username="bob"))
        self.assertIn(TOLD, self.text(client, f"/chats/{BOB}/"))

    def test_what_they_wrote_to_the_operators_is_shown_nowhere_too(self) -> None:
        row = message(User.objects.get(pk=ALICE), TOLD)
        pages = ["/feedback/", f"/people/{ALICE}/", "/conversations/"]
        admin, owner = self.visitor(Role.ADMIN), self.visitor(Role.OWNER)
        for address in pages:
            with self.subTest(address):
                self.assertNotIn(TOLD, self.text(admin, address))
        self.assertIn(TOLD, self.text(owner, "/feedback/"))
        exported = [b"".join(stream_export("feedback", "csv", reader=by_account(Login.objects.get(username=name))))
                    for name in ("admin", "owner")]  # fmt: skip
        self.assertEqual([TOLD in part.decode() for part in exported], [False, True])
        change = f"/admin/botcore/feedback/{row.pk}/change/"
        self.assertEqual([client.get(change).status_code for client in (admin, owner)], [302, 200])

    def test_who_may_not_read_a_conversation_does_nothing_in_it(self) -> None:
        page, client = f"/conversations/{ALICE}/", self.visitor(Role.MODERATOR)
        source = self.text(client, page)
        self.assertIn("your role or a higher one", source)
        self.assertNotIn(f'action="{page}', source)
        for way in ("reply", "act"):
            for form in ({"text": "Hi"}, {"action": "note", "note": "Odd"}, {"action": "close"}):
                with self.subTest(way, form=form):
                    self.assertEqual(client.post(f"{page}{way}/", form).status_code, 403)
        self.assertFalse(PersonNote.objects.exists() or Conversation.objects.exists())
        self.assertEqual(OutgoingMessage.objects.count(), 1)
        owner = self.visitor(Role.OWNER)
        self.assertIn(f'action="{page}', self.text(owner, page))
        self.assertRedirects(owner.post(f"{page}act/", {"action": "note", "note": "Kind"}), page)

    def test_djangos_admin_has_no_such_rows(self) -> None:
        for role, status in ((Role.SUPPORT, 302), (Role.OWNER, 200)):
            client = self.visitor(role)
            for table, pk in (("update", self.update.pk), ("outgoingmessage", self.message.pk)):
                with self.subTest(table, role=role.name):
                    page = client.get(f"/admin/botcore/{table}/{pk}/change/")
                    self.assertEqual(page.status_code, status)
                    self.assertEqual(client.get(f"/admin/botcore/{table}/").status_code, 200)

    def test_exports_leave_them_out(self) -> None:
        update(user_id=ALICE, chat_id=None, raw=f'{{"message": {{"text": "{ASKED}"}}}}')
        update(user_id=CHARLIE, raw='{"message": {"text": "Hello"}}')
        admin, owner = account("admin", Role.ADMIN), account("owner", Role.OWNER)
        for kind, words in {"messages": TOLD, "updates": ASKED}.items():
            with self.subTest(kind):
                parts = [
                    b"".join(stream_export(kind, "csv", reader=by_account(one))).decode() for one in (admin, owner)
                ]
                self.assertNotIn(words, parts[0])
                self.assertIn(words, parts[1])
        self.assertIn("Hello", b"".join(stream_export("updates", "csv", reader=by_account(admin))).decode())

    def test_an_error_shows_no_such_update(self) -> None:
        group = error()
        occurrence(group, update_pk=self.update.pk)
        address = f"/errors/{group.pk}/"
        self.assertNotIn(ASKED, self.text(self.visitor(Role.MODERATOR), address))
        self.assertIn(ASKED, self.text(self.visitor(Role.OWNER), address))

    def test_a_moderator_reads_members_and_groups(self) -> None:
        reader = by_account(account("mod", Role.MODERATOR))
        self.assertFalse(reader.may_read(ALICE))
        self.assertTrue(reader.may_read(CHARLIE))
        self.assertTrue(reader.may_read(-5, ALICE), "a group is open")
        self.assertFalse(reader.may_read(None, ALICE), "an inline query is its sender's")

    def test_whoever_is_nobody_reads_nothing(self) -> None:
        for reader in (by_account(None), by_account(account("nobody")), by_person(CHARLIE)):
            for chat in (ALICE, CHARLIE, -5):
                self.assertFalse(reader.may_read(chat))
            self.assertEqual(reader.open_rows(OutgoingMessage.objects.all()).count(), 0)

    def test_a_viewer_sees_rows_and_no_words_anywhere(self) -> None:
        said = update(user_id=CHARLIE, raw=f'{{"message": {{"text": "{ASKED}"}}}}', error=f"ValueError: {ASKED}",
                      state=State.DEAD)  # fmt: skip
        failed_attempt(said, 1, error=f"KeyError: {ASKED}")
        told = outgoing(chat_id=CHARLIE, payload=f'{{"text": "{TOLD}"}}', update=said, error=f"no {TOLD}")
        told_us = message(User.objects.get(pk=CHARLIE), ASKED)
        client = self.visitor(Role.MEMBER, "viewer")
        Login.objects.get(username="viewer").groups.add(Group.objects.get(name="viewer"))
        change = "/admin/botcore/{}/{}/change/"
        pages = [
            "/", "/updates/", f"/updates/{said.pk}/", "/people/", f"/people/{CHARLIE}/", f"/chats/{CHARLIE}/",
            "/outbox/", f"/outbox/{told.pk}/", "/feedback/", "/events/", "/monitoring/", "/broadcasts/", "/alerts/",
            "/jobs/", "/account/", "/admin/", "/admin/botcore/update/", "/admin/botcore/outgoingmessage/",
            "/admin/botcore/feedback/", change.format("update", said.pk), change.format("outgoingmessage", told.pk),
            change.format("feedback", told_us.pk), f"/admin/botcore/feedback/{told_us.pk}/history/",
        ]  # fmt: skip
        for address in pages:
            with self.subTest(address):
                page = self.text(client, address)
                self.assertNotIn(TOLD, page)
                self.assertNotIn(ASKED, page)
        for address in (
            f"/updates/{said.pk}/",
            f"/outbox/{told.pk}/",
            "/feedback/",
            f"/chats/{CHARLIE}/",
            *pages[-4:-1],
        ):
            self.assertIn("Not shown: your account may not read what people write.", self.text(client, address))
        Login.objects.get(username="viewer").user_permissions.add(Permission.objects.get(codename="export_data"))
        for kind in ("updates", "messages", "feedback"):
            self.assertEqual(client.get(f"/exports/{kind}.csv").status_code, 403)
        self.assertEqual(client.get("/exports/people.csv").status_code, 200)
        for role in (Role.SUPPORT, Role.ADMIN):
            self.assertIn(ASKED, self.text(self.visitor(role), f"/chats/{CHARLIE}/"))
