"""The page Growth: days, totals, who came again, hours of the week; empty, one row, a year; who may see it."""

import re
from datetime import UTC, timedelta

from django.utils import timezone

from botcore.models import CohortWeek, PeopleDay, Step, UpdateSum
from botcore.people.activity.rollups import monday
from tests.database.dashboard.data import PageTestCase, staff

DAY = timedelta(days=1)


class GrowthTests(PageTestCase):
    """What the page says."""

    def test_an_empty_house_says_how_it_fills(self) -> None:
        page = self.text("/people/growth/")
        self.assertIn("Nobody has been counted yet.", page)
        self.assertIn("Nothing has been counted by the hour yet", page)
        self.assertNotIn('class="bar"', page)

    def test_one_day_is_a_chart_too(self) -> None:
        today = timezone.now().date()
        PeopleDay.objects.create(day=today, new=3, active=2)
        page = self.text("/people/growth/?days=30")
        weeks = {monday(today - n * DAY) for n in range(30)}
        self.assertEqual(page.count('<g class="bar">'), 3 * 30 + 2 * len(weeks))
        self.assertIn('aria-label="New people per day, the last 30 days: 3 together, 3 at most."', page)
        self.assertIn(f"<title>{today:%d %b %Y}: 3</title>", page)
        self.assertRegex(page, r"People in total<span class=\"soft\">: 3</span>")

    def test_on_the_first_day_nobody_is_missing_from_the_week_and_the_month_that_were_counted_before(self) -> None:
        PeopleDay.objects.create(day=timezone.now().date(), new=23, active=23, week_active=0, month_active=3)
        page = self.text("/people/growth/?days=30")
        self.assertIn("<strong>23</strong> within 7 days", page)
        self.assertIn("<strong>23</strong> within 30 days", page)
        self.assertIn("<strong>100%</strong> of a month’s people", page)

    def test_a_year_is_shown_by_weeks(self) -> None:
        today = timezone.now().date()
        PeopleDay.objects.bulk_create(PeopleDay(day=today - n * DAY, new=10, active=20) for n in range(500))
        page = self.text("/people/growth/?days=365")
        weeks = {monday(today - n * DAY) for n in range(365)}
        self.assertEqual(page.count('<g class="bar">'), 5 * len(weeks))
        self.assertIn("5,000</title>", page)
        self.assertIn(f"<title>week of {today - 7 * DAY - timedelta(days=today.weekday()):%d %b %Y}: 70</title>", page)
        self.assertRegex(page, r"mean of a day, the last 365 days: 20 last, 20 at most\.")
        with self.assertNumQueries(8):
            self.text("/people/growth/?days=365")

    def test_cohorts_are_a_table_with_shares_and_their_words(self) -> None:
        week = monday(timezone.now().date())
        before = week - timedelta(weeks=1)
        PeopleDay.objects.create(day=before, new=8, active=8)
        for at, people in ((before, 8), (week, 2)):
            CohortWeek.objects.create(cohort=before, week=at, people=people)
        page = self.text("/people/growth/")
        self.assertIn(f'title="week of {week}: 2 of 8 wrote">25%</td>', page)
        self.assertIn('<td class="number heat-5" title="week of', page)

    def test_the_hours_of_the_week_are_those_of_four_weeks_without_the_running_one(self) -> None:
        hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        facts = {"step": Step.HOUR, "kind": "message", "seconds": 0}
        for at, count in ((hour - DAY, 5), (hour - 8 * DAY, 6), (hour, 100), (hour - timedelta(weeks=5), 1000)):
            UpdateSum.objects.create(at=at, state="received", count=count, **facts)
        UpdateSum.objects.create(at=hour - DAY, state="done", handler="start", count=77, **facts)
        page = self.text("/people/growth/")
        self.assertIn(": 11</title>", page)
        for count in (100, 77, 1000):
            self.assertNotIn(f": {count:,}</title>", page)

    def test_each_table_has_a_name_of_its_own(self) -> None:
        PeopleDay.objects.create(day=timezone.now().date(), new=3, active=2)
        hour = timezone.now().astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        UpdateSum.objects.create(step=Step.HOUR, at=hour - DAY, kind="message", state="received", count=1, seconds=0)
        names = re.findall(r'<details id="(table-[^"]+)"', self.text("/people/growth/"))
        self.assertEqual(sorted(names), sorted(set(names)))
        self.assertIn("table-hours", names)

    def test_other_days_than_those_offered_are_refused(self) -> None:
        for days in ("0", "31", "-1", "x", "9" * 50, "\x00"):
            self.text(f"/people/growth/?days={days}", status=400)

    def test_who_may_not_see_people_may_not_see_how_many(self) -> None:
        self.client.force_login(staff("bob", "view_update"))
        self.text("/people/growth/", status=403)

    def test_people_lead_to_it(self) -> None:
        self.assertIn('href="/people/growth/"', self.text("/people/"))
