"""A list as an operator uses it: filter, chip, columns, a view, several rows with a way back, what is new."""

import re

from playwright.sync_api import expect

from tests.browser.case import BrowserTestCase
from tests.browser.chromium import needs_chromium


@needs_chromium
class ListTests(BrowserTestCase):
    """An operator at the lists of updates and people, while somebody writes."""

    environment = {"BOT_SANDBOX": "1"}

    def test_from_a_filter_to_what_is_new(self) -> None:
        self.chat.goto(f"{self.stack.sandbox_url}/")
        self.log_in(self.deck)
        self.say("/start")
        expect(self.messages.filter(has_text="/help").first).to_be_visible()
        self.narrow()
        self.choose_columns()
        self.keep_the_view()
        self.tag_and_undo()
        self.see_what_is_new()
        self.assertEqual(self.complaints, [])

    def narrow(self) -> None:
        """Ask for a person, see the chip, take it away and put it back."""
        deck = self.deck
        deck.goto(f"{self.stack.web_url}/updates/")
        deck.get_by_text("Filters", exact=True).click()
        deck.get_by_label("Kind").select_option("message")
        deck.get_by_label("from", exact=True).fill("2h")
        deck.locator("#more-filters").get_by_role("button", name="Show").click()
        expect(deck).to_have_url(re.compile(r"/updates/\?kind=message&from=2h$"))
        chip = deck.get_by_role("link", name=re.compile("^Kind message"))
        expect(chip).to_be_visible()
        expect(deck.locator("tbody tr").first).to_contain_text("message")
        chip.click()
        expect(chip).to_have_count(0)
        expect(deck).to_have_url(re.compile(r"/updates/\?from=2h$"))

    def choose_columns(self) -> None:
        """Show a column that is hidden by itself; Escape closes a sheet."""
        deck = self.deck
        deck.locator("#columns summary").click()
        deck.keyboard.press("Escape")
        expect(deck.get_by_role("button", name="Show these")).to_be_hidden()
        deck.locator("#columns summary").click()
        deck.get_by_label("Update id").check()
        deck.get_by_role("button", name="Show these").click()
        expect(deck.get_by_role("columnheader", name="Update id")).to_be_visible()
        expect(deck).to_have_url(re.compile(r"from=2h$"))

    def keep_the_view(self) -> None:
        """Keep what is asked, and come back to it by its tab."""
        deck = self.deck
        deck.get_by_text("Save as a view…").click()
        deck.get_by_label("Name").first.fill("Last two hours")
        deck.get_by_role("button", name="Save view").click()
        deck.goto(f"{self.stack.web_url}/updates/")
        expect(deck.get_by_role("columnheader", name="Update id")).to_be_visible()
        deck.get_by_role("link", name="Last two hours").click()
        expect(deck.get_by_role("link", name=re.compile("^Received from 2h ago"))).to_be_visible()
        expect(deck.get_by_role("link", name="Last two hours")).to_have_attribute("aria-current", "true")

    def tag_and_undo(self) -> None:
        """Tag everybody on the page and take it back; a click on a row leads to its page."""
        deck = self.deck
        deck.goto(f"{self.stack.web_url}/people/")
        deck.get_by_label("All on this page").check()
        expect(deck.get_by_text(re.compile(r"^\d+ chosen:$"))).to_be_visible()
        deck.get_by_label("Tag for the chosen").fill("vip")
        deck.get_by_role("button", name="Tag", exact=True).click()
        expect(deck.get_by_text(re.compile("the tag is on"))).to_be_visible()
        expect(deck.locator("td.c-tags").first).to_contain_text("#vip")
        deck.get_by_role("button", name="Undo").click()
        expect(deck.get_by_text(re.compile("undone"))).to_be_visible()
        expect(deck.locator("td.c-tags").first).to_have_text("–")
        deck.locator("td.c-language").first.click()
        expect(deck).to_have_url(re.compile(r"/people/\d+/$"))

    def see_what_is_new(self) -> None:
        """Leave the list open while somebody writes: rows stand still, and come when they are asked for."""
        deck = self.deck
        deck.goto(f"{self.stack.web_url}/updates/")
        rows = deck.locator("tbody tr")
        before, first = rows.count(), rows.first.get_attribute("id")
        self.say("/help")
        fresh = deck.get_by_role("link", name=re.compile(r"^\d+ new"))
        expect(fresh).to_be_visible()
        self.assertEqual((rows.count(), rows.first.get_attribute("id")), (before, first))
        fresh.click()
        expect(rows.first).not_to_have_id(str(first))
        expect(fresh).to_have_count(0)
        self.assertGreater(rows.count(), before)
