"""The frame in a real browser: search, shortcuts, theme, toasts, the tab, and what an ended session looks like."""

import re
import unittest
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from dashboard.navigation import BY_NAME
from tests.browser.case import NAME, PASSWORD, PATIENCE_MS
from tests.browser.chromium import browser, listen, needs_chromium
from tests.processes import Stack

REFUSED = "the server responded with a status of 401"  # the browser itself says so of every 401


@needs_chromium
class ShellTests(unittest.TestCase):
    """The web alone, for there is no bot in the frame; each test has a browser of its own."""

    stack: Stack
    started: Browser

    @classmethod
    def setUpClass(cls) -> None:
        """Start the web once."""
        cls.stack = cls.enterClassContext(Stack(BOT_SANDBOX="1"))
        cls.stack.migrate()
        cls.stack.manage("collectstatic", "--no-input", "--verbosity", "0")
        arguments = ["--no-input", "--username", NAME, "--email", "o@example.org"]
        cls.stack.manage("createsuperuser", *arguments, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        cls.stack.start_web()
        cls.started = cls.enterClassContext(browser())

    def setUp(self) -> None:
        """Open a page that is logged in and writes down every complaint."""
        self.complaints: list[str] = []
        expect.set_options(timeout=PATIENCE_MS)
        self.context, self.page = self.visitor(timezone_id="Asia/Tokyo")

    def tearDown(self) -> None:
        """Fail when the browser complained."""
        self.context.close()
        self.assertEqual([line for line in self.complaints if REFUSED not in line], [])

    def visitor(self, **facts: Any) -> tuple[BrowserContext, Page]:
        """Return a new visitor who is logged in."""
        context = self.started.new_context(**{"viewport": {"width": 1280, "height": 800}, **facts})
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        listen(page, self.complaints)
        page.goto(f"{self.stack.web_url}/")
        page.get_by_label("Username").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("heading", name="Overview", level=1)).to_be_visible()
        page.wait_for_load_state()  # its scripts come last
        return context, page

    def open(self, path: str) -> None:
        """Open a page of the dashboard."""
        self.page.goto(f"{self.stack.web_url}{path}")

    def test_the_search_is_used_with_the_keyboard_alone(self) -> None:
        seek = self.page.get_by_role("link", name="Search", exact=True)
        seek.focus()
        self.page.keyboard.press("Control+k")
        field = self.page.get_by_role("combobox", name="Search everything")
        expect(field).to_be_focused()
        expect(self.page.get_by_role("option")).to_have_count(len(BY_NAME))
        self.page.keyboard.type("alerts.")
        options = self.page.get_by_role("option")
        expect(options).to_have_text([re.compile("alerts.cooldown"), re.compile("alerts.cap")])
        expect(options.first).to_have_attribute("aria-selected", "true")
        self.page.keyboard.press("ArrowDown")
        expect(options.last).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", str(options.last.get_attribute("id")))
        self.page.keyboard.press("Escape")
        expect(field).to_be_hidden()
        expect(seek).to_be_focused()

        self.page.keyboard.press("Control+k")
        self.page.keyboard.type("alerts.cap")
        expect(options).to_have_count(1)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="alerts.cap", level=1)).to_be_visible()

    def test_the_search_that_fails_can_be_tried_again(self) -> None:
        self.page.route("**/find/**", lambda route: route.fulfill(status=200, body="") if tries else route.abort())
        tries: list[int] = []
        self.page.get_by_role("link", name="Search", exact=True).click()
        again = self.page.locator("#palette").get_by_role("button", name="Try again")
        expect(again).to_be_visible()
        tries.append(1)
        again.click()
        expect(again).to_be_hidden()
        self.complaints = [line for line in self.complaints if "ERR_FAILED" not in line]

    def test_shortcuts_lead_to_pages_but_not_while_somebody_types(self) -> None:
        self.page.keyboard.press("?")
        sheet = self.page.get_by_role("dialog", name="Keyboard")
        expect(sheet.get_by_role("link", name="Monitoring")).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        for letter, path in {"s": "/settings/", "p": "/people/"}.items():
            self.page.keyboard.press("g")
            self.page.keyboard.press(letter)
            self.page.wait_for_url(f"**{path}")
        self.page.keyboard.press("/")
        field = self.page.get_by_role("searchbox")
        expect(field).to_be_focused()
        self.page.keyboard.type("g o?")
        expect(field).to_have_value("g o?")
        expect(sheet).to_be_hidden()

    def test_all_pages_are_in_sight_on_a_laptop(self) -> None:
        beyond = "document.querySelector('.groups').scrollHeight - document.querySelector('.groups').clientHeight"
        self.assertEqual(self.page.evaluate(beyond), 0)

    def test_j_and_k_move_through_rows_and_enter_opens_one(self) -> None:
        self.open("/settings/")
        links = self.page.locator("main table.rows tbody tr a")
        self.page.keyboard.press("j")
        expect(links.nth(0)).to_be_focused()
        self.page.keyboard.press("j")
        self.page.keyboard.press("j")
        self.page.keyboard.press("k")
        expect(links.nth(1)).to_be_focused()
        name = links.nth(1).inner_text()
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name=name, level=1)).to_be_visible()

    def test_single_keys_can_be_switched_off(self) -> None:
        self.page.keyboard.press("?")
        self.page.get_by_label("Keys without Ctrl").uncheck()
        self.open("/people/")
        self.page.keyboard.press("?")
        self.page.keyboard.press("Control+k")
        expect(self.page.get_by_role("combobox", name="Search everything")).to_be_focused()
        expect(self.page.get_by_role("dialog", name="Keyboard")).to_be_hidden()

    def test_a_theme_holds_at_once_on_the_next_page_and_in_the_admin(self) -> None:
        ink = "getComputedStyle(document.body).color"
        light = self.page.evaluate(ink)
        with self.page.expect_response("**/look/theme/"):
            self.page.get_by_role("button", name="Dark theme").click()
        dark = self.page.evaluate(ink)
        self.assertNotEqual(light, dark)
        expect(self.page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "true")
        self.open("/people/")
        self.assertEqual(self.page.evaluate(ink), dark)
        self.assertEqual(self.page.evaluate("document.documentElement.dataset.theme"), "dark")
        self.open("/admin/")
        self.assertEqual(self.page.evaluate("getComputedStyle(document.documentElement).colorScheme"), "dark")

    def test_the_language_is_chosen_and_ages_are_counted_on_in_it(self) -> None:
        self.page.get_by_role("button", name="Русский").click()
        expect(self.page.locator("html")).to_have_attribute("lang", "ru")
        expect(self.page.locator("#pages").get_by_role("link", name="Ошибки")).to_be_visible()
        self.assertIn("только что", self.page.evaluate("document.body.dataset.words"))

    def test_times_are_in_the_browsers_zone(self) -> None:
        self.open("/audit/")
        expect(self.page.locator("main time").first).to_have_attribute("title", re.compile(" JST$"))

    def change(self, value: str) -> None:
        """Change a setting."""
        self.open("/settings/alerts.cap/")
        self.page.locator('form[action$="/change/"]').evaluate("form => form.noValidate = true")
        self.page.get_by_label("Value").fill(value)
        self.page.get_by_role("button", name="Change", exact=True).click()

    def test_toasts_fade_when_all_is_well_and_stay_when_it_is_not(self) -> None:
        self.page.clock.install()
        self.change("7")
        toast = self.page.get_by_role("status").locator(".toast")
        expect(toast).to_contain_text("Changed alerts.cap")
        toast.hover()
        self.page.clock.run_for(60_000)
        expect(toast).to_be_visible()
        self.page.mouse.move(5, 5)
        self.page.clock.run_for(7_000)
        expect(toast).to_have_count(0)

        self.change("-1")
        warning = self.page.get_by_role("alert").locator(".toast")
        expect(warning).to_contain_text("Nothing is changed")
        self.page.clock.run_for(60_000)
        warning.get_by_role("button", name="Close").click()
        expect(warning).to_have_count(0)

    def test_without_javascript_all_of_it_is_there(self) -> None:
        state: Any = self.context.storage_state()
        context = self.started.new_context(
            java_script_enabled=False, storage_state=state, viewport={"width": 360, "height": 700}
        )
        page = context.new_page()
        page.goto(f"{self.stack.web_url}/settings/alerts.cap/")
        page.get_by_label("Value").fill("5")
        page.get_by_role("button", name="Change", exact=True).click()
        expect(page.locator("main .notice")).to_contain_text("Changed alerts.cap")
        page.get_by_role("button", name="More").click()
        page.get_by_role("button", name="Dark theme").click()
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        page.get_by_role("link", name="Search", exact=True).click()
        page.get_by_role("searchbox").fill("alerts.cap")
        page.get_by_role("searchbox").press("Enter")
        page.locator("main").get_by_role("link", name="alerts.cap").click()
        expect(page.get_by_role("heading", name="alerts.cap", level=1)).to_be_visible()
        context.close()

    def test_a_refresh_that_fails_says_so_and_can_be_tried_again(self) -> None:
        self.open("/jobs/")
        live = self.page.locator("#live-state")
        self.page.route("**/jobs/?seen=*", lambda route: route.fulfill(status=503, body="away"))
        expect(live).to_contain_text("Not refreshed since")
        self.page.unroute("**/jobs/?seen=*")
        live.get_by_role("button", name="Try again").click()
        expect(live.get_by_text("Live", exact=True)).to_be_visible()
        expect(live.get_by_role("button")).to_be_hidden()
        self.complaints = [line for line in self.complaints if "status of 503" not in line]

    def test_a_refresh_without_an_answer_is_said_on_the_page_and_no_trace_stands_in_the_console(self) -> None:
        self.open("/jobs/")
        live = self.page.locator("#live-state")
        self.page.route("**/jobs/?seen=*", lambda route: route.abort())
        expect(live).to_contain_text("Not refreshed since")
        self.page.unroute("**/jobs/?seen=*")
        live.get_by_role("button", name="Try again").click()
        expect(live.get_by_text("Live", exact=True)).to_be_visible()
        # This line is the browser's own, and no page can forbid it.
        self.complaints = [line for line in self.complaints if "Failed to load resource: net::ERR_FAILED" not in line]

    def test_two_clicks_send_a_form_once(self) -> None:
        self.open("/account/second-factor/")
        held: list[Route] = []
        self.page.route("**/second-factor/begin/", lambda route: held.append(route))  # noqa: PLW0108 (it wants a function)
        self.page.get_by_label("Your password").fill(PASSWORD)
        # In the page: Playwright's own second click waits for the answer to the first.
        twice = "button => { button.click(); setTimeout(() => button.click(), 200); }"
        self.page.get_by_role("button", name="Set up").evaluate(twice)
        self.page.wait_for_timeout(1000)
        self.assertEqual(len(held), 1)
        held[0].continue_()
        expect(self.page.get_by_role("textbox", name="Code")).to_be_visible()

    def test_who_was_logged_out_keeps_what_was_typed_and_comes_back(self) -> None:
        self.open("/errors/?tab=all")
        self.page.get_by_role("searchbox").fill("half a thou")
        self.context.clear_cookies(name="sessionid")
        link = self.page.locator("#live-state").get_by_role("link", name="Log in")
        expect(link).to_be_visible()
        expect(self.page.get_by_role("searchbox")).to_have_value("half a thou")
        link.click()
        self.page.get_by_label("Username").fill(NAME)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        self.page.wait_for_url("**/errors/?tab=all")

    def test_the_tab_follows_what_burns(self) -> None:
        self.open("/jobs/")
        icon = self.page.locator("#icon")
        expect(self.page).to_have_title("Jobs · Botdeck")
        fragment = (
            '<span id="alert-badge" class="badge hot" hx-swap-oob="outerHTML">2</span>'
            '<div id="live" class="stack wide">Everything burns</div>'
        )
        self.page.route("**/jobs/?seen=*", lambda route: route.fulfill(status=200, body=fragment))
        expect(self.page).to_have_title("● (2) Jobs · Botdeck")
        expect(icon).to_have_attribute("href", re.compile("favicon-down"))

    def test_on_a_phone_all_pages_are_in_a_sheet(self) -> None:
        self.page.set_viewport_size({"width": 360, "height": 700})
        sheet = self.page.locator("#pages")
        expect(sheet).to_be_hidden()
        self.page.get_by_role("button", name="More").click()
        sheet.get_by_role("link", name="Settings").click()
        expect(self.page.get_by_role("heading", name="Settings", level=1)).to_be_visible()

    def test_no_page_scrolls_sideways_on_small_phones_and_on_wide_screens(self) -> None:
        beyond = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        for width in (320, 701, 2560):
            self.page.set_viewport_size({"width": width, "height": 700})
            for entry in BY_NAME.values():
                if entry.view:
                    continue  # Django's own frame
                self.open(entry.address)
                with self.subTest(entry.name, width=width):
                    self.assertEqual(self.page.evaluate(beyond), 0)

    def test_a_page_prints_its_content_without_what_is_pressed(self) -> None:
        self.page.emulate_media(media="print", color_scheme="dark")
        self.page.set_viewport_size({"width": 703, "height": 1000})
        self.open("/settings/")
        expect(self.page.locator(".side")).to_be_hidden()
        expect(self.page.locator(".dock")).to_be_hidden()
        expect(self.page.locator("main .button").first).to_be_hidden()
        expect(self.page.locator(".printed")).to_contain_text("/settings/")
        self.assertEqual(self.page.evaluate("getComputedStyle(document.querySelector('main tr')).display"), "table-row")
        self.assertEqual(self.page.evaluate("getComputedStyle(document.querySelector('h1')).color"), "rgb(0, 0, 0)")
