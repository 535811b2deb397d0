"""The tabs of Growth: what is used, sources, funnels, answers; empty and with rows, their forms, who may."""

from datetime import timedelta

from django.utils import timezone

from botcore.models import AnswerDay, Funnel, FunnelWeek, PeopleDay, SourceCount, Step, UpdateSum
from botcore.people.activity.rollups import monday
from tests.database.dashboard.data import PageTestCase, staff

DAY = timedelta(days=1)
EMPTY = {
    "usage": "Nothing has been used in these days.",
    "sources": "Nobody has come by a link yet.",
    "funnels": "There is no funnel yet.",
    "answers": "Nobody has written to the operators in these days.",
}


def used(handler: str, count: int = 1, kind: str = "message") -> None:
    """Let a handler have been used today."""
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    UpdateSum.objects.create(
        step=Step.DAY, at=midnight, kind=kind, handler=handler, state="done", count=count, seconds=0
    )


class AnalyticsTests(PageTestCase):
    """What the pages say."""

    def test_an_empty_page_says_what_will_be_here(self) -> None:
        for name, words in EMPTY.items():
            with self.subTest(name):
                self.assertIn(words, self.text(f"/people/growth/{name}/"))

    def test_each_leads_to_the_others(self) -> None:
        for name in ("", *(f"{name}/" for name in EMPTY)):
            page = self.text(f"/people/growth/{name}")
            for other in EMPTY:
                self.assertIn(f'href="/people/growth/{other}/"', page)
            self.assertIn(f'href="/people/growth/{name}" aria-current="page"', page)

    def test_what_is_used(self) -> None:
        used("start.start", 1200)
        used("start.start", 30, "callback_query")
        page = self.text("/people/growth/usage/?days=30")
        self.assertRegex(page, r"(?s)<code>start\.start</code>.*?1,230.*?30.*?>0<")
        self.assertEqual(page.count('<g class="bar">'), 30)

    def test_sources_with_the_share_that_still_writes(self) -> None:
        SourceCount.objects.create(source="<i>poster", people=8, active=2, last_at=timezone.now())
        page = self.text("/people/growth/sources/")
        self.assertRegex(page, r"(?s)<code>&lt;i&gt;poster</code>.*?>8<.*?>2 .*?\(25%\)")

    def test_a_funnel_is_made_shown_and_removed(self) -> None:
        used("start.start")
        used("shop.order")
        form = {"name": "Order", "step": ["start.start", "shop.order", "", "", ""], "days": "7"}
        self.client.post("/people/growth/funnels/add/", form)
        row = Funnel.objects.get()
        self.assertEqual((row.name, row.steps, row.days), ("Order", ["start.start", "shop.order"], 7))
        page = self.text("/people/growth/funnels/")
        self.assertIn("has not been counted yet", page)
        FunnelWeek.objects.create(funnel=row, week=monday(timezone.now().date()), reached=[200, 50])
        page = self.text("/people/growth/funnels/?days=30")
        self.assertRegex(page, r"(?s)2\. <code>shop\.order</code>.*?>50<.*?>25%<.*?>25%<")
        self.client.post(f"/people/growth/funnels/{row.pk}/remove/")
        self.assertEqual(Funnel.objects.count(), 0)

    def test_what_makes_no_funnel_is_told(self) -> None:
        used("start.start")
        form = {"name": "Order", "step": ["start.start"], "days": "7"}
        answer = self.client.post("/people/growth/funnels/add/", form, follow=True)
        self.assertContains(answer, "A funnel has two to five steps.")
        for days in ("0", "91", "x", "9" * 40, "\x00"):
            with self.subTest(days):
                used(f"step{days[:2]!r}")
                more = {**form, "step": ["start.start", f"step{days[:2]!r}"], "days": days}
                self.assertContains(
                    self.client.post("/people/growth/funnels/add/", more, follow=True), "Nothing is changed"
                )
        self.assertEqual(Funnel.objects.count(), 0)

    def test_answers_by_days(self) -> None:
        today = timezone.now().date()
        AnswerDay.objects.create(day=today, asked=4, answered=3, half_seconds=61, most_seconds=7200)
        page = self.text("/people/growth/answers/?days=30")
        self.assertIn("3 of 4 messages to the operators were answered.", page)
        self.assertIn(f"<title>{today:%d %b %Y}: 2</title>", page)
        self.assertIn(f"<title>{today:%d %b %Y}: 120</title>", page)

    def test_who_writes_stands_on_the_first_tab(self) -> None:
        today = timezone.now().date()
        for number in range(30):
            PeopleDay.objects.create(day=today - number * DAY, new=1, active=30, week_active=100, month_active=120)
        page = self.text("/people/growth/")
        self.assertRegex(page, r"(?s)<strong>30</strong> on a day.*<strong>100</strong> within 7.*<strong>120</strong>")
        self.assertIn("<strong>25%</strong>", page)

    def test_a_year_takes_few_questions(self) -> None:
        used("start.start")
        for number in range(3):
            row = Funnel.objects.create(name=f"F{number}", steps=["start.start", "b"], days=7)
            FunnelWeek.objects.create(funnel=row, week=monday(timezone.now().date()), reached=[2, 1])
        for name in EMPTY:
            self.text(f"/people/growth/{name}/")
        for name, questions in (("usage", 5), ("sources", 4), ("funnels", 6), ("answers", 4)):
            with self.subTest(name), self.assertNumQueries(questions):
                self.text(f"/people/growth/{name}/" + ("" if name == "sources" else "?days=365"))

    def test_other_days_than_those_offered_are_refused(self) -> None:
        for name in ("usage", "funnels", "answers"):
            for days in ("0", "31", "x", "\x00"):
                self.text(f"/people/growth/{name}/?days={days}", status=400)

    def test_who_may_only_look_makes_no_funnel(self) -> None:
        used("start.start")
        self.client.force_login(staff("bob", "view_user"))
        self.assertNotIn('<form class="inline"', self.text("/people/growth/funnels/"))
        self.assertEqual(self.client.post("/people/growth/funnels/add/", {}).status_code, 403)
