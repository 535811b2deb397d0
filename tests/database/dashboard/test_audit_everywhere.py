"""Whatever an operator changes on the pages or in the admin leaves an entry that says who, from where and by what."""

import inspect
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.auth.models import User as Login
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from botcore.admin.audited import Audited
from botcore.audit.services import record
from botcore.audit.verify import verify
from botcore.models import (
    AllowedChat,
    AuditEntry,
    Broadcast,
    Chat,
    Condition,
    ErrorGroup,
    Event,
    Feedback,
    Job,
    OutgoingMessage,
    PersonTag,
    Restriction,
    RoleGrant,
    RuntimeSetting,
    Update,
    User,
)
from botcore.paging import SIZE
from dashboard import urls
from tests.database.audit import unsealed
from tests.database.dashboard import deeds as of_pages
from tests.database.dashboard.admin_deeds import ACTIONS
from tests.database.dashboard.data import PageTestCase, event, group, message, person, staff
from tests.database.dashboard.deeds import LOGINS
from tests.database.dashboard.page_deeds import MORE, MORE_ALWAYS, PAGES_ONLY
from tests.database.dashboard.prepared import Deed, Prepared

IP, REQUEST = "10.1.2.3", "deed-1"
DONE = {200, 302}
PAGES, ALWAYS = of_pages.PAGES | MORE | PAGES_ONLY, of_pages.ALWAYS | MORE_ALWAYS
TABLES = (
    Broadcast, RuntimeSetting, Condition, ErrorGroup, Job, Feedback, Update, OutgoingMessage, Chat, PersonTag, User,
    RoleGrant, Restriction, AllowedChat,
)  # fmt: skip


class AuditedCase(PageTestCase):
    """Alice's browser, and the entries since she came."""

    def setUp(self) -> None:
        super().setUp()
        self.client = Client(REMOTE_ADDR=IP, headers={"X-Request-ID": REQUEST})
        self.client.force_login(self.alice)
        self.since()

    def since(self) -> list[AuditEntry]:
        """Return the entries since it was asked last, oldest first."""
        known = getattr(self, "known", 0)
        rows = list(AuditEntry.objects.filter(pk__gt=known).order_by("pk"))
        self.known = rows[-1].pk if rows else known
        return rows

    def assert_entry(self, action: str, target: str, channel: str = "web") -> AuditEntry:
        """Fail unless there is one new entry, of Alice; return it."""
        rows = self.since()
        self.assertEqual([(row.action, row.target) for row in rows], [(action, target)])
        (row,) = rows
        self.assertEqual((row.actor, row.channel, row.ip, row.request_id), ("alice", channel, IP, REQUEST))
        return row


