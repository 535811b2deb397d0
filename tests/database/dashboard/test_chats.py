"""The list of chats, its search and filters; who writes in a group and what failed there."""

import json
import re

from django.utils import timezone

from botcore.models import Chat, Reach
from tests.database.dashboard.data import PageTestCase, group, outgoing, person, private, staff, update
from tests.database.errors import error

HOSTILE = "<script>alert(1)</script>"


def titles(page: str) -> list[str]:
    """Return the titles in the table, in their order."""
    return re.findall(r'<a class="name" href="/chats/-?\d+/"><bdi>([^<]+)</bdi>', page)


class ListTests(PageTestCase):
    """The table and its search."""

    def test_an_empty_list_says_what_will_be_here(self) -> None:
        self.assertIn("No chat is known yet.", self.text("/chats/"))

    def test_all_chats_stand_last_seen_first(self) -> None:
        private(person(1, "Alice", minutes_ago=5))
        group(-100, "Gardeners")
        self.assertEqual(titles(self.text("/chats/")), ["Gardeners", "Alice"])

    def test_words_find_groups_by_title_and_username_and_ids_find_any_chat(self) -> None:
        private(person(1234, "Gardener Alice"))
        group(-100, "Night Gardeners")
        Chat.objects.filter(pk=-100).update(username="moon")
        group(-200, "100%_sure")
        for search, found in {
            "garden": ["Night Gardeners"], "gardeners night": ["Night Gardeners"], "@MOO": ["Night Gardeners"],
            "-100": ["Night Gardeners"], "1234": ["Gardener Alice"], "123": [], "%": ["100%_sure"], "_": ["100%_sure"],
            "9" * 60: [], "zed": [],
        }.items():  # fmt: skip
            with self.subTest(search):
                response = self.client.get("/chats/", {"search": search})
                self.assertEqual(response.status_code, 200)
                self.assertEqual(titles(response.content.decode()), found)

    def test_filters_are_kept_together_and_wrong_ones_refused(self) -> None:
        private(person(1, "Alice"))
        group(-100, "Gardeners")
        group(-200, "Lost")
        Chat.objects.filter(pk=-200).update(reach=Reach.KICKED)
        kind = Chat.objects.get(pk=-100).type
        self.assertEqual(titles(self.text("/chats/?type=private")), ["Alice"])
        self.assertEqual(titles(self.text(f"/chats/?type={kind}&reach=kicked")), ["Lost"])
        self.assertEqual(titles(self.text(f"/chats/?type={kind}&reach=open")), ["Gardeners"])
        page = self.text(f"/chats/?type={kind}&reach=kicked")
        self.assertIn(f'<input type="hidden" name="type" value="{kind}">', page)
        self.assertIn("No chat fits.", self.text("/chats/?type=channel"))
        for wrong in ("type=planet", "reach=near", "cursor=before.x", "cursor=before.1"):
            self.text(f"/chats/?{wrong}", 400)

    def test_a_walk_shows_every_chat_once_and_takes_few_queries(self) -> None:
        for number in range(1, 121):
            group(-number, f"Group {number}")
        seen, address = [], "/chats/"
        while address:
            page = self.text(address)
            seen += titles(page)
            older = re.search(r'rel="next" href="(\?[^"]+)"', page)
            address = "/chats/" + older[1].replace("&amp;", "&") if older else ""
        self.assertEqual((len(seen), len(set(seen))), (120, 120))
        with self.assertNumQueries(5):
            self.text("/chats/")

    def test_titles_of_strangers_are_escaped_and_cut(self) -> None:
        for number, name in enumerate((HOSTILE, "\u202egnp.exe", "🦊" * 200, "Z" + "\u0300" * 60), start=1):
            group(-number, name)
        page = self.text("/chats/")
        self.assertIn("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;</bdi>", page)
        self.assertNotIn(HOSTILE, page)


class ChatTests(PageTestCase):
    """A group's page."""

    def setUp(self) -> None:
        """Let two people write in a group."""
        super().setUp()
        group(-100, "Gardeners")
        for user_id, name, count in ((1, "Alice", 3), (2, HOSTILE, 1)):
            person(user_id, name)
            for _ in range(count):
                update(user_id=user_id, chat_id=-100)

    def test_who_writes_there_stands_with_the_busiest_first(self) -> None:
        page = self.text("/chats/-100/")
        part = page.split('id="members"')[1].split("</ul>")[0]
        self.assertEqual(re.findall(r"<strong>(\d+)</strong>", part), ["3", "1"])
        self.assertIn('href="/people/1/"', part)
        self.assertNotIn(HOSTILE, page)
        self.assertIn("None: nothing that was written or pressed here lately has failed.", page)

    def test_errors_that_its_updates_met_are_named(self) -> None:
        row = error("KeyError: 'Alice'")
        update(user_id=1, chat_id=-100, error_group=row.fingerprints.get().value, received_at=timezone.now())
        self.assertIn(f'href="/errors/{row.pk}/"', self.text("/chats/-100/"))

    def test_half_a_character_takes_no_page_down(self) -> None:
        query, poll = {"callback_query": {"data": "\ud83d"}}, {"question": "\ud83d", "options": ["\udc00"]}
        row = update(user_id=1, chat_id=-100, kind="callback_query", raw=json.dumps(query))
        outgoing(chat_id=-100, method="sendPoll", payload=json.dumps(poll))
        for address in ("/chats/-100/", "/updates/?columns=words", f"/updates/{row.pk}/", "/outbox/"):
            with self.subTest(address):
                self.assertEqual(self.client.get(address).status_code, 200)

    def test_each_part_needs_its_own_permission(self) -> None:
        self.client.force_login(staff("bob", "view_chat"))
        page = self.text("/chats/-100/")
        for part in ("members", "met", "newest", "talk"):
            self.assertNotIn(f'id="{part}"', page)
        self.client.force_login(staff("carol", "view_update"))
        self.text("/chats/", 403)
