"""The list of updates: filters, places in the list, words, tabs, hostile content."""

import json
import re
from datetime import timedelta
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.inbox import selectors
from botcore.models import State, Update
from botcore.paging import SIZE
from tests.database.access import BOSS, account
from tests.database.dashboard.data import (
    PageTestCase,
    arrivals,
    group,
    person,
    staff,
    update,
)
from tests.database.dashboard.lists import polled

HOSTILE = "<script>alert(1)</script>"


def numbers(page: str) -> list[int]:
    """Return the rows' ids in their order on the page."""
    return [int(number) for number in re.findall(r'<tr id="update-(\d+)">', page)]


def link(page: str, words: str) -> str:
    """Return where a link of the pager leads, or nothing."""
    found = re.search(rf'href="([^"]+)">{words}', page)
    return found[1].replace("&amp;", "&") if found else ""


class ListTests(PageTestCase):
    """The table and its filters."""

    def test_an_empty_list_says_how_to_fill_it(self) -> None:
        page = self.text("/updates/")
        self.assertIn("No updates yet.", page)
        self.assertNotIn('<nav class="pager"', page)

    def test_a_row_shows_kind_person_chat_state_handler_latency_and_time(self) -> None:
        person(1, "Alice", last_name="Smith")
        group(-5, "Gardeners")
        row = update(chat_id=-5, handler="start", received_at=timezone.now() - timedelta(minutes=5))
        page = re.sub(r"\s+", " ", self.text("/updates/"))
        self.assertIn(f'<a href="/updates/{row.pk}/">message</a> <span class="soft">#{row.pk}</span>', page)
        self.assertIn('<a class="name" href="/people/1/"><bdi>Alice Smith</bdi></a>', page)
        self.assertIn('<bdi class="name">Gardeners</bdi>', page)
        self.assertIn('<span class="state done">done</span>', page)
        self.assertIn('<code title="start">start</code>', page)
        self.assertIn('<td data-label="Latency" class="c-latency number">250 ms</td>', page)
        self.assertIn(f'<time datetime="{row.received_at.isoformat()}"', page)
        self.assertIn(">5 min ago</time>", page)

    def test_unknown_people_and_chats_are_shown_by_number_and_nobody_as_a_dash(self) -> None:
        update(user_id=77, chat_id=-88)
        update(chat_id=None, user_id=None, lane_key=0)
        page = self.text("/updates/")
        self.assertIn('<span class="soft">77</span>', page)
        self.assertIn('<bdi class="name">-88</bdi>', page)
        self.assertIn('<span class="soft">–</span>', page)

    def test_filters_narrow_the_list_and_stay_in_the_links(self) -> None:
        dead = update(State.DEAD, kind="poll")
        pending, other = update(State.PENDING), update(State.DEAD)
        arrivals(0, 3)
        self.assertEqual(numbers(self.text("/updates/?state=dead")), [other.pk, dead.pk])
        self.assertEqual(numbers(self.text("/updates/?kind=poll")), [dead.pk])
        self.assertEqual(numbers(self.text("/updates/?state=pending&kind=message")), [pending.pk])
        self.assertEqual(numbers(self.text("/updates/?state=done")), [])
        page = self.text("/updates/?state=dead&kind=poll")
        self.assertIn('href="?state=pending&amp;kind=poll"', page)
        self.assertIn('<option value="poll" selected>poll</option>', page)
        self.assertIn('<option value="message">message</option>', page)
        self.assertIn('<input type="hidden" name="state" value="dead">', page)

    def test_handler_and_error_group_are_filters_with_a_chip_that_can_be_taken_away(self) -> None:
        one = update(State.DEAD, handler="order <pizza>", error_group="ab12")
        other = update(State.DEAD, handler="order <pizza>", error_group="cd34")
        update(State.DEAD, handler="help.help", error_group="cd34")
        handler = "handler=order%20%3Cpizza%3E"
        self.assertEqual(numbers(self.text(f"/updates/?{handler}")), [other.pk, one.pk])
        self.assertEqual(numbers(self.text("/updates/?group=ab12")), [one.pk])
        page = self.text(f"/updates/?state=dead&{handler}&group=cd34")
        self.assertEqual(numbers(page), [other.pk])
        chips = re.findall(r'<a class="chip" href="([^"]+)">(.*?)<span', page)
        self.assertEqual(
            [(address.replace("&amp;", "&"), words.strip()) for address, words in chips],
            [
                ("?state=dead&group=cd34", "Handler <strong><bdi>order &lt;pizza&gt;</bdi></strong>"),
                ("?state=dead&handler=order+%3Cpizza%3E", "Error group <strong><bdi>cd34</bdi></strong>"),
            ],
        )
        self.assertIn('href="?state=pending&amp;handler=order+%3Cpizza%3E&amp;group=cd34"', page)
        self.assertRegex(page, 'name="handler"[^>]* value="order &lt;pizza&gt;"')
        self.assertRegex(page, 'name="group"[^>]* value="cd34"')
        self.assertNotIn('class="chip"', self.text("/updates/?state=dead"))
        self.assertIn("No update fits.", self.text("/updates/?group=ef56"))

    def test_a_filter_without_rows_says_what_was_asked(self) -> None:
        update()
        page = self.text("/updates/?state=dead&kind=poll")
        self.assertIn("No update fits.", page)
        self.assertIn("Take all filters away", page)

    def test_nonsense_in_the_address_is_refused_in_words(self) -> None:
        for address in (
            "?state=nonsense",
            "?kind=DROP TABLE",
            f"?kind={'x' * 41}",
            "?kind=%00",
            "?handler=%00",
            f"?handler={'x' * 101}",
            "?group=a%20b",
            "?group=%3Cb%3E",
            f"?group={'a' * 17}",
            "?group=%00",
            "?cursor=before",
            "?cursor=sideways.3",
            "?cursor=before.x",
            "?cursor=before.3.4",
            "?cursor=before." + "9" * 30,
            "?cursor=before." + "9" * 5000,
            "?cursor=%00",
        ):
            with self.subTest(address[:40]):
                self.assertIn("This address is not understood", self.text(f"/updates/{address}", 400))

    def test_rows_of_people_with_hostile_names_are_escaped(self) -> None:
        for number, name in enumerate((HOSTILE, "\u202egnp.exe", "🦊" * 64, "Z" + "\u0300" * 60), start=1):
            person(number, name)
            update(user_id=number, handler='"><b>')
        page = self.text("/updates/")
        self.assertIn("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>", page)
        self.assertNotIn(HOSTILE, page)
        self.assertNotIn("><b>", page)


