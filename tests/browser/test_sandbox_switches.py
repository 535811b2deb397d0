"""The testers' pages of the sandbox: calls that are found, and switches that switch."""

import json
import tempfile
import unittest
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.chromium import browser, listen, needs_chromium
from tests.processes import PATIENCE, Stack, eventually

PATIENCE_MS = 60_000  # a bound for a machine under load


@needs_chromium
class TestersPagesTests(unittest.TestCase):
    """A sandbox and a browser; the test is the bot."""

    def setUp(self) -> None:
        """Start a sandbox that can save its state, and open an empty page."""
        self.stack = self.enterContext(Stack())
        state = Path(self.enterContext(tempfile.TemporaryDirectory())) / "state.json"
        self.stack.run("manage.py", "sandbox", "--state", str(state))
        eventually(lambda: self.stack.answers(f"{self.stack.sandbox_url}/"), what="the sandbox listens")
        expect.set_options(timeout=PATIENCE_MS)
        self.context = self.enterContext(browser()).new_context()
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        listen(self.page, self.complaints)

    def tearDown(self) -> None:
        """No page may complain."""
        self.assertEqual(self.complaints, [])

    def open(self, path: str) -> None:
        """Go to a page of the sandbox."""
        self.page.goto(f"{self.stack.sandbox_url}{path}")

    def call(self, method: str, **fields: Any) -> int:
        """Call the Bot API; return the status."""
        request = urllib.request.Request(
            f"{self.stack.sandbox_url}/bot1:sandbox/{method}",
            json.dumps(fields).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            return error.code

    def test_the_chat_page_leads_to_both(self) -> None:
        self.open("/")
        self.page.get_by_role("link", name="Calls").click()
        expect(self.page.get_by_role("heading", name="Calls", level=1)).to_be_visible()
        expect(self.page.get_by_text("No bot has called yet.")).to_be_visible()
        self.page.get_by_role("link", name="Switches").click()
        expect(self.page.get_by_role("heading", name="Switches", level=1)).to_be_visible()
        self.page.get_by_role("link", name="Chat").click()
        expect(self.page.get_by_label("Message", exact=True)).to_be_visible()

    def test_calls_come_by_themselves_and_are_found_and_opened(self) -> None:
        self.open("/calls")
        self.call("sendMessage", chat_id=1, text="<script>alert(1)</script>")
        self.call("getUpdates")
        self.call("sendMessage", chat_id=99, text="nobody")
        rows = self.page.get_by_role("list", name="Calls, the newest first").get_by_role("listitem")
        expect(rows).to_have_count(2)  # without getUpdates
        expect(rows.first).to_contain_text("Bad Request: chat not found")
        self.page.get_by_label("Without getUpdates").uncheck()
        expect(rows).to_have_count(3)
        self.page.get_by_label("Status").select_option("failed")
        expect(rows).to_have_count(1)
        self.page.get_by_label("Status").select_option("")
        self.page.get_by_label("Text").fill("ALERT(1)")
        expect(rows).to_have_count(1)
        rows.first.locator("summary").click()
        expect(rows.first.get_by_role("definition").nth(1)).to_have_text("<script>alert(1)</script>")
        expect(rows.first.locator("pre")).to_contain_text('"message_id": 1')
        self.page.reload()
        expect(self.page.get_by_label("Text")).to_have_value("ALERT(1)")
        self.page.get_by_label("Text").fill("not there")
        expect(self.page.get_by_text("No call fits this search.")).to_be_visible()
        self.page.get_by_role("button", name="Forget all").click()
        expect(self.page.get_by_text("No bot has called yet.")).to_be_visible()

    def test_a_fault_is_added_meets_calls_and_is_removed(self) -> None:
        self.open("/switches")
        expect(self.page.get_by_text("All is well.", exact=True)).to_be_visible()
        self.page.get_by_label("What goes wrong").select_option("flood")
        form = self.page.locator("#fault")
        expect(form.get_by_label("Answer after, ms")).to_be_hidden()
        form.get_by_label("Method").fill("send*")
        form.get_by_label("Retry after, s").fill("7")
        form.get_by_role("button", name="Add fault").click()
        fault = self.page.locator("#faults li")
        expect(fault).to_contain_text("send* · retry after 7 s")
        self.assertEqual((self.call("sendMessage", chat_id=1, text="x"), self.call("getMe")), (429, 200))
        expect(fault).to_contain_text("on, hit once")
        fault.get_by_role("button", name="Remove").click()
        expect(fault).to_have_count(0)
        self.assertEqual(self.call("sendMessage", chat_id=1, text="x"), 200)

    def test_every_kind_can_be_set_by_the_form(self) -> None:
        self.open("/switches")
        kinds = (
            self.page.get_by_label("What goes wrong").locator("option").evaluate_all("all => all.map(one => one.value)")
        )
        form = self.page.locator("#fault")
        for kind in kinds:
            self.page.get_by_label("What goes wrong").select_option(kind)
            if kind == "migrate":
                form.get_by_label("New chat").fill("-100")
            form.get_by_label("Lasts, s").fill("30" if kind == "outage" else "")
            form.get_by_role("button", name="Add fault").click()
            expect(self.page.locator("#faults li")).to_have_count(kinds.index(kind) + 1)
        set_now = [fault["kind"] for fault in self.stack.sandbox("faults")["faults"]]
        self.assertEqual(set_now, kinds)
        self.page.get_by_role("button", name="Remove all").click()
        expect(self.page.locator("#faults li")).to_have_count(0)

    def test_an_outage_begins_by_a_button(self) -> None:
        self.open("/switches")
        self.page.get_by_label("Seconds").fill("600")
        self.page.get_by_role("button", name="Begin the outage").click()
        expect(self.page.get_by_text("An outage: nothing works.")).to_be_visible()
        self.assertEqual(self.call("getMe"), 502)

    def test_limits_and_stars_are_set_and_statistics_begin_anew(self) -> None:
        self.open("/switches")
        self.page.get_by_role("button", name="Telegram's").click()
        expect(self.page.get_by_label("Group, a minute")).to_have_value("20")
        self.page.get_by_label("Group, a minute").fill("7")
        self.page.get_by_label("Paid, a second").fill("")
        self.page.get_by_role("button", name="Set these").click()
        expect(self.page.get_by_text("The limits are set.")).to_be_visible()
        eventually(lambda: self.stack.sandbox("limits")["group_per_minute"] == 7, what="the limit is set")
        self.assertIsNone(self.stack.sandbox("limits")["paid_per_second"])
        self.page.get_by_role("button", name="Off").click()
        expect(self.page.get_by_text("Off: bots send as fast as they like.")).to_be_visible()
        self.page.get_by_label("Balance").fill("12000")
        self.page.get_by_role("button", name="Give").click()
        expect(self.page.get_by_text("12000 Stars; 0 spent")).to_be_visible()
        self.call("getMe")
        expect(self.page.get_by_role("row", name="getMe 1")).to_be_visible()
        self.page.get_by_role("button", name="Reset").click()
        expect(self.page.get_by_text("Nobody has called since counting began.")).to_be_visible()

    def test_the_state_is_saved_and_loaded_after_a_question(self) -> None:
        self.open("/switches")
        self.stack.sandbox("people", first_name="Dora")
        self.page.get_by_role("button", name="Save").click()
        expect(self.page.get_by_text("The state is saved.")).to_be_visible()
        self.stack.sandbox("people", first_name="Eve")
        self.page.get_by_role("button", name="Load", exact=True).click()
        dialog = self.page.get_by_role("dialog")
        dialog.get_by_role("button", name="Cancel").click()
        self.assertEqual(len(self.stack.sandbox("state")["people"]), 6)
        self.page.get_by_role("button", name="Load", exact=True).click()
        dialog.get_by_role("button", name="Load").click()
        expect(self.page.get_by_text("The saved state is there.")).to_be_visible()
        self.assertEqual(len(self.stack.sandbox("state")["people"]), 5)

    def test_nothing_is_wider_than_a_phone(self) -> None:
        self.call("sendMessage", chat_id=1, text="x" * 300)
        self.stack.sandbox("faults", kind="undecodable_update", probability=0.5)
        self.page.set_viewport_size({"width": 320, "height": 640})
        for path, something in (("/calls", "#found li"), ("/switches", "#faults li")):
            self.open(path)
            expect(self.page.locator(something).first).to_be_visible()
            self.assertLessEqual(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"), 0, path)
