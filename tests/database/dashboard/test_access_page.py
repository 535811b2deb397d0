"""The page Access, and what can be done on a person's page: role, ban and mute, the list, tags, a letter."""

import json
import re
from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.access import selectors
from botcore.access import services as access
from botcore.access.models import AllowedChat, Keep, Restriction, RoleGrant, ThrottleDebt
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.metrics import REFUSALS
from botcore.models import Chat, OutgoingMessage, Reach, State
from botcore.people.tags import tags_of
from botcore.runtime import settings as runtime
from dashboard.views.access import REASONS
from tests.database.access import BOSS
from tests.database.dashboard.data import PageTestCase, group, main_of, person, private, staff, update

MARKUP = "<script>alert(1)</script>"


class FormCase(PageTestCase):
    """Alice's forms on Bob's page; Bob is person 2."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = person(2, "Bob", username="bobby")
        private(self.bob)

    def send(self, name: str, /, **fields: str) -> str:
        """Send a form of Bob's page; return what the next page says of it."""
        response = self.client.post(f"/people/2/{name}/", fields, follow=True)
        self.assertEqual(response.status_code, 200)
        found = re.search(r'<p class="notice (?:good|warn)">([^<]+)</p>', response.content.decode())
        return found[1] if found else ""


class RoleTests(FormCase):
    """Grant and revoke."""

    def test_a_superuser_gives_and_takes_any_role(self) -> None:
        self.assertEqual(self.send("grant", role="owner"), "The role is now: owner.")
        self.assertEqual(RoleGrant.objects.get().by, "alice")
        page = self.text("/people/2/")
        self.assertIn('granted by <span class="name">alice</span>', page)
        self.assertNotIn("Keep out</button>", page)
        self.assertEqual(self.send("grant", role="owner"), "This person has that role.")
        self.assertEqual(self.send("revoke"), "The role is taken away.")
        self.assertEqual(self.send("revoke"), "This person has no role.")
        self.assertFalse(RoleGrant.objects.exists())

    def admin(self, role: Role) -> None:
        """Log in as somebody whose account is in a role's group, and who may use the forms."""
        account = staff("carol", "view_user", "grant_role")
        access.put_in_group(account.pk, role)
        self.client.force_login(account)

    def test_others_give_only_what_is_below_the_role_of_their_account(self) -> None:
        self.admin(Role.ADMIN)
        page = self.text("/people/2/")
        self.assertIn('<option value="moderator">', page)
        self.assertNotIn('<option value="admin">', page)
        self.assertIn("below your own", self.send("grant", role="admin"))
        self.assertFalse(RoleGrant.objects.exists())
        self.assertEqual(self.send("grant", role="moderator"), "The role is now: moderator.")
        RoleGrant.objects.update(role=Role.ADMIN)
        self.assertIn("below your own", self.send("revoke"))
        self.assertEqual(selectors.role_now(2), Role.ADMIN)

    def test_an_account_without_a_role_gives_none(self) -> None:
        self.client.force_login(staff("carol", "view_user", "grant_role"))
        self.assertIn("it can grant none", self.text("/people/2/"))
        self.assertIn("below your own", self.send("grant", role="support"))
        self.assertFalse(RoleGrant.objects.exists())

    def test_an_owner_of_the_configuration_has_no_form(self) -> None:
        person(1, "Alice")
        page = self.text("/people/1/")
        self.assertIn("TELEGRAM_ADMIN_IDS", page)
        self.assertNotIn("/people/1/grant/", page)

    def test_a_role_that_there_is_not_is_a_bad_request(self) -> None:
        for role in ("", "boss", "member' OR 1=1"):
            self.assertEqual(self.client.post("/people/2/grant/", {"role": role}).status_code, 400)
        self.assertIn("revoke it", self.send("grant", role="member"))