class PlaceTests(PageTestCase):
    """Keyset pages, in both directions."""

    def test_a_full_walk_down_and_up_again_shows_every_row_once(self) -> None:
        keys = [update().pk for _ in range(2 * SIZE + 5)][::-1]
        first = self.text("/updates/")
        second = self.text("/updates/" + link(first, "Next"))
        third = self.text("/updates/" + link(second, "Next"))
        self.assertEqual(
            [numbers(page) for page in (first, second, third)], [keys[:SIZE], keys[SIZE : 2 * SIZE], keys[2 * SIZE :]]
        )
        self.assertEqual((link(first, "← Back"), link(third, "Next")), ("", ""))
        up = self.text("/updates/" + link(third, "← Back"))
        self.assertEqual(numbers(up), keys[SIZE : 2 * SIZE])
        top = self.text("/updates/" + link(up, "← Back"))
        self.assertEqual((numbers(top), link(top, "← Back")), (keys[:SIZE], ""))

    def test_exactly_one_page_has_no_neighbours(self) -> None:
        for _ in range(SIZE):
            update()
        page = self.text("/updates/")
        self.assertEqual((len(numbers(page)), link(page, "Next"), link(page, "← Back")), (SIZE, "", ""))

    def test_near_the_newest_the_first_page_is_shown_full(self) -> None:
        keys = [update().pk for _ in range(SIZE + 10)][::-1]
        self.assertEqual(numbers(self.text(f"/updates/?cursor=after.{keys[5]}")), keys[:SIZE])
        self.assertEqual(numbers(self.text(f"/updates/?cursor=after.{keys[0]}")), keys[:SIZE])
        self.assertEqual(numbers(self.text(f"/updates/?cursor=after.{keys[SIZE]}")), keys[:SIZE])

    def test_below_the_oldest_the_page_is_empty_and_leads_back(self) -> None:
        keys = [update().pk for _ in range(3)]
        page = self.text(f"/updates/?cursor=before.{keys[0]}")
        self.assertEqual(numbers(page), [])
        self.assertEqual(numbers(self.text("/updates/" + link(page, "← Back"))), keys[::-1])

    def test_a_kind_is_looked_for_in_a_window_and_the_search_goes_on(self) -> None:
        rare = update(kind="poll").pk
        for _ in range(25):
            update()
        with patch.object(selectors, "KIND_WINDOW", 10):
            pages = [self.text("/updates/?kind=poll")]
            while link(pages[-1], "Next"):
                pages.append(self.text("/updates/" + link(pages[-1], "Next")))
        self.assertEqual([numbers(page) for page in pages], [[], [], [rare]])
        self.assertIn("None among those looked through here.", pages[0])

    def test_a_handler_is_looked_for_in_a_window_too_and_an_error_group_by_its_index(self) -> None:
        rare = update(handler="start.start", error_group="ab12").pk
        for _ in range(25):
            update()
        with patch.object(selectors, "KIND_WINDOW", 10):
            page = self.text("/updates/?handler=start.start")
            self.assertEqual(
                (numbers(page), link(page, "Next")), ([], f"?handler=start.start&cursor=before.{rare + 15}")
            )
            self.assertEqual(numbers(self.text("/updates/?handler=start.start&group=ab12")), [rare])

    def test_a_list_takes_few_queries_and_no_count(self) -> None:
        for number in range(1, 60):
            person(number, "Alice")
            update(user_id=number)
        with self.assertNumQueries(7) as queries:
            self.text("/updates/")
        asked = [query["sql"] for query in queries.captured_queries]
        self.assertEqual(sum("LIMIT 100) AS counted" in one for one in asked), 1)  # the tabs, each state a hundred
        statements = " ".join(one for one in asked if '"botcore_update"' in one)
        self.assertNotIn("OFFSET", statements)
        self.assertNotIn("COUNT", statements.replace("botcore_updatecount", "").upper().replace("UPDATECOUNT", ""))


