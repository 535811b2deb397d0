"""Django's admin in Chromium under the content security policy: each page, and what its scripts do."""

import re
from collections.abc import Iterable

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User as Account
from django.db.models import Model
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.axe_run import findings
from tests.browser.chromium import needs_chromium
from tests.browser.screenshots import admin_lists
from tests.browser.still import StillTestCase


def registered() -> list[type[Model]]:
    """Return the tables that Django's admin has."""
    return [model for model in apps.get_models() if admin.site.is_registered(model)]


def space(model: type[Model]) -> str:
    """Return how the names of a table's addresses begin."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}"


@needs_chromium
class AdminTests(StillTestCase):
    """An operator who looks at everything."""

    def test_no_page_complains_or_has_a_grave_finding(self) -> None:
        """Look at everything in the light; in the dark at each kind of page, for its colours."""
        self.walk(registered())
        self.deck.emulate_media(color_scheme="dark")
        self.walk([Account])

    def walk(self, models: Iterable[type[Model]]) -> None:
        """Look at index, lists, rows, forms, histories and questions before deleting."""
        for address in ("/admin/", "/admin/botcore/", "/admin/auth/", "/admin/password_change/"):
            self.look_at(address)
        for name in map(space, models):
            self.look_at(reverse(f"{name}_changelist"))
            adds = self.deck.locator(".object-tools a.addlink").count() > 0
            link = self.deck.locator("#result_list tbody th a").first
            if link.count():
                address = str(link.get_attribute("href")).partition("?")[0]
                self.look_at(address)
                deletes = self.deck.locator("a.deletelink").count() > 0
                self.look_at(re.sub("change/$", "history/", address))
                if deletes:
                    self.look_at(re.sub("change/$", "delete/", address))
            if adds:
                self.look_at(reverse(f"{name}_add"))

    def look_at(self, address: str) -> None:
        """Open a page; fail where it complains, or where axe finds something grave."""
        with self.subTest(address):
            response = self.deck.goto(self.stack.web_url + address)
            assert response
            self.assertEqual(response.status, 200)
            self.assertEqual(self.complaints, [])
            self.assertEqual(findings(self.deck), [])
        self.complaints.clear()  # the checker writes styles of its own, of which the page's policy complains

    def test_pictures_are_taken_of_every_table(self) -> None:
        lists = {reverse(f"{space(model)}_changelist") for model in registered()}
        self.assertEqual(set(admin_lists(self.deck, self.stack.web_url)), lists)

    def test_a_row_leads_to_the_dashboard_and_back(self) -> None:
        self.deck.goto(f"{self.stack.web_url}/admin/botcore/errorgroup/")
        self.deck.locator("#result_list").get_by_role("link", name="Dashboard").first.click()
        self.deck.get_by_role("link", name="Open in Django admin").click()
        self.deck.get_by_role("link", name="View on site").click()
        expect(self.deck).to_have_url(re.compile(r"/errors/\d+/$"))
        self.assertEqual(self.complaints, [])

    def test_scripts_work_filter_of_models_choice_of_rows_calendar_and_two_lists_of_groups(self) -> None:
        deck = self.deck
        deck.goto(f"{self.stack.web_url}/admin/botcore/update/")
        deck.locator("#nav-filter").fill("oncek")
        expect(deck.locator("#botcore-update")).to_be_hidden()
        deck.locator("#nav-filter").fill("")
        deck.locator("#action-toggle").check()
        expect(deck.locator(".action-counter")).to_have_text(re.compile(r"^[1-9]\d* of [1-9]\d* selected$"))

        self.open_first(deck, "/admin/auth/user/")
        deck.get_by_role("link", name="Choose a Date").first.click()
        expect(deck.locator(".calendarbox").first).to_be_visible()
        deck.locator(".calendar-cancel a").first.click()
        chosen = deck.locator("#id_groups_to option")
        expect(chosen).to_have_count(0)
        deck.locator("#id_groups_from option").first.click()
        deck.locator("#id_groups_add").click()
        expect(chosen).to_have_count(1)
        deck.get_by_role("button", name="Save", exact=True).click()
        expect(deck.locator(".messagelist .success")).to_be_visible()
        self.assertEqual(self.complaints, [])

    def open_first(self, page: Page, address: str) -> None:
        """Open the first row of a list."""
        page.goto(self.stack.web_url + address)
        page.locator("#result_list tbody th a").first.click()
