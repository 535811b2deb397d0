"""Who sees which page: every address is walked by strangers, by staff without permission and by staff with it."""

from django.contrib.auth.models import User as Login
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from botcore.conversations import replies
from botcore.models import Broadcast, Job, OutgoingState
from botcore.people import segments
from dashboard import urls
from tests.database.dashboard.data import PageTestCase, message, outgoing, person, private, staff, update
from tests.database.errors import error

OPEN = {
    "login",
    "login_code",
    "login_link",
    "login_once",
    "logout",
    "favicon",
    "healthz",
    "readyz",
    "statusz",
    "metrics",
}
OPEN |= {"csp_report"}
NEEDS = {
    "overview": "view_update",
    "updates": "view_update",
    "update": "view_update",
    "conversations": "view_conversation",
    "conversation": "view_conversation",
    "conversations_bulk": "view_conversation change_conversation",
    "conversation_reply": "view_conversation change_conversation read_messages",
    "conversation_act": "view_conversation change_conversation read_messages",
    "quick_replies": "view_quickreply change_quickreply",
    "quick_reply": "view_quickreply change_quickreply",
    "people": "view_user",
    "growth": "view_user",
    "usage": "view_user",
    "sources": "view_user",
    "funnels": "view_user",
    "funnel_add": "view_user change_runtimesetting",
    "funnel_remove": "view_user change_runtimesetting",
    "answers": "view_user",
    "person": "view_user",
    "segments": "view_user",
    "segment": "view_user",
    "segment_new": "view_user change_user",
    "segment_change": "view_user change_user",
    "tags_import": "view_user change_user",
    "tags_file": "view_user change_user",
    "person_grant": "view_user grant_role",
    "person_revoke": "view_user grant_role",
    "person_restrict": "view_user restrict_user",
    "person_lift": "view_user restrict_user",
    "person_list": "view_user allow_chat",
    "person_tag": "view_user change_user",
    "person_untag": "view_user change_user",
    "person_note": "view_user change_user read_messages",
    "person_unnote": "view_user change_user read_messages",
    "person_attribute": "view_user change_user read_messages",
    "person_unattribute": "view_user change_user read_messages",
    "person_write": "view_user add_outgoingmessage",
    "person_data": "view_user erase_person",
    "person_erase": "view_user erase_person",
    "person_archive": "view_user erase_person export_data read_messages",
    "person_takeout": "view_user erase_person export_data read_messages",
    "access": "view_restriction",
    "access_allow": "view_restriction allow_chat",
    "access_disallow": "view_restriction allow_chat",
    "chats": "view_chat",
    "chat": "view_chat",
    "outbox": "view_outgoingmessage",
    "outgoing": "view_outgoingmessage",
    "outgoing_cancel": "resend_outgoingmessage",
    "outgoing_retry": "resend_outgoingmessage",
    "outgoing_edit": "view_outgoingmessage amend_outgoingmessage read_messages",
    "outgoing_delete": "view_outgoingmessage amend_outgoingmessage read_messages",
    "media_in": "view_update read_messages",
    "media_out": "view_outgoingmessage read_messages",
    "broadcasts": "view_broadcast",
    "broadcast": "view_broadcast",
    "broadcast_new": "change_broadcast",
    "broadcast_edit": "view_broadcast change_broadcast read_messages",
    "broadcast_amend": "view_broadcast change_broadcast read_messages",
    "broadcast_files": "view_broadcast change_broadcast",
    "broadcast_audience": "view_broadcast change_broadcast",
    "broadcast_delivery": "view_broadcast change_broadcast",
    "broadcast_start": "view_broadcast change_broadcast",
    "broadcast_cancel": "view_broadcast change_broadcast",
    "broadcast_act": "change_broadcast",
    "feedback": "view_feedback",
    "read": "change_feedback",
    "answer": "change_feedback",
    "events": "view_event",
    "export": "view_event export_data",
    "audit": "view_auditentry",
    "monitoring": "view_heartbeat",
    "errors": "view_errorgroup",
    "error": "view_errorgroup",
    "error_act": "view_errorgroup triage_errorgroup",
    "error_split": "view_errorgroup triage_errorgroup",
    "errors_bulk": "view_errorgroup triage_errorgroup",
    "updates_bulk": "view_update replay_update",
    "people_bulk": "view_user change_user",
    "outbox_bulk": "view_outgoingmessage resend_outgoingmessage",
    "feedback_bulk": "view_feedback change_feedback",
    "view_save": "view_update",  # of the list that it is for
    "view_change": "view_update",
    "view_columns": "view_update",
    "replay": "replay_update",
    "replay_one": "replay_update",
    "settings": "view_runtimesetting",
    "setting": "view_runtimesetting",
    "setting_change": "change_runtimesetting",
    "setting_reset": "change_runtimesetting",
    "logs": "view_runtimesetting",
    "intake": "view_runtimesetting",
    "commands": "view_runtimesetting",
    "texts": "view_runtimesetting",
    "log_level": "change_runtimesetting",
    "log_level_back": "change_runtimesetting",
    "jobs": "view_job",
    "job": "view_job",
    "job_act": "change_job",
    "retention": "view_runtimesetting",
    "restart": "restart_bot",
    "retention_change": "change_runtimesetting",
    "account": "",  # of everyone of the staff
    "account_link": "",
    "account_unlink": "",
    "find": "",
    "theme": "",
    "language": "",
    "account_password": "",
    "account_session_end": "",
    "account_sessions_end": "",
    "account_factor": "",
    "account_factor_begin": "",
    "account_factor_confirm": "",
    "account_factor_off": "",
    "account_codes": "",
    "account_browsers_forget": "",
    "accounts": "manage_accounts",
    "account_reset": "manage_accounts",
    "account_log_out": "manage_accounts",
    "alerts": "view_alert",
    "maintenance": "add_alert",
    "alert_test": "add_alert",
    "condition_act": "add_alert",
}
PERSON_FORMS: dict[str, dict[str, str]] = {
    "person_grant": {"role": "support"},
    "person_revoke": {},
    "person_restrict": {"kind": "muted", "for": "1h"},
    "person_lift": {},
    "person_list": {"on": "yes"},
    "person_tag": {"name": "vip"},
    "person_untag": {"name": "vip"},
    "person_note": {"text": "Hello"},
    "person_unnote": {"note": "1"},
    "person_attribute": {"name": "plan", "value": "pro"},
    "person_unattribute": {"name": "plan"},
    "person_write": {"text": "Hello"},
    "person_erase": {"typed": "3"},
}
TALK_FORMS = {
    "conversation_reply": {"text": "Hello", "answers": "0", "upto": "0"},
    "conversation_act": {"action": "close"},
}
NOTED = ("person_note", "person_unnote", "person_attribute", "person_unattribute")
SEGMENT = {"name": "Guests", "active": "7d"}
FORMS = {
    **PERSON_FORMS,
    **TALK_FORMS,
    "segment_new": SEGMENT,
    "segment_change": {"do": "save", **SEGMENT, "name": "Friends"},
    "tags_file": {"do": "drop"},
    "view_change": {"do": "delete"},
}
# Answer with a page: it shows what no other page may show again, or what is wrong with a code or a password.
SHOW = {"account_link", "account_codes", "account_factor_begin", "account_factor_confirm", "account_factor_off",
        "broadcast_new"}  # fmt: skip
