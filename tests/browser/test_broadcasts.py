"""Sending a broadcast: a draft is written, tested, counted and started; its progress is seen until it is done."""

from playwright.sync_api import expect

from tests.browser.case import NAME, BrowserTestCase
from tests.browser.chromium import needs_chromium

PEOPLE = 40  # beside Alice, whose account is the operator's
TEXT = "The shop is open again"
MEET = f"""
from django.contrib.auth.models import User as Login
from django.utils import timezone
from botcore.models import Chat, StaffLink, User
now = timezone.now()
for one in {{people}}:
    User.objects.get_or_create(id=one, defaults=dict(first_name="Somebody", first_seen=now, last_seen=now))
    Chat.objects.get_or_create(id=one, defaults=dict(type="private", first_seen=now, last_seen=now))
StaffLink.objects.create(account=Login.objects.get(username="{NAME}"), user_id=1, at=now)
"""
REPORTS = """
from botcore.models import ErrorGroup
print(list(ErrorGroup.objects.values_list("title", flat=True)))
"""


@needs_chromium
class BroadcastTests(BrowserTestCase):
    """The bot sends three messages a second, so that there is a progress to see."""

    environment = {"BOT_SANDBOX": "1", "BOT_MESSAGES_PER_SECOND": "3"}

    def shell(self, code: str) -> str:
        """Run Python over the database; return what it prints."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def test_a_broadcast_is_sent(self) -> None:
        people = [1, *(self.stack.sandbox("people", first_name="P")["person"]["id"] for _ in range(PEOPLE))]
        self.shell(MEET.format(people=people))
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.deck.keyboard.press("g")
        self.deck.keyboard.press("r")
        self.write()
        self.try_it()
        self.start()
        self.assertTrue(all(TEXT in self.stack.bot_texts(person) for person in people))
        self.assertEqual((self.complaints, self.shell(REPORTS)), ([], "[]"))

    def write(self) -> None:
        """The draft says who would get it, and cannot start yet."""
        deck = self.deck
        deck.get_by_label("Text or caption, in Telegram's HTML").fill(f"<b>{TEXT}</b>")
        deck.get_by_role("button", name="Look at it").click()
        expect(deck.get_by_text(f"{PEOPLE + 1} people would get it")).to_be_visible()
        expect(deck.get_by_text("What it says now was not tested")).to_be_visible()

    def try_it(self) -> None:
        """The test arrives in the operator's own chat, and the page says so by itself."""
        self.deck.get_by_role("button", name="Test to me").click()
        expect(self.messages.filter(has_text=TEXT)).to_be_visible()
        expect(self.deck.get_by_text("The test arrived as it is.")).to_be_visible()

    def start(self) -> None:
        """After the question it goes out: the page shows how far it came, until it is done, without being loaded."""
        deck = self.deck
        deck.get_by_role("link", name="Start broadcast").click()
        deck.get_by_role("button", name=f"Send it to {PEOPLE + 1} people").click()
        expect(deck.get_by_text("It is sent now.")).to_be_visible()
        deck.evaluate("window.isTheSamePage = true")
        expect(deck.locator("#live progress.running:not([value='0'])")).to_be_visible()
        expect(deck.locator("#live .state.done")).to_be_visible()
        expect(deck.locator("#live dl.facts div", has_text="Sent").locator("dd")).to_have_text(str(PEOPLE + 1))
        self.assertTrue(deck.evaluate("window.isTheSamePage"))