class PageDeedTests(AuditedCase):
    """The dashboard."""

    def test_every_page_is_known_and_those_without_deeds_take_no_forms(self) -> None:
        doing = PAGES.keys() | ALWAYS.keys() | LOGINS
        views = {str(pattern.name): inspect.unwrap(pattern.callback) for pattern in urls.urlpatterns}
        self.assertEqual(doing - views.keys(), set())
        unknown = [name for name, view in views.items() if name not in doing and "POST" in inspect.getsource(view)]
        self.assertEqual(unknown, [], "write down in deeds.py what these pages change")

    def test_a_deed_leaves_one_entry_and_what_changes_nothing_leaves_none(self) -> None:
        for name, deeds in PAGES.items():
            for number, deed in enumerate(deeds):
                with self.subTest(name, number=number, action=deed.action):
                    self.reset()
                    prepared = deed.prepare()
                    self.since()
                    self.look(name, deed, prepared)
                    self.send(name, deed, prepared, prepared.form)
                    self.assert_entry(deed.action, prepared.target)
                    refused = (name, deed.action) == ("outbox_bulk", "outbox.retry")  # it asks first, and says why not
                    self.send(name, deed, prepared, prepared.idle or prepared.form, {400} if refused else DONE)
                    self.assertEqual(self.since(), [])
        self.assertIsNone(verify().broken)

    def test_what_is_a_change_each_time_leaves_an_entry_each_time(self) -> None:
        for name, deed in ALWAYS.items():
            for _ in range(2):
                prepared = deed.prepare()
                self.send(name, deed, prepared, prepared.form)
                self.assert_entry(deed.action, prepared.target)

    def test_who_may_not_leaves_no_entry(self) -> None:
        self.client.force_login(staff("bob"))
        for name, deeds in PAGES.items():
            with self.subTest(name):
                self.reset()
                prepared = deeds[0].prepare()
                self.since()
                self.assertEqual(self.client.post(deeds[0].address(name, prepared), prepared.form).status_code, 403)
                self.assertEqual(self.since(), [])

    def reset(self) -> None:
        """Let the next deed find nothing of the one before."""
        for table in TABLES:
            table.objects.all().delete()

    def look(self, name: str, deed: Deed, prepared: Prepared) -> None:
        """Open the form's address as somebody who comes back from the login page."""
        self.client.get(deed.address(name, prepared))
        self.assertEqual(self.since(), [])

    def send(self, name: str, deed: Deed, prepared: Prepared, form: Any, statuses: Collection[int] = DONE) -> None:
        """Send a form."""
        self.assertIn(self.client.post(deed.address(name, prepared), form).status_code, statuses, name)