NO_FILE = {"media_in", "media_out"}  # their rows have none, and say so
POSTS = {
    "account_link",
    "account_unlink",
    "account_session_end",
    "account_sessions_end",
    "account_factor_begin",
    "account_factor_confirm",
    "account_factor_off",
    "account_codes",
    "account_browsers_forget",
    "account_log_out",
    "theme",
    "language",
    "broadcast_new",
    "broadcast_act",
    *PERSON_FORMS,
    "segment_new",
    "segment_change",
    "tags_file",
    *TALK_FORMS,
    "access_allow",
    "access_disallow",
    "read",
    "answer",
    "job_act",
    "retention_change",
    "funnel_add",
    "funnel_remove",
    "replay_one",
    "setting_change",
    "setting_reset",
    "log_level",
    "log_level_back",
    "error_act",
    "error_split",
    *(f"{name}_bulk" for name in ("errors", "updates", "people", "outbox", "feedback", "conversations")),
    "view_save",
    "view_change",
    "view_columns",
    "maintenance",
    "alert_test",
    "condition_act",
}
EVERY = {permission for needed in NEEDS.values() for permission in needed.split()}


class AccessTests(PageTestCase):
    """The guard."""

    def setUp(self) -> None:
        super().setUp()
        alice = person(1, "Alice")
        row = update()
        private(alice)
        said = outgoing(payload='{"text": "Secret"}').pk
        problem = error().pk
        Job.objects.create(name="work", schedule="every hour", next_at=timezone.now())
        keys: dict[str, int | str | tuple[str, int | str]] = {
            "job": "work",
            "job_act": "work",
            "condition_act": "job_stale",
            "funnel_remove": 1,
        }
        keys |= dict.fromkeys(("setting", "setting_change", "setting_reset"), "alerts.cap")
        keys["export"] = ("events", "csv")
        news = Broadcast.objects.create(bot_id=1, payload="{}", created_by="bob", created_at=timezone.now()).pk
        parts = ("", "_edit", "_amend", "_files", "_audience", "_delivery", "_start", "_cancel", "_act")
        keys |= {f"broadcast{part}": news for part in parts}
        keys |= {"error": problem, "error_act": problem, "error_split": problem}
        keys |= dict.fromkeys(PERSON_FORMS, alice.id)
        private(bob := person(22, "Bob"))  # Alice has a role: test_privacy.py
        keys |= dict.fromkeys((*NOTED, *TALK_FORMS, "conversation"), bob.pk)
        keys["quick_reply"] = replies.save(name="Hello", words="Hello {first_name}", parse_mode="", by="bob")
        regulars = segments.save(name="Regulars", conditions={"tag": "a"}, by="") or 0
        keys |= dict.fromkeys(("segment", "segment_change"), regulars)
        keys["tags_file"] = 1  # somebody else's, or gone
        keys |= {"chat": 1, "outgoing": said, "outgoing_cancel": said, "outgoing_retry": said}
        data = ("person_archive", "person_data", "person_erase", "person_takeout")
        keys |= dict.fromkeys(data, person(3, "Carol").pk)  # no owner
        keys |= {"update": row.pk, "replay_one": row.pk, "person": alice.id, "read": message(alice, "Hello").pk}
        keys |= {"answer": keys["read"], "account_reset": self.alice.pk, "account_log_out": self.alice.pk}
        keys |= {"view_save": "updates", "view_columns": "updates", "view_change": ("updates", 1)}
        told = outgoing(chat_id=2).pk  # to somebody without a role: those are not for everybody
        keys |= {"outgoing_edit": told, "outgoing_delete": told, "media_out": told, "media_in": update(user_id=2).pk}
        args = {name: key if isinstance(key, tuple) else (key,) for name, key in keys.items()}
        self.addresses = {name: reverse(f"dashboard:{name}", args=args.get(name, ())) for name in NEEDS}
        self.query = {"replay": "?state=done"}
        self.stranger = Client()

    def visit(self, client: Client, name: str) -> int:
        """Open a page or send its form; return the status."""
        address = self.addresses[name] + self.query.get(name, "")
        return (client.post(address, FORMS.get(name, {})) if name in POSTS else client.get(address)).status_code

    def test_this_test_knows_every_address(self) -> None:
        self.assertEqual({pattern.name for pattern in urls.urlpatterns}, OPEN | NEEDS.keys())

    def test_a_stranger_is_sent_to_the_login_and_back(self) -> None:
        for name, address in self.addresses.items():
            with self.subTest(name):
                response = self.stranger.get(address) if name not in POSTS else self.stranger.post(address)
                self.assertRedirects(response, f"/login/?next={address.replace('/', '%2F')}")

    def test_staff_without_the_permission_get_a_page_that_says_so(self) -> None:
        for name, needed in NEEDS.items():
            for number, permission in enumerate(needed.split()):
                client = Client()
                client.force_login(staff(f"bob-{name}{number or ''}", *EVERY - {permission}))
                with self.subTest(name, without=permission):
                    self.assertEqual(self.visit(client, name), 403)
        client.force_login(Login.objects.get(username="bob-overview"))
        page = client.get("/").content.decode()
        self.assertIn("You may not see this page", page)
        self.assertIn("a group of that name", page)
        self.assertIn("bob-overview", page)

    def test_staff_with_the_permission_get_in(self) -> None:
        for name, needed in NEEDS.items():
            client = Client()
            client.force_login(staff(f"bob-{name}", *needed.split()))
            with self.subTest(name):
                expected = 404 if name in NO_FILE else 302 if name in POSTS - SHOW else 200
                self.assertEqual(self.visit(client, name), expected)

    def test_the_permission_without_staff_is_not_enough(self) -> None:
        charlie = staff("charlie", *EVERY)
        charlie.is_staff = False
        charlie.save()
        client = Client()
        client.force_login(charlie)
        for name in NEEDS:
            with self.subTest(name):
                self.assertEqual(self.visit(client, name), 403)

    def test_the_menu_shows_only_what_one_may_see(self) -> None:
        self.client.force_login(staff("bob", "view_user"))
        page = self.text("/people/")
        self.assertIn('href="/people/"', page)
        self.assertNotIn('href="/updates/"', page)
        self.assertNotIn('href="/feedback/"', page)
        self.assertNotIn('href="/events/"', page)

    def test_a_profile_hides_feedback_and_updates_from_those_who_may_not_see_them(self) -> None:
        self.client.force_login(staff("bob", "view_user"))
        page = self.text(self.addresses["person"])
        self.assertIn("Alice", page)
        self.assertNotIn("Hello", page)
        self.assertNotIn("Newest updates", page)
        self.assertNotIn("Secret", page)

    def test_a_conversation_is_shown_to_those_who_may_see_both_sides(self) -> None:
        private(person(2, "Bob"))  # Alice has a role: test_privacy.py
        outgoing(chat_id=2, payload='{"text": "Secret"}')
        for number, permissions in enumerate((["view_update"], ["view_outgoingmessage"])):
            self.client.force_login(staff(f"bob-{number}", "view_chat", *permissions))
            self.assertNotIn("Secret", self.text("/chats/2/"))
        self.client.force_login(staff("bob", "view_chat", "view_update", "view_outgoingmessage"))
        self.assertNotIn("Secret", self.text("/chats/2/"))
        self.client.force_login(staff("erin", "view_chat", "view_update", "view_outgoingmessage", "read_messages"))
        self.assertIn("Secret", self.text("/chats/2/"))

    def test_who_may_only_look_at_messages_is_offered_no_action(self) -> None:
        self.client.force_login(staff("bob", "view_outgoingmessage"))
        waiting = outgoing(OutgoingState.QUEUED)
        self.assertNotIn("Cancel…", self.text(f"/outbox/{waiting.pk}/"))


