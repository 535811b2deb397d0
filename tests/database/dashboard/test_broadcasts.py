"""The pages of broadcasts: writing one, looking at it, starting it on purpose, its progress and its buttons."""

from django.contrib.auth.models import User as Login
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.broadcasts import drafts, recall, services
from botcore.models import Broadcast, BroadcastState, Event
from botcore.outbox.content import Copy, Text
from botcore.texts.markup import HTML
from tests.database.broadcasts import add_people, add_person, feed, send, sent_to_all, started, write
from tests.database.dashboard.data import PageTestCase, heartbeat, staff

EVERYBODY = "/broadcasts/"


@override_settings(TELEGRAM_BOT_TOKEN="99:token")
class BroadcastPageTests(PageTestCase):
    """Dora may write to everybody; there are three people."""

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(staff("dora", "view_broadcast", "change_broadcast", "read_messages"))
        add_people(3)

    def press(self, address: str, **form: str) -> str:
        """Send a form; return what the page says then."""
        return self.client.post(address, form, follow=True).content.decode()

    def test_an_empty_page_says_what_will_be_here(self) -> None:
        page = self.text(EVERYBODY)
        self.assertIn("No broadcast yet", page)
        self.assertIn("Write one below", page)

    def test_what_is_written_is_first_looked_at_with_how_many_people_get_it(self) -> None:
        page = self.press(f"{EVERYBODY}new/", text="<b>News</b>\r\n&lt;3 ")
        row = Broadcast.objects.get()
        self.assertEqual((row.state, row.bot_id, row.created_by), ("draft", 99, "dora"))
        self.assertEqual(row.payload, '{"parse_mode":"HTML","text":"<b>News</b>\\n&lt;3"}')
        self.assertIn("News\n&lt;3</p>", page)
        self.assertIn("<strong>3 people</strong> would get it", page)
        self.assertIn(f'href="/broadcasts/{row.pk}/start/"', page)

    def test_a_wrong_text_is_complained_about_and_stays_in_its_field(self) -> None:
        page = self.press(f"{EVERYBODY}new/", text="<i>open & <script>")
        self.assertIn("&lt;i&gt;open &amp; &lt;script&gt;</textarea>", page)
        self.assertIn('class="notice warn"', page)
        page = self.press(f"{EVERYBODY}new/", text=" ", buttons="Shop | https://example.com")
        self.assertIn("Write what everybody shall read", page)
        self.assertIn("Shop | https://example.com</textarea>", page)
        page = self.client.get(f"{EVERYBODY}new/", follow=True).content.decode()  # from the login page
        self.assertNotIn("Write what everybody shall read", page)
        self.assertFalse(Broadcast.objects.exists())

    def test_it_starts_only_after_a_question(self) -> None:
        pk = write()
        page = self.text(f"/broadcasts/{pk}/start/")
        self.assertIn("Send it to 3 people", page)
        self.assertEqual(Broadcast.objects.get().state, "draft")
        self.assertIn("It is sent now.", self.press(f"/broadcasts/{pk}/start/"))
        self.assertEqual(Broadcast.objects.get().state, "running")
        self.assertEqual(Event.objects.latest("pk").text, f"dora started broadcast {pk} to 3 people.")
        self.assertIn("It has been started already.", self.press(f"/broadcasts/{pk}/start/"))
        self.assertNotIn('<button class="button">Send', self.text(f"/broadcasts/{pk}/start/"))

    def test_the_end_is_told_to_the_telegram_account_of_who_started_it(self) -> None:
        pk = write()
        self.press(f"/broadcasts/{pk}/start/")
        self.assertIsNone(Broadcast.objects.get(pk=pk).tell_chat)
        StaffLink.objects.create(account=Login.objects.get(username="dora"), user_id=2, at=timezone.now())
        pk = write()
        self.press(f"/broadcasts/{pk}/start/")
        self.assertEqual(Broadcast.objects.get(pk=pk).tell_chat, 2)

    def test_a_copy_is_shown_by_what_it_was(self) -> None:
        pk = drafts.write(by="dora", content=Copy(1, 55), about="photo: <b>", bot_id=99)
        page = self.text(f"/broadcasts/{pk}/")
        self.assertIn("photo: &lt;b&gt;</p>", page)
        self.assertIn("A copy of message 55 of chat 1.", page)
        self.assertIn("photo: &lt;b&gt;</a>", self.text(EVERYBODY))

    def test_an_edit_and_a_deletion_say_what_they_are_and_are_opened_from_the_list(self) -> None:
        first = sent_to_all()
        edit = recall.write_edit(first, by="dora", content=Text("Other", HTML), is_shown=True)
        deletion = recall.write_deletion(first, by="dora")
        page = self.text(EVERYBODY)
        self.assertIn(f'href="/broadcasts/{deletion}/" dir="auto">Deletes what broadcast {first} has sent', page)
        self.assertIn(f"Edits what broadcast {first} has sent, for everybody who got it.</small>", page)
        services.start(edit, by="dora")
        feed(edit)
        send()
        feed(edit)
        self.assertEqual(Broadcast.objects.get(pk=edit).state, "done")
        self.assertNotIn('class="foot"', self.text(f"/broadcasts/{edit}/"))  # for there is nothing to press

    def test_pause_resume_and_cancel_say_what_became_of_them(self) -> None:
        pk = started()
        address = f"/broadcasts/{pk}/act/"
        for do, words in (
            ("pause", "It is paused: what waited is held back."),
            ("pause", "It is paused already."),
            ("resume", "It goes on where it was."),
            ("resume", "It goes on already."),
            ("explode", "There is no such button."),
        ):
            self.assertIn(words, self.press(address, do=do))
        self.assertIn("nobody else gets it", self.text(f"/broadcasts/{pk}/cancel/"))
        self.assertIn("It is cancelled.", self.press(f"/broadcasts/{pk}/cancel/"))
        self.assertIn("It has been cancelled already.", self.press(f"/broadcasts/{pk}/cancel/"))
        self.assertIn("is cancelled and cannot be paused.", self.press(address, do="pause"))
        self.assertEqual(Broadcast.objects.get().state, "cancelled")

    def test_a_button_of_the_list_leads_back_to_it(self) -> None:
        response = self.client.post(f"/broadcasts/{started()}/act/", {"do": "pause", "back": EVERYBODY})
        self.assertRedirects(response, EVERYBODY)

    def test_progress_is_a_bar_with_words(self) -> None:
        pk = started()
        feed(pk)
        send(most=1)
        feed(pk)
        Broadcast.objects.update(rate=0.5, rated_at=timezone.now(), cancelled=0)
        for page in (self.text(EVERYBODY), self.text(f"/broadcasts/{pk}/")):
            self.assertIn(f'<progress class="running" value="1" max="3" aria-label="Progress of broadcast {pk}">', page)
            self.assertIn("1 of 3", page)
            self.assertIn("0.5 a second, 4.0 s left", page)

    def test_without_a_total_the_bar_promises_nothing(self) -> None:
        pk = started()
        Broadcast.objects.update(total=None)
        self.assertIn(f'<progress class="running" aria-label="Progress of broadcast {pk}">', self.text(EVERYBODY))

    def test_pages_are_live_and_silent_while_nothing_changes(self) -> None:
        pk = started()
        heartbeat()
        for address in (EVERYBODY, f"/broadcasts/{pk}/"):
            page = self.text(address)
            seen = page.split("seen=")[1].split('"')[0]
            with self.subTest(address):
                self.assertEqual(self.poll(f"{address}?seen={seen}").status_code, 204)
                fragment = self.poll(f"{address}?seen=other").content.decode().strip()
                self.assertTrue(fragment.startswith('<div id="live"'))

    def test_looks_do_not_count_the_people(self) -> None:
        pk = write()
        with CaptureQueriesContext(connection) as queries:
            self.assertIn("3 people", self.text(f"/broadcasts/{pk}/"))
            self.assertIn("Send it to 3 people", self.text(f"/broadcasts/{pk}/start/"))
            self.assertNotIn("3 people", self.poll(f"/broadcasts/{pk}/?seen=x").content.decode())
        self.assertFalse([query["sql"] for query in queries if "botcore_chat" in query["sql"]])

    def test_without_a_bot_it_is_said_that_nothing_is_sent(self) -> None:
        started()
        self.assertIn("No bot process is alive, so nothing is sent", self.text(EVERYBODY))
        heartbeat()
        self.assertNotIn("No bot process is alive", self.text(EVERYBODY))

    def test_who_may_only_look_is_offered_no_action(self) -> None:
        pk = write()
        self.client.force_login(staff("bob", "view_broadcast"))
        for address in (EVERYBODY, f"/broadcasts/{pk}/"):
            page = self.text(address)
            self.assertNotIn("Start…", page)
            self.assertNotIn("<textarea", page)

    def test_one_that_is_not_there_is_a_404(self) -> None:
        for part in ("", "start/", "cancel/"):
            self.assertEqual(self.client.get(f"/broadcasts/7/{part}").status_code, 404)
        response = self.client.post("/broadcasts/7/act/", {"do": "pause", "back": EVERYBODY}, follow=True)
        self.assertContains(response, "There is no broadcast 7.")

    def test_strangers_words_are_escaped(self) -> None:
        add_person(9)
        pk = write("&lt;script&gt;alert(1)")
        for address in (EVERYBODY, f"/broadcasts/{pk}/", f"/broadcasts/{pk}/start/"):
            self.assertNotIn("<script>alert", self.text(address))

    def test_every_state_has_its_page(self) -> None:
        pk = write()
        for state in BroadcastState.values:
            Broadcast.objects.update(state=state, started_at=timezone.now(), finished_at=timezone.now())
            with self.subTest(state):
                self.assertIn(f'<span class="state {state}">', self.text(f"/broadcasts/{pk}/"))
        self.assertNotIn("Cancel the broadcast</button>", self.text(f"/broadcasts/{pk}/cancel/"))