class AdminDeedTests(AuditedCase):
    """Django's admin."""

    def test_every_page_of_the_admin_writes_entries(self) -> None:
        silent = [model for model, page in admin.site._registry.items() if not isinstance(page, Audited)]
        self.assertEqual(silent, [])

    def test_every_action_is_known(self) -> None:
        found = {(model, action) for model, page in admin.site._registry.items() for action in page.actions or ()}
        self.assertEqual(found, ACTIONS.keys())

    def test_an_action_leaves_an_entry_for_each_row_and_none_where_nothing_changed(self) -> None:
        group(-5, "Gardeners")
        for (model, action), (written, kind, make) in ACTIONS.items():
            with self.subTest(model.__name__, action=action):
                row = make()
                self.since()
                address = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
                form = {"action": action, "_selected_action": [row.pk]}
                self.client.post(address, form)
                self.assert_entry(written, f"{kind}:{row.name if isinstance(row, Job) else row.pk}", "admin")
                if action != "mute":  # until an hour from now is another time each time
                    self.client.post(address, form)
                    self.assertEqual(self.since(), [])

    def test_a_form_that_is_saved_leaves_what_was_and_what_is(self) -> None:
        alice = person(1, "Alice", language="en", messages_on=True)
        address = reverse("admin:botcore_user_change", args=[alice.pk])
        self.client.post(address, {"language": "ru", "messages_on": "on"})
        row = self.assert_entry("admin.change", "person:1", "admin")
        self.assertEqual((row.before, row.after), ('{"language": "en"}', '{"language": "ru"}'))
        self.client.post(address, {"language": "ru", "messages_on": "on"})
        self.client.post(address, {"language": "x" * 99, "messages_on": "on"})
        self.assertEqual(self.since(), [])
        self.assertEqual(User.objects.get().language, "ru")

    def test_feedback_is_marked_as_read_by_its_form(self) -> None:
        told = message(person(1, "Alice"), "Hello, my number is 5551234")
        form = {"read_at_0": "2026-01-02", "read_at_1": "03:04:05"}
        self.client.post(reverse("admin:botcore_feedback_change", args=[told.pk]), form)
        row = self.assert_entry("admin.change", f"feedback:{told.pk}", "admin")
        self.assertIn("2026-01-02 03:04:05", row.after)
        self.client.post(reverse("admin:botcore_feedback_delete", args=[told.pk]), {"post": "yes"})
        row = self.assert_entry("admin.delete", f"feedback:{told.pk}", "admin")
        self.assertNotIn("5551234", row.before + row.after)
        self.assertFalse(Feedback.objects.exists())

    def test_rows_that_are_deleted_from_a_list_are_one_entry(self) -> None:
        rows = [event("one"), event("two")]
        self.delete_chosen(*rows)
        row = self.assert_entry("admin.delete", "event:selected", "admin")
        self.assertIn('"count": 2', row.before)
        self.assertIn(f"event:{rows[0].pk}", row.before)
        self.assertFalse(Event.objects.exists())
        alone = event("three")
        self.delete_chosen(alone)
        self.assert_entry("admin.delete", f"event:{alone.pk}", "admin")

    def delete_chosen(self, *rows: Event) -> None:
        """Delete events as the list does, after asking."""
        form = {"action": "delete_selected", "_selected_action": [row.pk for row in rows]}
        self.client.post(reverse("admin:botcore_event_changelist"), form)
        self.assertEqual(self.since(), [])
        self.client.post(reverse("admin:botcore_event_changelist"), form | {"post": "yes"})

    def test_accounts_and_groups_leave_entries_and_never_a_password(self) -> None:
        passwords = {"usable_password": "true", "password1": "long-enough-7", "password2": "long-enough-7"}
        self.client.post(reverse("admin:auth_user_add"), {"username": "carol", **passwords})
        self.assert_entry("admin.add", "account:carol", "admin")
        carol = Login.objects.get(username="carol")
        self.client.post(reverse("admin:auth_group_add"), {"name": "gardeners"})
        self.assert_entry("admin.add", "group:gardeners", "admin")
        form = {
            "username": "carol",
            "is_active": "on",
            "is_staff": "on",
            "groups": [Group.objects.get(name="gardeners").pk],
        }
        times = {"date_joined_0": f"{carol.date_joined:%Y-%m-%d}", "date_joined_1": f"{carol.date_joined:%H:%M:%S}"}
        joined = times | {f"initial-{name}": value for name, value in times.items()}
        self.client.post(reverse("admin:auth_user_change", args=[carol.pk]), form | joined)
        row = self.assert_entry("admin.change", "account:carol", "admin")
        self.assertEqual(row.before, '{"groups": [], "is_staff": false}')
        self.assertEqual(row.after, '{"groups": ["gardeners"], "is_staff": true}')
        passwords = {"usable_password": "true", "password1": "another-long-8", "password2": "another-long-8"}
        self.client.post(reverse("admin:auth_user_password_change", args=[carol.pk]), passwords)
        self.assert_entry("admin.change", "account:carol", "admin")
        self.client.post(reverse("admin:auth_user_delete", args=[carol.pk]), {"post": "yes"})
        self.assert_entry("admin.delete", "account:carol", "admin")
        self.assert_no_words("long-enough-7", "another-long-8", "md5$")

    def assert_no_words(self, *words: str) -> None:
        """Fail if any of these stands in the audit."""
        for row in AuditEntry.objects.values_list("target", "before", "after"):
            self.assertFalse([word for word in words if word in " ".join(row)])


class LoginEntryTests(AuditedCase):
    """Coming and going."""

    def log_in(self, password: str, address: str = "/login/", name: str = "alice") -> None:
        """Send a form of a stranger."""
        form = {"username": name, "password": password}
        Client(REMOTE_ADDR=IP, headers={"X-Request-ID": REQUEST}).post(address, form)

    def test_logging_in_and_out_leave_entries_and_the_admin_has_no_door_of_its_own(self) -> None:
        self.log_in("alice-password")
        self.assert_entry("account.login", "account:alice")
        self.log_in("alice-password", "/admin/login/")
        self.assertEqual(self.since(), [])
        self.client.post("/logout/")
        self.assert_entry("account.logout", "account:alice")
        self.client.post("/logout/")
        self.assertEqual(self.since(), [])

    def test_a_login_that_fails_leaves_the_name_that_was_typed_and_nothing_else(self) -> None:
        self.log_in("guessed-it")
        (row,) = self.since()
        self.assertEqual((row.action, row.target, row.actor), ("account.login_failed", "account:alice", ""))
        self.assertEqual((row.channel, row.ip, row.request_id, row.before, row.after), ("web", IP, REQUEST, "", ""))

    @override_settings(AXES_FAILURE_LIMIT=3)
    def test_a_flood_of_failures_is_one_entry_also_while_it_is_locked_out(self) -> None:
        for number in range(8):
            self.log_in(f"guess {number}")
        self.assertEqual([row.action for row in self.since()], ["account.login_failed"])


