"""One's own account in a browser: a second factor set up, logins with a code and a recovery code, sessions ended."""

import base64
from urllib.request import urlopen

from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.case import NAME, PASSWORD, BrowserTestCase
from tests.browser.chromium import listen, needs_chromium
from tests.processes import eventually


def code_of(secret: str, *, steps: int = 0) -> str:
    """Return what an app shows for a secret, some steps of 30 seconds from now."""
    key = base64.b32decode(secret.replace(" ", ""))
    return f"{totp(key, t0=-steps * 30):06}"


@needs_chromium
class AccountTests(BrowserTestCase):
    """The operator at a desk and with a phone."""

    def test_a_second_factor_from_the_first_picture_to_a_lost_phone(self) -> None:
        self.log_in(self.deck)
        phone = self.another_browser()
        self.log_in(phone)
        phone.goto(f"{self.stack.web_url}/account/")  # no page that refreshes: the end of its session would be an error

        self.deck.get_by_role("link", name=NAME).click()
        expect(self.deck.get_by_role("row").filter(has_text="Chrome")).to_have_count(2)
        self.deck.get_by_role("link", name="Set up").click()
        self.deck.get_by_label("Your password").fill("guess")
        self.deck.get_by_role("button", name="Set up").click()
        expect(self.deck.get_by_role("alert").filter(has_text="not your password")).to_be_visible()
        self.deck.get_by_label("Your password").fill(PASSWORD)
        self.deck.get_by_role("button", name="Set up").click()
        expect(self.deck.get_by_role("img", name="QR code")).to_be_visible()
        secret = self.deck.locator("code.secret").inner_text()
        self.enter("12345", "Switch on")
        expect(self.deck.get_by_role("alert").filter(has_text="not right")).to_be_visible()
        self.enter(code_of(secret), "Switch on")
        expect(self.deck.get_by_role("heading", level=1)).to_have_text("Recovery codes")
        recovery = self.deck.locator(".codes code").all_inner_texts()
        self.assertEqual(len(set(recovery)), 10)
        with self.deck.expect_download() as saved:
            self.deck.get_by_role("link", name="Save as a file").click()
        self.assertEqual(saved.value.path().read_text().split(), recovery)
        self.deck.get_by_role("button", name="Copy").click()
        expect(self.deck.get_by_role("button", name="Copied")).to_be_visible()
        self.assertEqual(self.deck.evaluate("String(getSelection())").split(), recovery)
        self.deck.get_by_role("link", name="I have kept them").click()
        expect(self.deck.get_by_text("Manage")).to_be_visible()

        phone.goto(f"{self.stack.web_url}/people/")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Log in")
        self.password(phone)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Enter the code")
        phone.get_by_label("Code").fill(code_of(secret, steps=1))  # that of the set-up is used up
        phone.get_by_role("button", name="Log in").click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("People")
        phone.goto(f"{self.stack.web_url}/account/")

        self.deck.get_by_role("button", name="Log out", exact=True).last.click()
        self.password(self.deck)
        self.deck.get_by_label("Code").fill(recovery[0].lower())
        self.deck.get_by_role("button", name="Log in").click()
        expect(self.deck.get_by_role("heading", name="Overview", level=1)).to_be_visible()

        self.deck.goto(f"{self.stack.web_url}/account/")
        self.deck.get_by_role("button", name="Log out everywhere else").click()
        expect(self.deck.get_by_role("status")).to_contain_text("logged out everywhere else")
        phone.reload()
        expect(phone.get_by_role("heading", level=1)).to_have_text("Log in")

        self.deck.get_by_role("link", name="Manage").click()
        expect(self.deck.locator("main")).to_contain_text("9 codes are left")
        self.enter(recovery[1], "Switch off", field="off")
        expect(self.deck.get_by_role("status")).to_contain_text("The second factor is off")
        self.assertEqual(self.complaints, [])
        self.assertEqual(self.reports(), 0.0)

    def test_a_report_of_the_browser_arrives(self) -> None:
        self.deck.goto(f"{self.stack.web_url}/login/")
        self.deck.evaluate("document.body.append(Object.assign(new Image(), {src: 'https://evil.invalid/x.png'}))")
        self.assertTrue(eventually(self.reports, what="a report comes"))

    def another_browser(self) -> Page:
        """Open a window that shares nothing with the first."""
        assert self.deck.context.browser
        page = self.deck.context.browser.new_context().new_page()
        page.set_default_timeout(60_000)
        listen(page, self.complaints)
        return page

    def password(self, page: Page) -> None:
        """Give name and password on the login page."""
        page.get_by_label("Username").fill(NAME)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()

    def enter(self, typed: str, button: str, *, field: str = "confirm") -> None:
        """Type a code and press the button beside it."""
        self.deck.locator(f"#code-{field}").fill(typed)
        self.deck.get_by_role("button", name=button).click()

    def reports(self) -> float:
        """Return how many reports of the content security policy have come."""
        with urlopen(f"{self.stack.web_url}/metrics", timeout=60) as response:
            lines = response.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith("botdeck_csp_reports_total{"))
