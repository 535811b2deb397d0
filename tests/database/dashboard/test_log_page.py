"""The page of loggers and their levels."""

import logging

from botcore.logs import levels
from botcore.runtime import log_levels
from tests.database.dashboard.data import PageTestCase, staff

PAGE = "/settings/logs/"
NAME = "botcore.tests.page"


class LogPageTests(PageTestCase):
    """Changing a level and putting it back."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(levels.apply_levels, {})

    def change(self, **values: str) -> str:
        """Send the form; return the page after it."""
        form = {"logger": NAME, "level": "DEBUG", "duration": "10m", **values}
        return str(self.client.post(f"{PAGE}level/", form, follow=True).content.decode())

    def test_an_empty_page_says_so_and_lists_loggers(self) -> None:
        page = self.text(PAGE)
        self.assertIn("Every logger has its configured level.", page)
        self.assertIn("<code>httpx</code></td><td>WARNING", page)
        self.assertIn("<code>root</code>", page)

    def test_a_change_is_listed_with_who_and_until_when(self) -> None:
        page = self.change()
        self.assertIn(f"{NAME} logs at DEBUG now", page)
        self.assertIn(f"<code>{NAME}</code>", page)
        self.assertRegex(page, r'<time datetime="[^"]+" title="[^"]+ UTC">in \d+ min</time>')
        self.assertIn("alice", page)
        self.assertEqual(logging.getLogger(NAME).level, logging.DEBUG)

    def test_it_can_be_put_back(self) -> None:
        self.change(duration="always")
        response = self.client.post(f"{PAGE}back/", {"logger": NAME}, follow=True)
        self.assertContains(response, "is back at its configured level")
        self.assertEqual(logging.getLogger(NAME).level, logging.NOTSET)
        self.assertContains(self.client.post(f"{PAGE}back/", {"logger": NAME}, follow=True), "already")

    def test_a_wrong_name_is_a_sentence_and_nothing_of_it_is_obeyed(self) -> None:
        page = self.change(logger="<script>alert(1)</script>")
        self.assertIn("A logger&#x27;s name is words with dots", page)
        self.assertNotIn("<script>alert", page)
        self.assertEqual(log_levels.changed_levels(), [])

    def test_who_may_only_look_is_offered_no_form(self) -> None:
        self.change()
        self.client.force_login(staff("bob", "view_runtimesetting"))
        page = self.text(PAGE)
        self.assertIn(NAME, page)
        self.assertNotIn("Put back", page)
        self.assertNotIn("Change a level", page)

    def test_coming_back_from_the_login_page_changes_nothing(self) -> None:
        for address in ("level/", "back/"):
            self.assertRedirects(self.client.get(PAGE + address), PAGE)