class AuditPageTests(AuditedCase):
    """The page that shows it."""

    def setUp(self) -> None:
        super().setUp()
        with unsealed():
            AuditEntry.objects.all().delete()

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        page = self.text("/audit/")
        self.assertIn("Nobody has changed anything yet.", page)
        self.assertIn("verify_audit", page)
        self.assertIn("No entry fits.", self.text("/audit/?actor=zoe"))

    def test_an_entry_says_what_changed_from_what_to_what(self) -> None:
        record("errors.mute", "error:5", before={"state": "<new>"}, after={"state": "muted"}, by="<dora>")
        page = self.text("/audit/")
        self.assertIn("<del>&lt;new&gt;</del>", page)
        self.assertIn("<ins>muted</ins>", page)
        self.assertIn("&lt;dora&gt;", page)
        self.assertIn("target=error%3A5", page)
        self.assertIn('href="/audit/" aria-current="page"', page)

    def test_long_words_break_behind_a_dot_or_a_colon_and_times_are_times(self) -> None:
        until = timezone.now() + timedelta(hours=2)
        record("access.disallowed", "setting:<b>.days", after={"until": until}, by=" (Telegram 4)")
        page = self.text("/audit/")
        self.assertIn(">access.<wbr>disallowed<wbr></a>", page)
        self.assertIn(">setting:<wbr>&lt;b&gt;.<wbr>days<wbr></a>", page)
        self.assertRegex(page, r"<ins><time [^>]*>in 1 h</time></ins>")
        self.assertIn(">Telegram 4</a>", page)

    def test_filters_stay_in_the_address_from_page_to_page(self) -> None:
        for number in range(SIZE + 10):
            record("errors.mute", f"error:{number}", by="dora")
            record("errors.note", "error:1", by="erin")
        page = self.text("/audit/?actor=dora&action=errors")
        self.assertEqual(page.count('<tr id="entry-'), SIZE)
        self.assertNotIn("erin", page)
        older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
        self.assertIn("actor=dora", older)
        self.assertIn("action=errors", older)
        rest = self.text(f"/audit/{older}")
        self.assertEqual(rest.count('<tr id="entry-'), 10)
        self.assertNotIn("hx-get", rest)
        self.assertIn('name="actor" class="short" value="dora"', rest)

    def test_nonsense_in_the_address_is_refused_or_finds_nothing(self) -> None:
        for query in ("?channel=pigeon", "?cursor=before.x", "?cursor=%00"):
            self.assertIn("This address is not understood", self.text(f"/audit/{query}", 400))
        for query in ("?actor=%00", f"?target={'x' * 5000}", "?action=%25"):
            self.text(f"/audit/{query}")

    def test_an_open_page_gets_what_is_new(self) -> None:
        polled = self.text("/audit/").partition('hx-get="')[2].partition('"')[0].replace("&amp;", "&")
        self.assertEqual(self.poll(f"/audit/{polled}").status_code, 204)
        record("errors.mute", "error:5", by="dora")
        self.assertIn("error:5", self.poll(f"/audit/{polled}").content.decode())

    def test_it_is_in_the_menu_of_those_who_may_see_it(self) -> None:
        self.client.force_login(staff("bob", "view_event"))
        self.assertNotIn('href="/audit/"', self.text("/events/"))
        self.client.force_login(staff("charlie", "view_event", "view_auditentry"))
        self.assertIn('href="/audit/"', self.text("/events/"))
        self.assertEqual(self.client.get("/audit/").status_code, 200)