class RestrictTests(FormCase):
    """Ban, mute and lift."""

    def test_a_ban_with_its_length_and_reason_and_its_end(self) -> None:
        said = self.send("restrict", kind="banned", reason=MARKUP, **{"for": "7d"})
        self.assertEqual(said, "This person is banned, for 7 days.")
        row = Restriction.objects.get()
        self.assertEqual((row.kind, row.reason, row.by), ("banned", MARKUP, "alice"))
        assert row.until is not None
        self.assertAlmostEqual(row.until - timezone.now(), timedelta(days=7), delta=timedelta(minutes=5))
        page = self.text("/people/2/")
        self.assertIn("&lt;script&gt;alert(1)", page)
        self.assertNotIn(MARKUP, page)
        self.assertEqual(self.send("lift"), "The bot serves this person again.")
        self.assertEqual(self.send("lift"), "This person is neither banned nor muted.")
        self.assertEqual(
            list(
                AuditEntry.objects.filter(target__startswith="person:").order_by("pk").values_list("action", flat=True)
            ),
            ["access.ban", "access.lift"],
        )

    def test_who_is_banned_can_be_banned_for_longer_or_muted_and_the_letter_says_what_becomes_of_it(self) -> None:
        self.assertNotIn("no answer is read", self.text("/people/2/"))
        self.send("restrict", kind="banned", reason="ads", **{"for": "1h"})
        page = self.text("/people/2/")
        self.assertIn('value="ads"', page)
        self.assertIn("This person is banned: the text arrives, but no answer is read.", page)
        self.assertEqual(self.send("restrict", kind="banned", **{"for": "7d"}), "This person is banned, for 7 days.")
        self.assertEqual(self.send("restrict", kind="muted", **{"for": "1d"}), "This person is muted, for 1 day.")
        self.assertEqual({row.kind for row in Restriction.objects.all()}, {"banned", "muted"})

    def test_a_mute_until_lifted(self) -> None:
        self.assertEqual(self.send("restrict", kind="muted", **{"for": ""}), "This person is muted, until lifted.")
        self.assertIsNone(Restriction.objects.get().until)

    def test_a_new_reason_leaves_the_end_as_it_is(self) -> None:
        self.send("restrict", kind="banned", reason="ads", **{"for": "7d"})
        until = Restriction.objects.get().until
        page = self.client.get("/people/2/").content.decode()
        chosen = re.search(r'<select id="for" name="for"><option value="([^"]+)" selected>as it is \(ends in', page)
        assert chosen, page
        said = self.send("restrict", kind="banned", reason="spam", **{"for": chosen[1]})
        self.assertEqual(said, "This person is banned, with the same end as before.")
        self.assertEqual(Restriction.objects.values_list("until", "reason").get(), (until, "spam"))
        self.send("restrict", kind="muted", **{"for": chosen[1]})
        self.assertEqual(Restriction.objects.get(kind="muted").until, until)
        access.lift(user_id=2, by="x")
        self.assertIn("It has ended already", self.send("restrict", kind="banned", **{"for": chosen[1]}))
        access.restrict(user_id=2, kind=Keep.BANNED, by="x")
        self.assertNotIn("as it is", self.client.get("/people/2/").content.decode())

    def test_nobody_with_a_role_and_no_endless_reason(self) -> None:
        said = self.send("restrict", kind="muted", reason="x" * 301, **{"for": "1h"})
        self.assertIn("at most 300 characters", said)
        access.grant(user_id=2, role=Role.SUPPORT, by="x", giver=BOSS)
        self.assertIn("revoke it first", self.send("restrict", kind="banned", **{"for": ""}))
        self.assertFalse(Restriction.objects.exists())

    def test_what_no_form_sends_is_a_bad_request(self) -> None:
        for fields in ({"kind": "x", "for": ""}, {"kind": "banned", "for": "5y"}, {}):
            self.assertEqual(self.client.post("/people/2/restrict/", fields).status_code, 400)

    def test_a_ban_of_somebody_whose_row_is_gone_can_be_lifted(self) -> None:
        access.restrict(user_id=99, kind=Keep.BANNED, by="x")
        response = self.client.post("/people/99/lift/", {"back": "/access/"})
        self.assertRedirects(response, "/access/")
        self.assertFalse(Restriction.objects.exists())
        for name in ("restrict", "grant", "revoke", "list", "tag", "untag", "write"):
            self.assertEqual(self.client.post(f"/people/99/{name}/").status_code, 404)