class LoginTests(PageTestCase):
    """Coming in and going out."""

    def log_in(self, password: str, client: Client | None = None) -> int:
        """Send the form as Alice."""
        client = client or self.client
        return client.post("/login/", {"username": "alice", "password": password}).status_code

    def setUp(self) -> None:
        super().setUp()
        self.client.logout()

    def test_the_right_password_leads_to_the_page_that_was_asked_for(self) -> None:
        form = {"username": "alice", "password": "alice-password", "next": "/people/"}
        self.assertRedirects(self.client.post("/login/", form), "/people/")

    def test_a_wrong_password_is_answered_in_words(self) -> None:
        response = self.client.post("/login/", {"username": "alice", "password": "wrong"})
        self.assertEqual(response.status_code, 200)
        self.assertContains(response, "Please enter a correct username and password")

    def test_another_site_is_no_place_to_go_to(self) -> None:
        form = {"username": "alice", "password": "alice-password", "next": "https://evil.example/"}
        self.assertRedirects(self.client.post("/login/", form), "/")

    def test_the_tenth_failure_locks_this_name_at_this_address(self) -> None:
        self.assertEqual([self.log_in("wrong") for _ in range(10)], [200] * 9 + [429])
        response = self.client.post("/login/", {"username": "alice", "password": "alice-password"})
        self.assertContains(response, "Too many failed attempts", status_code=429)
        self.assertContains(response, "for 10 minutes", status_code=429)
        self.assertEqual(self.log_in("alice-password", Client(REMOTE_ADDR="10.0.0.9")), 302)

    def test_log_out_takes_a_post(self) -> None:
        self.client.force_login(self.alice)
        self.assertEqual(self.client.get("/logout/").status_code, 405)
        self.assertRedirects(self.client.post("/logout/"), "/login/")
        self.assertRedirects(self.client.get("/"), "/login/?next=%2F")

    def test_a_form_without_its_token_gets_a_page_that_says_what_to_do(self) -> None:
        response = Client(enforce_csrf_checks=True).post("/login/", {})
        self.assertContains(response, "This form has expired", status_code=403)

    def test_a_live_refresh_after_the_session_ended_leaves_the_page_where_it_is(self) -> None:
        response = self.poll("/updates/?state=done&seen=abc")
        self.assertEqual(response.status_code, 401)
        self.assertNotIn("HX-Redirect", response.headers)
        self.assertEqual(response.content, b"")
