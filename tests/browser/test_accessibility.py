"""Every page, light and dark, with axe-core: no serious or critical finding."""

from tests.browser.axe_run import COLOURS, RULES, findings
from tests.browser.case import NAME, PASSWORD, BrowserTestCase
from tests.browser.chromium import needs_chromium
from tests.browser.screenshots import login, panel
from tests.browser.test_monitoring import DAY

ROWS = """
from django.utils import timezone
from botcore.conversations import replies, services
from botcore.models import AnswerDay, Broadcast, OutgoingState, SourceCount, State
from botcore.people import attributes, notes, segments
from tests.database.dashboard.data import event, message, outgoing, person, update
from tests.database.errors import error, occurrence
message(person(7, "Grete"), "The map is wrong")
services.take_over(user_id=7, by="operator")
notes.write(user_id=7, text="Likes maps", account_id=None, by="operator")
replies.save(name="Thanks", words="Thank you, {first_name}", parse_mode="", by="operator")
update(State.DEAD, error="KeyError: 1")
update(State.DONE, chat_id=7, user_id=7)
attributes.put(user_id=7, name="city", value="Berlin", by="operator")
segments.save(name="Speak German", conditions={"language": "de"}, by="operator")
SourceCount.objects.create(source="poster", people=8, active=2, last_at=timezone.now())
AnswerDay.objects.create(day=timezone.now().date(), asked=2, answered=1, half_seconds=60, most_seconds=90)
outgoing(OutgoingState.SENT, chat_id=7, message_id=1)
outgoing(OutgoingState.UNCERTAIN, chat_id=7)
event("A gap")
occurrence(error("KeyError: 1"))
Broadcast.objects.create(bot_id=1, payload='{"text": "News"}', created_by="operator", created_at=timezone.now())
"""


@needs_chromium
class AccessibilityTests(BrowserTestCase):
    """The panel, with a row of everything; Django's admin is in test_admin."""

    def test_no_page_has_a_grave_finding(self) -> None:
        """Look at all of each page in the light, and at its colours in the dark."""
        self.stack.manage("shell", "-c", ROWS + DAY)
        page = self.deck
        page.set_viewport_size({"width": 1280, "height": 1200})
        page.emulate_media(reduced_motion="reduce")  # a colour that is still changing has another contrast
        login(page, self.stack.web_url, NAME, PASSWORD)
        wrong = ("updates-wrong", "/updates/?state=done&from=soon&person=Zoe")
        for name, address in [*panel(page, self.stack.web_url), wrong]:
            page.emulate_media(color_scheme="light")
            page.goto(f"{self.stack.web_url}{address}")
            for scheme, rules in (("light", RULES), ("dark", COLOURS)):
                with self.subTest(name, scheme=scheme):
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    self.assertEqual(findings(page, rules), [])

    def test_the_checker_finds_what_is_wrong(self) -> None:
        self.log_in(self.deck)
        self.deck.evaluate("document.querySelector('main').append(document.createElement('img'))")
        self.assertIn("image-alt (critical): ", " ".join(findings(self.deck)))
