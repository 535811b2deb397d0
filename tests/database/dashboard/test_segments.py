"""The pages of segments, and the conditions in the list of people."""

from datetime import timedelta

from django.utils import timezone

from botcore.models import PersonTag, Segment
from botcore.people import segments
from tests.database.dashboard.data import PageTestCase, main_of, person, staff
from tests.database.dashboard.test_people import names


class SegmentPageTests(PageTestCase):
    """The list, and one segment."""

    def setUp(self) -> None:
        super().setUp()
        now = timezone.now()
        person(1, "Alice")
        person(2, "Bob", last_seen=now - timedelta(days=20), first_seen=now - timedelta(days=20))

    def kept(self, **words: str) -> int:
        """Keep a segment."""
        return segments.save(name="<b>Old</b>", conditions=words or {"inactive": "7d"}, by="bob") or 0

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        self.assertIn("No segments yet.", self.text("/people/segments/"))

    def test_a_segment_is_made_with_the_filters_and_its_page_counts(self) -> None:
        form = {"name": "Sleepers", "inactive": "7d", "tag": "", "once": "k"}
        response = self.client.post("/people/segments/new/", form, follow=True)
        page = main_of(response.content.decode())
        pk = Segment.objects.get().pk
        self.assertEqual(response.redirect_chain[-1][0], f"/people/segments/{pk}/")
        self.assertIn(f'<dd class="big"><span hx-get="/people/segments/{pk}/" hx-trigger="load"', page)
        self.assertIn(f'href="/people/segments/{pk}/?count=1"', page)
        self.assertIn('<dd class="big">1', self.text(f"/people/segments/{pk}/?count=1"))
        self.assertIn("Not active for: <bdi", page)
        self.assertIn('href="/people/?inactive=7d"', page)
        again = self.client.post("/people/segments/new/", form)
        self.assertEqual((again.status_code, Segment.objects.count()), (302, 1))

    def test_the_link_leads_to_the_people_who_fit(self) -> None:
        self.kept()
        self.assertEqual(names(self.text("/people/?inactive=7d")), ["Bob"])
        self.assertEqual(names(self.text("/people/?active=7d")), ["Alice"])
        PersonTag.objects.create(user_id=2, name="vip")
        self.assertEqual(names(self.text("/people/?without=vip")), ["Alice"])
        self.assertEqual(names(self.text("/people/?unused=start.start")), ["Alice", "Bob"])

    def test_the_list_says_conditions_in_words_and_asks_for_each_count_by_itself(self) -> None:
        pk = self.kept(**{"inactive": "7d", "from": "2026-01-05 12:00:00 UTC"})
        page = main_of(self.text("/people/segments/"))
        self.assertIn("&lt;b&gt;Old&lt;/b&gt;", page)
        self.assertIn("from 2026-01-05 12:00:00 UTC", page)
        self.assertIn(f'hx-get="/people/segments/{pk}/"', page)
        self.assertEqual(self.poll(f"/people/segments/{pk}/").content.decode().strip(), "1")

    def test_a_filtered_list_of_people_leads_to_a_form_with_its_filters(self) -> None:
        page = self.text("/people/?inactive=7d")
        self.assertIn('href="/people/segments/?inactive=7d">Keep as a segment</a>', page)
        form = main_of(self.text("/people/segments/?inactive=7d"))
        self.assertIn('name="inactive" class="short" value="7d"', form)

    def test_what_is_refused_stays_in_the_form(self) -> None:
        self.kept()
        for form, words in (
            ({"name": "Mine", "active": "soon"}, "Mend what is marked."),
            ({"name": "<b>Old</b>", "active": "9d"}, "of this name already"),
            ({"name": "Mine"}, "at least one condition"),
        ):
            with self.subTest(form):
                response = self.client.post("/people/segments/new/", form)
                self.assertContains(response, words)
                if "active" in form:
                    self.assertContains(response, f'value="{form["active"]}"')
        self.assertEqual(Segment.objects.count(), 1)

    def test_one_is_renamed_changed_and_deleted(self) -> None:
        pk = self.kept()
        change = f"/people/segments/{pk}/change/"
        self.client.post(change, {"do": "save", "name": "New", "active": "9d"})
        row = Segment.objects.get()
        self.assertEqual((row.name, row.conditions, row.by), ("New", {"active": "9d"}, "alice"))
        response = self.client.post(change, {"do": "save", "name": "New", "active": "never"})
        self.assertContains(response, 'value="never"')
        self.assertRedirects(self.client.post(change, {"do": "delete"}), "/people/segments/")
        response = self.client.post(change, {"do": "delete"}, follow=True)
        self.assertContains(response, "not there any more")

    def test_a_moment_is_kept_by_utc_whatever_the_visitors_clock(self) -> None:
        self.client.cookies["zone"] = "Asia/Tokyo"
        self.client.post("/people/segments/new/", {"name": "A", "from": "2026-01-05 12:00", "to": "7d"})
        self.assertEqual(Segment.objects.get().conditions["to"], "7d")
        self.assertIn(Segment.objects.get().conditions["from"], {"2026-01-05 03:00:00 UTC"})

    def test_one_whose_words_mean_nothing_any_more_says_so_and_can_be_mended(self) -> None:
        pk = self.kept()
        Segment.objects.update(conditions={"used": "/gone"})
        page = main_of(self.text(f"/people/segments/{pk}/?count=1"))
        self.assertIn("not understood any more", page)
        self.assertIn('value="/gone"', page)
        self.assertIn("No bot has the command /gone.", page)

    def test_who_may_only_look_has_no_forms(self) -> None:
        pk = self.kept()
        self.client.force_login(staff("eve", "view_user"))
        for address in ("/people/segments/", f"/people/segments/{pk}/"):
            self.assertNotIn('method="post"', main_of(self.text(address)))
        self.text("/people/segments/99/", 404)
