"""The pages of a draft: changing it, testing it, giving it a time; why it paused, and until when it is quiet."""

from datetime import UTC, datetime, timedelta
from html import unescape

from django.contrib.auth.models import User as Login
from django.test import override_settings
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.broadcasts import drafts, services
from botcore.models import Broadcast, OutgoingMessage
from botcore.outbox.content import Copy, Text
from botcore.outbox.models import OutgoingState
from botcore.outbox.progress import Sent
from botcore.people import segments, tags
from botcore.runtime import settings
from tests.database.broadcasts import add_people, feed, send, started, write
from tests.database.dashboard.data import PageTestCase, staff
from tests.database.outboxes import BOT


@override_settings(TELEGRAM_BOT_TOKEN="99:token")
class DraftPageTests(PageTestCase):
    """Dora may write to everybody; the first of three people is her own Telegram account."""

    def setUp(self) -> None:
        super().setUp()
        permissions = ("view_broadcast", "change_broadcast", "read_messages", "view_outgoingmessage")
        self.client.force_login(staff("dora", *permissions))
        add_people(3)
        StaffLink.objects.create(account=Login.objects.get(username="dora"), user_id=1, at=timezone.now())
        self.pk = drafts.write(by="dora", content=Text("<b>News</b>", "HTML"), bot_id=BOT)

    def press(self, part: str, **form: str) -> str:
        """Send a form; return what the page says then."""
        return self.client.post(f"/broadcasts/{self.pk}/{part}/", form, follow=True).content.decode()

    def test_a_draft_is_changed_as_it_was_written(self) -> None:
        self.assertIn(f'href="/broadcasts/{self.pk}/edit/"', self.text(f"/broadcasts/{self.pk}/"))
        self.assertIn("&lt;b&gt;News&lt;/b&gt;</textarea>", self.text(f"/broadcasts/{self.pk}/edit/"))
        page = self.press("edit", text="<i>Other</i>")
        self.assertIn("It says that now. Test it once more.", page)
        self.assertIn('dir="auto">Other</p>', page)

    def test_what_is_wrong_is_said_and_stays_in_its_field(self) -> None:
        page = self.press("edit", text="Hi {name}")
        self.assertIn("There is no variable {name}. There are: {first_name}", page)
        self.assertIn("Hi {name}</textarea>", page)
        self.assertIn("empty", self.press("edit", text=" "))
        self.assertIn("News", Broadcast.objects.get().payload)

    def test_what_cannot_be_changed_says_why(self) -> None:
        running, copy = started(), drafts.write(by="dora", content=Copy(1, 5), bot_id=BOT)
        for pk, words in ((running, "It is running and cannot be changed."), (copy, "A copy of a message cannot be")):
            page = self.text(f"/broadcasts/{pk}/edit/")
            self.assertIn(words, page)
            self.assertNotIn("<textarea", page)
            self.assertNotIn(f"/broadcasts/{pk}/edit/", self.text(f"/broadcasts/{pk}/"))

    def test_a_test_is_sent_to_oneself_before_it_can_start(self) -> None:
        page = self.text(f"/broadcasts/{self.pk}/start/")
        self.assertIn("What it says now was not tested", page)
        self.assertNotIn("Send it to 3 people", page)
        self.assertNotIn("It begins at once", page)
        self.assertIn('value="test">Test to me', page)  # the way on
        self.assertIn("What it says now was not tested", self.press("start"))
        page = self.press("act", do="test")
        self.assertIn("The test is on its way to your Telegram account.", page)
        row = OutgoingMessage.objects.get()
        self.assertEqual(row.chat_id, 1)
        self.assertIn(f'href="/outbox/{row.pk}/">Message #{row.pk}</a>', page)
        send()
        self.assertIn("The test arrived as it is.", self.text(f"/broadcasts/{self.pk}/"))
        self.assertIn("Send it to 3 people", self.text(f"/broadcasts/{self.pk}/start/"))
        self.assertIn("It is sent now.", self.press("start"))

    def test_what_telegram_says_of_the_test_is_shown_and_escaped(self) -> None:
        self.press("act", do="test")
        error = "Bad Request: can't parse entities: <b> & <script>"
        send(outcomes={1: Sent(OutgoingState.FAILED, error=error)})
        page = self.text(f"/broadcasts/{self.pk}/")
        self.assertIn("Telegram did not take the test as it is: change the text, then test it again.", page)
        self.assertIn("&lt;b&gt; &amp; &lt;script&gt;", page)

    def test_without_a_linked_account_it_is_said_where_to_link_one(self) -> None:
        StaffLink.objects.all().delete()
        self.assertIn("Link your Telegram account first, on the page Account", self.press("act", do="test"))
        for part in ("", "start/"):
            page = self.text(f"/broadcasts/{self.pk}/{part}")
            self.assertIn('link that first, on the page <a href="/account/">Account</a>', page)
            self.assertNotIn("Test to me", page)

    def test_a_time_is_in_the_zone_of_the_browser(self) -> None:
        self.pk = write()
        self.client.cookies["zone"] = "Europe/Berlin"
        self.assertIn("Or at a time (Europe/Berlin)", self.text(f"/broadcasts/{self.pk}/start/"))
        year = timezone.now().year + 1
        Broadcast.objects.update(created_at=timezone.now())
        at = datetime(year, 1, 1, 8, 30, tzinfo=UTC)
        page = self.press("start", do="later", at=f"{year}-01-01T09:30")
        self.assertIn("It begins by itself then.", page)
        row = Broadcast.objects.get(pk=self.pk)
        self.assertEqual((row.state, row.scheduled_at, row.tell_chat), ("scheduled", at, 1))
        self.assertIn(f'value="{year}-01-01T09:30"', self.text(f"/broadcasts/{self.pk}/start/"))
        self.assertIn("It has no time any more.", self.press("act", do="unschedule"))
        self.assertIn("It has no time already.", self.press("act", do="unschedule"))

    def test_a_time_that_cannot_be_is_said(self) -> None:
        self.pk = write()
        self.assertIn("That time is over", self.press("start", do="later", at="2020-01-01T09:30"))
        self.assertIn("Write a time, such as 14:00", self.press("start", do="later", at="nonsense"))
        self.assertEqual(Broadcast.objects.get(pk=self.pk).state, "draft")

    def test_why_it_paused_and_until_when_it_is_quiet_stand_on_the_page(self) -> None:
        pk = started()
        now = datetime.now(UTC)
        hours = f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
        settings.change("broadcasts.quiet_hours", hours, by="")
        self.assertIn("Quiet hours: nobody gets it until they are over", self.text(f"/broadcasts/{pk}/"))
        services.pause(pk, by="dora")
        why = "Of the first 100 deliveries 60 failed or were blocked: more than 50 in a hundred."
        Broadcast.objects.filter(pk=pk).update(why=why)
        page = self.text(f"/broadcasts/{pk}/")
        self.assertIn(f"It paused by itself. {why}", page)
        self.assertIn("Resume it to send it to the rest all the same.", page)
        services.cancel(pk, by="dora")
        page = self.text(f"/broadcasts/{pk}/")
        self.assertIn(f"It paused by itself. {why}", page)
        self.assertNotIn("Resume it", page)  # for it cannot be

    def test_a_copy_is_a_new_draft_that_is_to_be_tested(self) -> None:
        self.pk = started()
        page = self.press("act", do="copy")
        self.assertIn(f"This draft says the same as broadcast {self.pk}.", page)
        self.assertIn("What it says now was not tested", page)
        row = Broadcast.objects.latest("pk")
        old = Broadcast.objects.get(pk=self.pk)
        self.assertEqual((row.state, row.payload, row.method), ("draft", old.payload, "sendMessage"))
        self.pk = 999
        self.assertIn("There is no broadcast 999.", self.press("act", do="copy"))

    def test_a_copy_that_is_sent_twice_is_written_once(self) -> None:
        for _ in range(2):
            self.press("act", do="copy", once="the same key")
        self.assertEqual(Broadcast.objects.count(), 2)

    def test_the_numbers_lead_to_how_it_went_for_each_person(self) -> None:
        other, pk = started(), started()
        for one in (other, pk):
            feed(one)
        send(outcomes={2: Sent(OutgoingState.FAILED, error="no")})
        feed(pk)
        page = self.text(f"/broadcasts/{pk}/")
        address = unescape(page.split('<dt>Failed</dt><dd><a href="')[1].split('"')[0])
        self.assertRegex(address, rf"broadcast={pk}&from=[-0-9]{{10}}T[0-9]{{2}}%3A[0-9]{{2}}%3A[0-9]{{2}}Z")
        listed = self.text(address)
        rows = OutgoingMessage.objects.filter(state="failed")
        mine, others = (rows.get(key=f"broadcast:{one}:2").pk for one in (pk, other))
        self.assertIn(f'href="/outbox/{mine}/"', listed)
        self.assertNotIn(f'href="/outbox/{others}/"', listed)
        self.client.force_login(staff("bob", "view_broadcast"))
        self.assertNotIn("/outbox/", self.text(f"/broadcasts/{pk}/"))

    def test_who_gets_it_is_written_counted_and_shown(self) -> None:
        address = f"/broadcasts/{self.pk}/audience/"
        self.assertIn(f'href="{address}"', self.text(f"/broadcasts/{self.pk}/"))
        tags.tag(user_id=2, name="vip", by="")
        page = self.press("audience", tag="#vip", without="old")
        self.assertIn("<strong>1 person</strong> would get it", page)
        self.assertIn("<dt>Without tag</dt><dd>old</dd>", page)
        self.assertIn('name="tag" value="#vip"', self.text(address))
        page = self.press("audience", tag="two words", source="<b>")
        self.assertIn("A tag is one word of 1 to 32 letters", page)
        self.assertIn('value="two words"', page)
        self.assertIn('aria-describedby="wrong-tag"', page)
        self.assertNotIn("wrong-source", page)
        self.assertLess(page.index('name="language"'), page.index('name="tag"'))  # what is set does not come first
        self.assertIn('value="&lt;b&gt;"', page)
        self.assertEqual(Broadcast.objects.get().audience, {"tag": "#vip", "without": "old"})
        self.assertIn("It is running and cannot be changed.", self.text(f"/broadcasts/{started()}/audience/"))

    def test_buttons_are_written_below_the_text_and_stay_in_their_field(self) -> None:
        page = self.press("edit", text="News", buttons="Shop | nonsense", has_stop="on")
        self.assertIn("needs an address like https://example.com", page)
        self.assertIn("Shop | nonsense</textarea>", page)
        self.assertIn('name="has_stop" checked', page)
        page = self.press("edit", text="News", buttons="Shop | https://example.com", has_stop="on")
        self.assertIn("Shop | https://example.com</pre>", page)
        self.assertIn("With a button for those who want no more messages.", page)
        self.assertIn("Shop | https://example.com</textarea>", self.text(f"/broadcasts/{self.pk}/edit/"))
        self.press("edit", text="News", buttons="")
        self.assertFalse(Broadcast.objects.get().has_stop)

    def test_a_segment_gives_its_conditions_and_what_the_form_does_not_name_stays_there(self) -> None:
        kept = segments.save(name="Regulars", conditions={"tag": "vip", "role": "support"}, by="")
        address = f"/broadcasts/{self.pk}/audience/"
        self.assertIn("Regulars", self.text(address))
        self.client.post(address, {"do": "segment", "segment": str(kept), "language": "de"})
        self.assertEqual(Broadcast.objects.get(pk=self.pk).audience, {"tag": "vip", "role": "support"})
        self.assertIn('name="role" value="support"', self.text(address))
        page = self.client.post(address, {"do": "segment", "segment": "999"}).content.decode()
        self.assertIn("This segment is not there any more.", page)
