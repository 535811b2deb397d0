"""What browser tests of Django's admin share: the web alone, a row of everything, and somebody who is logged in."""

import unittest

from playwright.sync_api import expect

from tests.browser.case import NAME, PASSWORD, PATIENCE_MS
from tests.browser.chromium import browser, listen
from tests.browser.screenshots import login
from tests.processes import Stack

ROWS = "from tests.database.dashboard.one_of_each import one_of_each; one_of_each()"


class StillTestCase(unittest.TestCase):
    """No bot changes the rows; `deck` is a page that is logged in."""

    def setUp(self) -> None:
        """Write the rows and open a browser."""
        self.stack = self.enterContext(Stack())
        self.stack.migrate()
        self.stack.manage("collectstatic", "--no-input", "--verbosity", "0")
        arguments = ["--no-input", "--username", NAME, "--email", "o@example.org"]
        self.stack.manage("createsuperuser", *arguments, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        self.stack.manage("shell", "-c", ROWS)
        self.stack.start_web()
        expect.set_options(timeout=PATIENCE_MS)
        context = self.enterContext(browser()).new_context()
        context.set_default_timeout(PATIENCE_MS)
        self.deck = context.new_page()
        login(self.deck, self.stack.web_url, NAME, PASSWORD)
        self.complaints: list[str] = []
        listen(self.deck, self.complaints)