class WordsTests(PageTestCase):
    """The column with what was said."""

    def row(self, text: str, user_id: int = 1) -> Update:
        """Return an update with a message."""
        return update(user_id=user_id, raw=json.dumps({"message": {"text": text}}))

    def words(self, query: str = "?columns=words") -> list[str]:
        """Return what stands in the column, the newest first."""
        found = re.findall(r'<td data-label="Words" class="c-words words">(.*?)</td>', self.text(f"/updates/{query}"))
        return [re.sub("<[^>]+>", "", cell) for cell in found]

    def test_it_has_the_beginning_of_a_text_or_the_kind_of_media(self) -> None:
        self.row(f"Hello {HOSTILE}"), self.row("x" * 500)
        update(raw=json.dumps({"message": {"photo": [{"file_id": "1"}]}})), update(raw="")
        update(raw=json.dumps({"callback_query": {"data": "settings:tz"}}))
        hello = "Hello &lt;script&gt;alert(1)&lt;/script&gt;"
        self.assertEqual(self.words(), ["settings:tz", "–", "photo", "x" * 119 + "…", hello])

    def test_it_is_not_read_unless_it_is_shown_and_then_with_the_page(self) -> None:
        self.row("Hello")
        counts = []
        for number, query in enumerate(("", "?columns=words", "?columns=words")):
            if number == 2:
                for _ in range(30):
                    self.row("Hello")
            with CaptureQueriesContext(connection) as asked:
                page = self.text(f"/updates/{query}")
            counts.append(len(asked))
            self.assertEqual("Hello" in page, bool(query))
            self.assertEqual(any('"botcore_update"."raw"' in one["sql"] for one in asked), bool(query))
        self.assertEqual(len(set(counts)), 1)

    def test_it_is_for_who_may_read_it(self) -> None:
        access.grant(user_id=3, role=Role.ADMIN, by="", giver=BOSS)
        self.row("hunter2", user_id=3), self.row("Hello", user_id=2)
        self.client.force_login(account("mona", Role.MODERATOR))
        closed = "Not shown: it was said to somebody with your role or a higher one."
        self.assertEqual(self.words(), ["Hello", closed])
        self.client.force_login(staff("bob", "view_update"))
        self.assertEqual(set(self.words()), {"Not shown: your account may not read what people write."})

    def test_a_refresh_keeps_it(self) -> None:
        self.row("Hello")
        page = self.text("/updates/?columns=words")
        self.assertIn("Hello", self.poll(f"/updates/{polled(page).partition('&seen')[0]}").content.decode())


class TabTests(PageTestCase):
    """How many stand behind the tabs."""

    def test_tabs_count_what_is_not_over_and_stop_early(self) -> None:
        update(State.DEAD), update(State.DEAD), update()
        Update.objects.bulk_create(
            Update(bot_id=1, update_id=10_000 + number, lane_key=0, kind="message", raw="{}", state=State.IGNORED,
                   received_at=timezone.now())
            for number in range(120)
        )  # fmt: skip
        found = dict(re.findall(r'href="\?state=(\w+)">[^<]+ <span class="tally">([^<]+)<', self.text("/updates/")))
        zeros = dict.fromkeys(("pending", "quarantined", "expired"), "0")
        self.assertEqual(found, {**zeros, "dead": "2", "ignored": "100+"})
