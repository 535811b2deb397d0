"""The chat page shows what bots and people make up: nothing of it runs, leads astray or breaks the layout."""

from typing import Any

from playwright.sync_api import Dialog, expect

from tests.browser.chromium import needs_chromium
from tests.browser.room_case import ALICE, RoomCase

SCRIPT = "<img src=x onerror=\"document.title = 'RAN'\"><script>document.title = 'RAN'</script>"
LONG, ZALGO, OVERRIDE = "W" * 100, "Z" + "\u0336\u0489" * 30, "\u202egnp.exe"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(1)</script></svg>"
# What stands out of a phone's window although nothing around it cuts it or lets it be scrolled.
OUTSIDE = """() => [...document.querySelectorAll("main *, dialog[open] *")].filter((one) => {
    const { width, right } = one.getBoundingClientRect();
    const isCut = (box) => box && (getComputedStyle(box).overflowX !== "visible" && box.id !== "log"
        && box.getBoundingClientRect().right <= innerWidth || isCut(box.parentElement));
    return width && right > innerWidth + 1 && !isCut(one.parentElement);
}).map((one) => `${one.tagName} ${one.className}`)"""


@needs_chromium
class HostileTests(RoomCase):
    """One message after the other; the page must neither complain nor open a dialog."""

    def setUp(self) -> None:
        """Look at it on a phone."""
        super().setUp()
        self.page.set_viewport_size({"width": 320, "height": 640})
        self.page.on("dialog", self._note)

    def _note(self, dialog: Dialog) -> None:
        """A script has run."""
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def assert_fits(self) -> None:
        """Nothing is wider than the phone."""
        self.assertEqual(self.page.evaluate(OUTSIDE), [])
        log = self.page.get_by_role("log", include_hidden=True)
        self.assertEqual(log.evaluate("log => log.scrollWidth - log.clientWidth"), 0)
        self.assertNotEqual(self.page.title(), "RAN")

    def test_texts_keys_polls_and_things_stay_within_the_window(self) -> None:
        for words in (SCRIPT, LONG * 40, ZALGO * 20, OVERRIDE * 20, "👨‍👩‍👧‍👦" * 500, "שלום" + LONG):
            self.send(words)
        key = {"callback_data": "x"}
        rows = [[{"text": LONG, **key}], [{"text": ZALGO, **key}] * 8, [{"text": SCRIPT, **key}]]
        self.send("Keys", reply_markup={"inline_keyboard": rows})
        self.send("Keyboard", reply_markup={"keyboard": [[LONG * 2], [ZALGO] * 6, [SCRIPT]]})
        self.call("sendPoll", chat_id=ALICE, question=LONG, options=[LONG, SCRIPT[:100]])
        self.call("sendVenue", chat_id=ALICE, latitude=1, longitude=1, title=LONG, address=SCRIPT)
        self.call("sendContact", chat_id=ALICE, phone_number="1" * 60, first_name=LONG[:64])
        self.call("setMyName", name=LONG[:64])
        self.call("setMyCommands", commands=[{"command": "c" * 32, "description": LONG * 2}])
        self.call("pinChatMessage", chat_id=ALICE, message_id=self.send(LONG))
        expect(self.page.locator("#pin-text")).to_have_text(LONG)
        expect(self.page.get_by_role("heading", name=LONG[:64])).to_be_visible()
        self.assert_fits()

    def test_the_time_of_a_text_that_runs_from_right_to_left_reads_as_a_time(self) -> None:
        self.send("שלום")
        made = self.messages().locator(".meta")
        expect(made).to_have_css("direction", "ltr")
        expect(made).to_have_css("unicode-bidi", "isolate")

    def test_files_that_are_pages_or_lie_about_what_they_are_are_only_taken_as_files(self) -> None:
        for name, kind in (("a.html", "text/html"), ("a.svg", "image/svg+xml"), ("a.xml", "text/xml")):
            sent = self.call("sendDocument", ("document", name, kind, SVG), chat_id=ALICE)
            answer = self.page.request.get(f"{self.stack.sandbox_url}/sandbox/files/{sent['document']['file_id']}")
            self.assertEqual(answer.headers["content-type"], "application/octet-stream")
            self.assertEqual(answer.headers["x-content-type-options"], "nosniff")
        self.call("sendDocument", ("document", "a.png", "image/png", SVG), chat_id=ALICE)
        expect(self.messages().locator("a.card")).to_have_count(4)
        self.assert_fits()

    def test_addresses_of_scripts_are_no_links_and_no_window_opens_for_them(self) -> None:
        addresses = (
            "javascript:alert(1)",
            "javascript:alert(1)//https://a.org",
            "data:text/html,<script>alert(1)</script>",
        )
        for address in addresses:
            self.send("x", entities=[{"type": "text_link", "offset": 0, "length": 1, "url": address}])
        expect(self.messages()).to_have_count(len(addresses))
        expect(self.messages().locator("a")).to_have_count(0)
        ran = self.page.evaluate("""async (addresses) => {
            const { openOutside } = await import("/page/elements.js");
            const opened = [];
            window.open = (address) => opened.push(address);
            for (const address of addresses) try { openOutside(address); } catch {}
            return opened;
        }""", [*addresses, "file:///etc/passwd", "//", "", "https://a.org/?a=1#b"])  # fmt: skip
        self.assertEqual(ran, ["https://a.org/?a=1#b"])

    def test_broken_addresses_of_telegram_are_told_and_nothing_breaks(self) -> None:
        self.send("https://t.me/%E0%A4%A https://t.me/%24%E0 https://t.me/+%zz")
        links = self.messages().locator("a")
        for number in range(3):
            links.nth(number).click()
            expect(self.page.locator(".toast")).to_be_visible()
        self.assertEqual(len(self.context.pages), 1)
        self.complaints = [one for one in self.complaints if "Failed to load resource" not in one]

    def test_a_web_app_keeps_the_fragment_of_its_address_before_what_it_is_told(self) -> None:
        self.context.route("https://a.org/**", lambda route: route.fulfill(body="app", content_type="text/html"))
        cases = (("", "#tgWeb"), ("#/shop", "#/shop?tgWeb"), ("#/shop?a=1", "#/shop?a=1&tgWeb"))
        for count, (fragment, wanted) in enumerate(cases, 1):
            button = {"text": "Shop", "web_app": {"url": f"https://a.org/{fragment}"}}
            self.send("Shop", reply_markup={"inline_keyboard": [[button]]})
            expect(self.messages()).to_have_count(count)
            self.messages().last.locator(".key").click()
            with self.context.expect_page() as opened:
                self.sheet("Shop").get_by_role("button", name="Open the page").click()
            self.assertIn(f"https://a.org/{wanted}AppData=", opened.value.url)
            self.assertIsNone(opened.value.evaluate("opener"))
            opened.value.close()
            self.page.keyboard.press("Escape")

    def test_results_whose_fields_are_no_texts_are_shown_as_what_they_can_be(self) -> None:
        results: list[dict[str, Any]] = [
            {"type": "article", "id": "1", "title": 5, "description": {"a": 1}, "thumbnail_url": 7},
            {"type": "article", "id": "2", "title": ["x"], "input_message_content": "no"},
            {"type": "article", "id": "3", "title": SCRIPT, "description": LONG},
        ]
        self.page.get_by_label("Message", exact=True).fill("@sandbox_bot x")
        self._answer(results)
        expect(self.page.get_by_role("option")).to_have_count(3)
        expect(self.page.get_by_role("option").locator("strong")).to_have_text(["5", "article", SCRIPT])
        self.assert_fits()

    def _answer(self, results: list[dict[str, Any]]) -> None:
        """Answer the inline query of the page as the bot."""
        asked = self.call("getUpdates", timeout=20, allowed_updates=["inline_query"])
        self.call("answerInlineQuery", inline_query_id=asked[0]["inline_query"]["id"], results=results)
