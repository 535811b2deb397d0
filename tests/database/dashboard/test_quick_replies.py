"""Quick replies: kept on their page, put into an answer with the variables filled in, refused where that cannot be."""

from botcore.audit.models import AuditEntry
from botcore.conversations import replies
from botcore.conversations.models import QuickReply
from botcore.exceptions import ValidationError
from botcore.models import OutgoingMessage
from botcore.texts.markup import HTML, MARKDOWN
from tests.database.dashboard.data import PageTestCase, main_of, person, private, staff

PAGE = "/conversations/replies/"


class QuickReplyTests(PageTestCase):
    """Bob has an odd name."""

    def setUp(self) -> None:
        super().setUp()
        private(person(2, "B<o>_b"))

    def keep(self, words: str, parse_mode: str = "") -> int:
        """Keep one."""
        return replies.save(name="Hello", words=words, parse_mode=parse_mode, by="erin")

    def insert(self, pk: int, text: str = "", **form: str) -> str:
        """Put it into the answer; return the page."""
        form = {"text": text, "insert": "yes", "quick": str(pk), "answers": "0", "upto": "0", **form}
        return main_of(self.client.post("/conversations/2/reply/", form).content.decode())

    def test_one_is_kept_changed_and_taken_away(self) -> None:
        self.assertIn("No quick replies yet.", self.text(PAGE))
        form = {"name": "Thanks", "text": "Thank you, {first_name}"}
        self.assertRedirects(self.client.post(PAGE, form), PAGE)
        row = QuickReply.objects.get()
        self.assertEqual((row.name, row.text, row.by), ("Thanks", "Thank you, {first_name}", "alice"))
        self.client.post(f"{PAGE}{row.pk}/", {**form, "name": "Thank you"})
        self.assertEqual(QuickReply.objects.get().name, "Thank you")
        self.client.post(f"{PAGE}{row.pk}/", {"action": "delete"})
        self.assertFalse(QuickReply.objects.exists())
        entries = AuditEntry.objects.filter(action="conversations.quick_reply").values_list("target", flat=True)
        self.assertEqual(list(entries), [f"quick_reply:{row.pk}"] * 3)

    def test_what_is_wrong_is_said_and_stays_in_the_form(self) -> None:
        self.keep("x")
        for form, words in (
            ({"name": "a", "text": "Hi {first_nam}"}, "did you mean {first_name}?"),
            ({"name": "a", "text": "Hi {zzz}"}, "There is no {zzz}. These exist: {first_name}, "),
            ({"name": "Hello", "text": "y"}, "There is a quick reply of that name."),
            ({"name": " ", "text": "y"}, "Write some text."),
            ({"name": "a", "text": "<b>half", "format": HTML}, "b"),
            ({"name": "a", "text": "x", "format": "BBCode"}, "trouble"),
        ):
            with self.subTest(form):
                page = main_of(self.client.post(PAGE, form).content.decode())
                self.assertIn('id="wrong"', page)
                self.assertIn(words, page)
        self.assertEqual(QuickReply.objects.count(), 1)

    def test_variables_are_filled_in_and_escaped_for_the_format(self) -> None:
        for parse_mode, words, said in (
            ("", "Hi {first_name}, {operator} {id} {not-one}", "Hi B<o>_b, erin 2 {not-one}"),
            (HTML, "<b>{name}</b>", "<b>B&lt;o&gt;_b</b>"),
            (MARKDOWN, "*{name}*", r"*B<o\>\_b*"),
        ):
            with self.subTest(parse_mode):
                pk = self.keep(words, parse_mode)
                self.assertEqual(replies.filled(pk=pk, user_id=2, operator="erin").text, said)
                replies.delete(pk=pk, by="")

    def test_it_is_put_below_what_was_typed_and_nothing_is_sent(self) -> None:
        page = self.insert(self.keep("Hi {first_name}"), "Good morning")
        self.assertIn("Good morning\n\nHi B&lt;o&gt;_b</textarea>", page)
        self.assertFalse(OutgoingMessage.objects.exists())

    def test_its_format_is_chosen_unless_something_of_another_one_stands_there(self) -> None:
        pk = self.keep("<b>Hi</b>", HTML)
        self.assertIn('<option value="HTML" selected>', self.insert(pk))
        page = self.insert(pk, "1 < 2")
        self.assertIn("This quick reply is written as HTML", page)
        self.assertIn("1 &lt; 2</textarea>", page)

    def test_what_the_person_does_not_have_is_refused(self) -> None:
        page = self.insert(self.keep("@{username}"), "typed")
        self.assertIn("This person has no username: write it yourself.", page)
        self.assertIn("typed</textarea>", page)
        self.assertIn("no longer there", self.insert(999))

    def test_who_may_only_use_them_changes_none(self) -> None:
        pk = self.keep("x")
        self.client.force_login(staff("erin", "view_quickreply", "view_conversation"))
        for address in (PAGE, f"{PAGE}{pk}/"):
            self.text(address, 403)
            self.assertEqual(self.client.post(address, {"name": "a", "text": "b"}).status_code, 403)

    def test_there_is_an_end_to_them(self) -> None:
        for number in range(replies.MOST):
            QuickReply.objects.create(name=str(number), text="x", by="x", at="2026-11-30T00:00Z")
        with self.assertRaisesMessage(ValidationError, "There are at most 200 quick replies."):
            self.keep("one more")