class TagAndListTests(FormCase):
    """Tags and the list."""

    def test_tags_go_on_and_off(self) -> None:
        self.assertEqual(self.send("tag", name="#VIP"), "The tag is on.")
        self.assertEqual(tags_of(2), ["vip"])
        self.assertIn("Take #vip off", self.text("/people/2/"))
        self.assertEqual(self.send("tag", name="vip"), "This person has that tag.")
        self.assertIn("A tag is one word", self.send("tag", name="two words"))
        kept = self.client.post("/people/2/tag/", {"name": 'two "words'}).content.decode()
        self.assertIn('value="two &quot;words" aria-invalid="true"', kept)
        self.assertEqual(self.send("untag", name="vip"), "The tag is off.")
        self.assertEqual(self.send("untag", name="vip"), "This person does not have that tag.")

    def test_the_list_is_switched(self) -> None:
        self.assertEqual(self.send("list", on="yes"), "This person is on the list.")
        self.assertIn("Take off the list", self.text("/people/2/"))
        self.assertEqual(self.send("list", on="yes"), "This person was on the list already.")
        self.assertEqual(self.send("list", on="no"), "This person is off the list.")
        self.assertEqual(self.send("list", on="no"), "This person was not on the list.")
        self.assertEqual(self.client.post("/people/2/list/", {"on": "perhaps"}).status_code, 400)

    def test_who_may_only_look_sees_no_form(self) -> None:
        self.send("tag", name="vip")
        self.client.force_login(staff("carol", "view_user"))
        page = self.text("/people/2/")
        self.assertIn("#vip", page)
        self.assertNotIn("/people/2/", main_of(page).replace('href="/people/2/"', ""))


class LetterTests(FormCase):
    """Write to."""

    def test_a_text_goes_out(self) -> None:
        self.assertEqual(self.send("write", text="Hello\r\nBob <3"), "It is on its way.")
        row = OutgoingMessage.objects.get()
        self.assertEqual((row.chat_id, json.loads(row.payload)["text"]), (2, "Hello\nBob <3"))
        self.assertEqual(AuditEntry.objects.get(action="people.write").actor, "alice")

    def test_what_cannot_be_sent_stays_in_its_field(self) -> None:
        self.assertEqual(self.send("write", text=" "), "Nothing is sent.")
        Chat.objects.update(reach=Reach.BLOCKED)
        response = self.client.post("/people/2/write/", {"text": f"Long {MARKUP}"})
        self.assertContains(response, "has blocked the bot")
        self.assertContains(response, "Long &lt;script&gt;alert(1)&lt;/script&gt;</textarea>")
        self.assertFalse(OutgoingMessage.objects.exists())

    def test_who_comes_back_from_the_login_page_sends_nothing(self) -> None:
        for name in ("write", "grant", "restrict", "tag"):
            self.assertRedirects(self.client.get(f"/people/2/{name}/"), "/people/2/")
        self.assertFalse(OutgoingMessage.objects.exists() or Restriction.objects.exists())


