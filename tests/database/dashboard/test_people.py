"""The list of people, its search, and a person's profile."""

import re
from datetime import timedelta

from django.utils import timezone

from botcore.models import Chat, PersonDay, Reach
from tests.database.dashboard.data import PageTestCase, message, person, update


def names(page: str) -> list[str]:
    """Return the names in the table, in their order."""
    return re.findall(r'<a class="name" href="/people/\d+/"><bdi>([^<]+)</bdi>', page)


class ListTests(PageTestCase):
    """The table and its search."""

    def test_an_empty_list_says_who_will_be_here(self) -> None:
        self.assertIn("Nobody has written yet.", self.text("/people/"))

    def test_who_wrote_last_stands_first_with_all_columns(self) -> None:
        person(1, "Alice", minutes_ago=10)
        person(
            2, "Bob", last_name="Jones", username="bobby", telegram_language="de", language="ru", source="ads",
            messages_on=False,
        )  # fmt: skip
        page = self.text("/people/")
        self.assertEqual(names(page), ["Bob Jones", "Alice"])
        row = re.sub(r"<[^>]+>", " ", page[page.index('<tr id="person-2"') : page.index('<tr id="person-1"')])
        self.assertEqual(row.split()[3:10], ["Bob", "Jones", "@bobby", "ru", "ads", "–", "off"])

    def test_the_search_takes_the_start_of_a_name_or_username_or_a_whole_id(self) -> None:
        person(1234, "Alice", username="wonder")
        person(2, "Bob", username="Alibi")
        person(3, "Мария")
        person(4, "100%_sure")
        for search, found in {
            "ali": {"Alice", "Bob"},
            "@WON": {"Alice"},
            "1234": {"Alice"},
            "123": set(),
            "lice": set(),
            "мария": {"Мария"},
            "100%": {"100%_sure"},
            "%": set(),
            "_": set(),
            "9" * 60: set(),
            "\x00": {"Alice", "Bob", "Мария", "100%_sure"},
        }.items():
            with self.subTest(search):
                response = self.client.get("/people/", {"search": search})
                self.assertEqual(response.status_code, 200)
                self.assertEqual(set(names(response.content.decode())), found)

    def test_a_search_for_nobody_says_what_can_be_searched(self) -> None:
        person(1, "Alice")
        page = self.text("/people/?search=zed")
        self.assertIn("Nobody fits.", page)
        self.assertIn('value="zed"', page)

    def test_a_walk_down_and_up_shows_each_once_even_when_many_came_in_one_minute(self) -> None:
        now = timezone.now()
        for number in range(1, 121):
            person(number, f"Alice{number}", last_seen=now - timedelta(minutes=number // 70))
        seen, address = [], "/people/"
        pages = []
        while address:
            pages.append(self.text(address))
            seen += names(pages[-1])
            older = re.search(r'href="(\?cursor=before[^"]+)"', pages[-1])
            address = f"/people/{older[1]}" if older else ""
        first = [f"Alice{number}" for number in range(69, 0, -1)]
        self.assertEqual(seen, first + [f"Alice{number}" for number in range(120, 69, -1)])
        newer = re.search(r'href="(\?cursor=after[^"]+)"', pages[-1])
        self.assertIsNotNone(newer)
        self.assertEqual(names(self.text(f"/people/{newer[1] if newer else ''}")), names(pages[-2]))

    def test_a_place_that_is_no_place_is_refused(self) -> None:
        for cursor in ("before.1", "after.x.2", "before." + "9" * 19 + ".1", "before.1.2.3"):
            with self.subTest(cursor):
                self.assertIn("not understood", self.text(f"/people/?cursor={cursor}", 400))


class ProfileTests(PageTestCase):
    """One person."""

    def test_facts_feedback_and_updates_of_the_private_chat(self) -> None:
        alice, bob = person(1, "Alice", username="alice", source="friend"), person(2, "Bob")
        message(alice, "The menu is broken")
        message(bob, "I am Bob")
        mine, group, _ = update(user_id=1), update(user_id=1, chat_id=-5), update(user_id=2)
        page = self.text("/people/1/")
        self.assertIn("@alice", page)
        self.assertIn("friend", page)
        self.assertIn("The menu is broken", page)
        self.assertNotIn("I am Bob", page)
        self.assertIn(f'id="update-{mine.pk}"', page)
        self.assertEqual(page.count('<tr id="update-'), 1)
        self.assertNotIn(f'id="update-{group.pk}"', page)

    def test_who_cannot_be_written_to_is_told_with_the_time(self) -> None:
        now = timezone.now()
        person(1, "Alice")
        chat = Chat.objects.create(id=1, type="private", title="Alice", first_seen=now, last_seen=now)
        self.assertNotIn("notice warn", self.text("/people/1/"))
        for reach, words in (
            (Reach.BLOCKED, "This person has blocked the bot, noticed"),
            (Reach.DEACTIVATED, "This account is deleted, noticed"),
        ):
            Chat.objects.update(reach=reach, reach_changed_at=now - timedelta(hours=3))
            page = self.text("/people/1/")
            self.assertIn(words, page)
            self.assertIn(">3 h ago</time>", page[page.index(words) :])
        chat.delete()
        self.assertNotIn("notice warn", self.text("/people/1/"))

    def test_the_head_leads_to_all_that_concerns_the_person_and_the_source_to_its_people(self) -> None:
        person(1, "Alice", source="a&b")
        page = self.text("/people/1/")
        for address in ("/updates/?person=1", "/outbox/?chat=1", "/audit/?target=person:1", "/people/?source=a%26b"):
            self.assertIn(f'href="{address}"', page)
        self.assertIn("<dt>Status</dt><dd>can be written to</dd>", page)

    def test_a_person_without_anything_still_has_a_page(self) -> None:
        person(1, "", username="")
        page = self.text("/people/1/")
        self.assertIn("No name", page)
        self.assertIn("None from this person yet.", page)
        self.assertIn("None are stored", page)

    def test_hostile_names_are_escaped_in_the_title_too(self) -> None:
        person(1, "<script>alert(1)</script>", source='"><img src=x>')
        page = self.text("/people/1/")
        self.assertIn("<title>&lt;script&gt;alert(1)&lt;/script&gt; · Botdeck</title>", page)
        self.assertNotIn("<img", page)

    def test_nobody_is_not_found(self) -> None:
        for number in (0, 5, 2**63, 10**40):
            with self.subTest(number):
                self.text(f"/people/{number}/", 404)


class ActivityTests(PageTestCase):
    """The chart of a person's days."""

    def test_days_are_bars_with_their_sum(self) -> None:
        alice, today = person(1, "Alice"), timezone.now().date()
        for days_ago, count in ((0, 3), (29, 4), (30, 100), (89, 5), (90, 1000)):
            PersonDay.objects.create(user=alice, day=today - timedelta(days=days_ago), updates=count)
        page = self.text("/people/1/")
        self.assertIn("Updates in 30 days: 7. Active on 4 of 90 days.", page)
        self.assertEqual(page.count('<g class="bar">'), 90)
        self.assertIn('aria-label="Updates per day, the last 90 days: 112 together, 100 at most."', page)

    def test_who_wrote_nothing_lately_has_words_instead(self) -> None:
        person(1, "Alice")
        page = self.text("/people/1/")
        self.assertIn("No update of the last 90 days is counted.", page)
        self.assertNotIn('class="bar"', page)
