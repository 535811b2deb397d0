"""The page of settings that are changed while everything runs, and that of each of them."""

from django.template.loader import render_to_string
from django.urls import reverse

from botcore.access.roles import Role
from botcore.access.services import allow
from botcore.models import AuditEntry, RuntimeSetting
from botcore.runtime import settings
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase, staff

PAGE = "/settings/"
CAP = "/settings/alerts.cap/"


class SettingsPageTests(PageTestCase):
    """All of them, and one."""

    def change(self, name: str, value: str, length: str = "") -> str:
        """Send the form of a setting; return the page that follows."""
        form = {"value": value, "for": length}
        return str(self.client.post(f"/settings/{name}/change/", form, follow=True).content.decode())

    def test_all_are_listed_by_group_with_value_default_and_help(self) -> None:
        page = self.text(PAGE)
        for row in settings.described():
            self.assertIn(f'href="/settings/{row.name}/"><code>{row.name}</code>', page)
        self.assertLess(page.index(">Throttling</h2>"), page.index("throttle.enabled"))
        self.assertRegex(page, r'(?s)throttle\.mute_for</code></a><small class="soft">For how long such .*?>10m</td>')
        self.assertEqual((page.count('<tr class="changed">'), page.count("aria-current")), (0, 1))
        self.assertIn('href="/settings/logs/"', page)

    def test_what_is_changed_says_by_whom_and_until_when(self) -> None:
        self.change("maintenance", "on", "1h")
        page = self.text(PAGE)
        self.assertRegex(page, r'(?s)<tr class="changed">.*?maintenance.*?<strong>on</strong>.*?in 59 min.*?alice')

    def test_each_kind_has_the_field_that_suits_it(self) -> None:
        fields = {
            "maintenance": r"<select [^>]*><option>on</option><option selected>off</option></select>",
            "access.groups": r"<option selected>everywhere</option><option>listed</option><option>nowhere</option>",
            "throttle.mute_for": r'<input id="value" name="value" value="10m" [^>]*placeholder="30m"',
            "alerts.cap": r'<input id="value" name="value" value="10" [^>]*inputmode="numeric"',
            "access.handlers": r'(?s)<textarea id="value" [^>]*>{}</textarea>',
        }
        for name, field in fields.items():
            with self.subTest(name):
                self.assertRegex(self.text(f"/settings/{name}/"), field)

    def test_a_change_holds_and_is_in_the_history(self) -> None:
        page = self.change("alerts.cap", " 20 ", "30m")
        self.assertIn("Changed alerts.cap from 10 to 20; every process follows within 5 s.", page)
        self.assertEqual(settings.value("alerts.cap"), 20)
        self.assertRegex(page, r'(?s)data-label="By"><span class="name">alice</span>.*?said">10</td>.*?said">20</td>')
        self.assertRegex(page, r"then the default holds")
        self.assertIn("It is so already.", self.change("maintenance", "off"))
        self.assertEqual(AuditEntry.objects.filter(action="settings.change").count(), 1)

    def test_who_lets_only_the_list_in_hears_how_many_are_on_it(self) -> None:
        self.assertIn("On the list: no people.", self.change("access.people", "listed"))
        self.assertNotIn("On the list:", self.change("access.people", "listed"))
        self.assertNotIn("On the list:", self.change("access.people", "everyone"))
        for chat_id in (2, -5, -6):
            allow(chat_id=chat_id, by="x")
        self.assertIn("On the list: 1 person. Nobody else is served", self.change("access.people", "listed"))
        self.assertIn("On the list: 2 groups.", self.change("access.groups", "listed"))

    def test_what_is_wrong_is_said_and_stays_in_sight(self) -> None:
        page = self.change("access.handlers", '{"<b>": "king"}', "4h")
        self.assertIn("Nothing is changed. Choose one of: member", page)
        self.assertIn("{&quot;&lt;b&gt;&quot;: &quot;king&quot;}</textarea>", page)
        self.assertIn('<option value="4h" selected>', page)
        self.assertEqual(page.count("aria-invalid"), 1)
        self.assertIn(
            "Write a length of time, such as 90s, 15m, 2h, 7d or 1h30m.", self.change("alerts.cap", "5", "soon")
        )
        self.assertEqual(RuntimeSetting.objects.count(), 0)

    def test_it_can_be_put_back(self) -> None:
        self.assertNotIn("Back to the default", self.text(CAP))
        self.assertIn("Back to the default", self.change("alerts.cap", "20"))
        response = self.client.post(f"{CAP}reset/", follow=True)
        self.assertContains(response, "alerts.cap is at its default again.")
        self.assertEqual(settings.value("alerts.cap"), 10)
        self.assertContains(self.client.post(f"{CAP}reset/", follow=True), "at its default already")

    def test_a_name_that_is_none_says_which_was_meant(self) -> None:
        self.assertIn("did you mean alerts.cap?", self.text("/settings/alerts.cpa/", 404))
        for act in ("change", "reset"):
            self.assertEqual(self.client.post(f"/settings/nothing/{act}/", {"value": "1"}).status_code, 404)

    def test_who_may_only_look_is_offered_no_form(self) -> None:
        self.change("alerts.cap", "20")
        self.client.force_login(staff("bob", "view_runtimesetting"))
        page = self.text(CAP)
        self.assertIn("<strong>20</strong>", page)
        self.assertNotIn('name="value"', page)
        self.assertNotIn("Back to the default", page)

    def test_only_owners_change_who_is_let_in(self) -> None:
        settings.change("access.handlers", '{"admin.restrict": "owner"}', by="alice")
        self.client.force_login(account("carol", Role.ADMIN))
        page = self.text("/settings/access.handlers/")
        self.assertIn("Only owners change this setting.", page)
        self.assertNotIn('name="value"', page)
        for act, form in (("change", {"value": "{}", "for": ""}), ("reset", {})):
            self.assertEqual(self.client.post(f"/settings/access.handlers/{act}/", form).status_code, 403)
        self.assertEqual(dict(settings.value("access.handlers")), {"admin.restrict": "owner"})
        self.assertIn('name="value"', self.text("/settings/alerts.cap/"))

    def test_a_handler_that_there_is_not_is_refused(self) -> None:
        page = self.change("access.handlers", '{"admin.restrict.bna": "owner"}')
        self.assertIn("did you mean admin.restrict.ban?", page)
        self.assertEqual(dict(settings.value("access.handlers")), {})

    def test_one_that_deletes_says_so(self) -> None:
        self.assertIn("What is older is deleted for good", self.text("/settings/retention.updates/"))
        self.assertNotIn("What is older is deleted for good", self.text("/settings/alerts.cap/"))

    def test_coming_back_from_the_login_page_changes_nothing(self) -> None:
        self.change("alerts.cap", "20")
        for act in ("change", "reset"):
            self.assertRedirects(self.client.get(f"{CAP}{act}/"), CAP)
        self.assertEqual(settings.value("alerts.cap"), 20)

    def test_a_row_that_cannot_be_read_is_told(self) -> None:
        self.change("alerts.cap", "20")
        RuntimeSetting.objects.update(value="<i>")
        settings.refresh()  # the warning of the log
        for address in (PAGE, CAP):
            self.assertIn("cannot be read and counts for nothing", self.text(address))

    def test_one_that_needs_a_restart_is_marked(self) -> None:
        row = {"value": "5", "needs_restart": True}
        self.assertIn("needs a restart", render_to_string("dashboard/parts/setting_value.html", {"setting": row}))

    def test_retention_and_its_page_change_the_same(self) -> None:
        self.change("retention.updates", "30")
        self.assertIn('name="updates" value="30"', self.text("/retention/"))

    def test_a_changed_one_leads_superusers_to_its_row_in_the_admin(self) -> None:
        self.assertNotIn("Open in Django admin", self.text("/settings/alerts.cap/"))
        self.change("alerts.cap", "20")
        address = reverse("admin:botcore_runtimesetting_change", args=[RuntimeSetting.objects.get().pk])
        self.assertIn(f'<a href="{address}">Open in Django admin</a>', self.text("/settings/alerts.cap/"))
        self.client.force_login(staff("bob", "view_runtimesetting"))
        self.assertNotIn("Open in Django admin", self.text("/settings/alerts.cap/"))

    def test_the_admin_only_shows_rows_and_leads_to_their_pages(self) -> None:
        self.change("alerts.cap", "20")
        row = RuntimeSetting.objects.get()
        page = self.text(reverse("admin:botcore_runtimesetting_changelist"))
        self.assertIn('<a href="/settings/alerts.cap/">Dashboard</a>', page)
        address = reverse("admin:botcore_runtimesetting_delete", args=[row.pk])
        self.assertEqual(self.client.post(address, {"post": "yes"}).status_code, 403)
        form = self.client.post(reverse("admin:botcore_runtimesetting_change", args=[row.pk]), {"value": "5"})
        self.assertEqual((form.status_code, RuntimeSetting.objects.get().value), (403, "20"))