class AccessPageTests(FormCase):
    """All of access on one page."""

    def test_an_empty_page_says_what_will_be_here(self) -> None:
        page = self.text("/access/")
        for words in ("Nobody is kept out.", "Nobody is on it.", "Nobody is near a pace", "No update. Those of banned"):
            self.assertIn(words, page)
        self.assertIn('<a href="/settings/access.people/"', page)
        self.assertIn('<a href="/settings/throttle.person_per_minute/"', page)

    def test_shows_roles_restrictions_the_list_and_floods(self) -> None:
        person(3, MARKUP)
        group(-5, "Garden")
        access.grant(user_id=3, role=Role.SUPPORT, by="x", giver=BOSS)
        access.restrict(user_id=2, kind=Keep.BANNED, by="x", reason="ads")
        access.allow(chat_id=-5, by="x")
        update(State.IGNORED, error="refused: throttled")
        ThrottleDebt.objects.create(key="2:ping", until=timezone.now() + timedelta(minutes=1))
        runtime.change("access.people", "listed", by="x")
        page = self.text("/access/")
        self.assertNotIn(MARKUP, page)
        for words in ("named in <code>TELEGRAM_ADMIN_IDS</code>", "ads", "Garden", "<strong>1</strong> too fast",
                      "<code>ping</code>", "<strong>listed</strong>"):  # fmt: skip
            self.assertIn(words, page)

    def test_every_reason_to_refuse_has_words(self) -> None:
        self.assertEqual(set(REASONS), set(REFUSALS))
        for reason in REFUSALS:
            update(State.IGNORED, error=f"refused: {reason}")
        page = self.text("/access/")
        for words in REASONS.values():
            self.assertIn(f"<strong>1</strong> {words}", page)

    def test_lists_have_pages_of_their_own(self) -> None:
        for number in range(100, 130):
            access.restrict(user_id=number, kind=Keep.MUTED, by="x")
            access.allow(chat_id=number, by="x")
        page = self.text("/access/")
        cursors = re.findall(r'rel="next" href="(\?[^"]+)"', page)
        self.assertEqual([cursor.partition("=")[0] for cursor in cursors], ["?cursor", "?listed"])
        self.assertEqual(self.text(f"/access/{cursors[0]}").count("/lift/"), 5)
        self.assertEqual(self.text(f"/access/{cursors[1]}").count('name="chat_id"'), 5)
        self.text("/access/?cursor=before.x", 400)
        self.text("/access/?listed=before.x", 400)

    def test_somebody_is_put_on_the_list_and_taken_off(self) -> None:
        response = self.client.post("/access/allow/", {"who": "@Bobby"}, follow=True)
        self.assertContains(response, "On the list now.")
        self.assertNotContains(response, "Nobody with this id")
        self.assertEqual(AllowedChat.objects.get().chat_id, 2)
        self.assertContains(self.client.post("/access/allow/", {"who": "2"}, follow=True), "On the list already.")
        for who, words in (("99", "Nobody with this id has written"), ("-99", "The bot knows no group with this id")):
            self.assertContains(self.client.post("/access/allow/", {"who": who}, follow=True), words)
            self.client.post("/access/disallow/", {"chat_id": who})
        self.assertContains(
            self.client.post("/access/allow/", {"who": "x"}, follow=True), "Nothing is changed. Write @"
        )
        response = self.client.post("/access/disallow/", {"chat_id": "2", "back": "/access/?listed="}, follow=True)
        self.assertContains(response, "Off the list now.")
        for chat_id in ("2", "", "x", "9" * 30):
            self.client.post("/access/disallow/", {"chat_id": chat_id})
        self.assertFalse(AllowedChat.objects.exists())

    def test_who_may_only_look_sees_no_form(self) -> None:
        access.restrict(user_id=2, kind=Keep.BANNED, by="x")
        access.allow(chat_id=2, by="x")
        self.client.force_login(staff("carol", "view_restriction"))
        page = self.text("/access/")
        self.assertNotIn("<form", main_of(page))
        self.assertNotIn('href="/settings/', page)
        self.assertNotIn('id="roles"', page)  # like /roles it is for those who may give them
        self.client.force_login(self.alice)
        self.assertIn('id="roles"', self.text("/access/"))

    def test_many_rows_cost_no_more_questions(self) -> None:
        self.text("/access/")

        def questions() -> int:
            with CaptureQueriesContext(connection) as caught:
                self.text("/access/")
            return len(caught)

        access.restrict(user_id=2, kind=Keep.BANNED, by="x")
        access.allow(chat_id=2, by="x")
        few = questions()
        for number in range(100, 120):
            person(number, "Dora")
            access.restrict(user_id=number, kind=Keep.MUTED, by="x")
            access.allow(chat_id=number, by="x")
        self.assertEqual(questions(), few)
        self.assertLess(few, 30)
