"""The list of events and the overview's card of them."""

import re
from datetime import timedelta

from django.utils import timezone

from botcore.models import Level
from botcore.paging import SIZE
from tests.database.dashboard.data import PageTestCase, event, staff

HOSTILE = "<script>alert(1)</script>"


def told(page: str) -> list[str]:
    """Return the events' texts in their order."""
    return re.findall(r'<p class="what">(?:<bdi>)?([^<]*)<', page)


class EventsTests(PageTestCase):
    """The page."""

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        self.assertIn("Nothing has happened yet.", self.text("/events/"))
        page = self.text("/events/?level=error")
        self.assertIn("No event fits.", page)

    def test_the_newest_stands_first_with_level_kind_time_and_process(self) -> None:
        event("The database was away for 12 s.", Level.WARNING, at=timezone.now() - timedelta(minutes=3))
        row = event("alice sent 2 updates through again", kind="replay", process="web-1:42")
        page = self.text("/events/")
        self.assertEqual(told(page), ["alice sent 2 updates through again", "The database was away for 12 s."])
        self.assertIn(f'<tr id="event-{row.pk}">', page)
        self.assertEqual(re.findall(r'<span class="state level-(\w+)">(\w+)<', page), [("info",) * 2, ("warning",) * 2])
        self.assertIn('<code title="web-1:42">web-1:42</code>', page)
        self.assertIn(">3 min ago</time>", page)
        self.assertIn('href="/events/" aria-current="page"', page)

    def test_levels_filter_and_nonsense_is_refused(self) -> None:
        for level in Level:
            event(f"an {level}", level)
        for level in Level:
            self.assertEqual(told(self.text(f"/events/?level={level}")), [f"an {level}"])
        for query in ("?level=fatal", "?level=%00", "?cursor=before.x", "?cursor=%00"):
            with self.subTest(query):
                self.assertIn("This address is not understood", self.text(f"/events/{query}", 400))

    def test_kinds_and_processes_filter_beside_a_level(self) -> None:
        event("one", kind="gap", process="web-1:1")
        event("two", kind="gap", process="web-1:2")
        event("three", kind="outage", level=Level.ERROR, process="web-1:1")
        self.assertEqual(told(self.text("/events/?kind=gap")), ["two", "one"])
        self.assertEqual(told(self.text("/events/?kind=gap&process=web-1:1")), ["one"])
        self.assertEqual(told(self.text("/events/?kind=gap&level=error")), [])
        self.text("/events/?process=" + "x" * 300, 400)

    def test_hostile_texts_are_escaped(self) -> None:
        event(f"{HOSTILE} {'x' * 500}", kind="<b>", process=HOSTILE)
        page = self.text("/events/")
        self.assertNotIn(HOSTILE, page)
        self.assertNotIn("<b>", page)
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt; xxx", page)

    def test_pages_of_fifty_in_both_directions(self) -> None:
        names = [f"event {number}" for number in range(SIZE + 10)]
        for name in names:
            event(name)
        first = self.text("/events/?level=info")
        self.assertEqual(told(first), names[::-1][:SIZE])
        older = re.search(r'rel="next" href="([^"]+)"', first)
        assert older
        second = self.text("/events/" + older[1].replace("&amp;", "&"))
        self.assertEqual(told(second), names[::-1][SIZE:])
        self.assertNotIn("hx-get", second)

    def test_an_open_page_gets_what_is_new_and_nothing_else(self) -> None:
        polled = re.search(r'hx-get="([^"]+)"', self.text("/events/?level=info"))
        assert polled
        address = "/events/" + polled[1].replace("&amp;", "&")
        self.assertEqual(self.poll(address).status_code, 204)
        event("a warning", Level.WARNING)
        self.assertEqual(self.poll(address).status_code, 204)
        event("news")
        fragment = self.poll(address).content.decode()
        self.assertEqual(told(fragment), ["news"])
        self.assertNotIn("<html", fragment)


class CardTests(PageTestCase):
    """Latest events on the overview."""

    def test_the_five_newest_warnings_and_errors(self) -> None:
        self.assertIn("No warnings and no errors so far.", self.text("/"))
        for number in range(4):
            event(f"warning {number}", Level.WARNING)
            event(f"error {number}", Level.ERROR)
            event(f"info {number}")
        page = self.text("/")
        self.assertEqual(told(page), ["error 3", "warning 3", "error 2", "warning 2", "error 1"])
        self.assertIn('<a href="/events/">All events</a>', page)

    def test_those_who_may_not_see_events_do_not(self) -> None:
        event("secret trouble", Level.ERROR)
        self.client.force_login(staff("bob", "view_update"))
        page = self.text("/")
        self.assertNotIn("secret trouble", page)
        self.assertNotIn("/events/", page)
