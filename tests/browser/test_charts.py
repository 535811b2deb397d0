"""Charts under a mouse and without a script: what is pointed at says its value."""

from playwright.sync_api import expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium


@needs_chromium
class ChartTests(BrowserTestCase):
    """An operator on the overview and on the page of growth."""

    def test_a_bar_that_is_pointed_at_says_its_value_and_the_table_opens(self) -> None:
        self.log_in(self.deck)
        expect(self.deck.locator(".lightrow .light")).to_have_text("All is well")
        bar = self.deck.locator("svg.bars .bar").nth(30)
        expect(bar.locator(".tip")).to_be_hidden()
        bar.locator(".hit").hover()
        expect(bar.locator(".tip")).to_be_visible()
        self.deck.get_by_text("As a table").click()
        expect(self.deck.locator("#table-minutes tbody tr")).to_have_count(60)
        self.deck.goto(f"{self.stack.web_url}/people/growth/?days=30")
        expect(self.deck.get_by_role("heading", name="When people write")).to_be_visible()
        self.assertEqual(self.complaints, [])
