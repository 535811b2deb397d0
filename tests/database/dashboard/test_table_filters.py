"""What narrows lists: each filter, whom names mean, and what means nothing."""

import re
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import quote

from django.utils import timezone
from telegram.constants import UpdateType

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.models import (
    ChatAlias,
    Reach,
    State,
)
from botcore.people import selectors as people
from botcore.people import tags
from botcore.runtime.features import FeatureFacts, publish_features
from dashboard.lists.updates import KINDS
from tests.database.access import BOSS
from tests.database.dashboard.data import (
    PageTestCase,
    group,
    main_of,
    person,
    private,
    staff,
    update,
)
from tests.database.dashboard.lists import ids, links

HOUR = timedelta(hours=1)


class UpdateFilterTests(PageTestCase):
    """Updates by who, where and when."""

    def test_a_person_is_found_by_id_or_name_in_their_chat_and_elsewhere(self) -> None:
        person(1, "Alice", username="Alice_1")
        mine, elsewhere, inline = update(), update(chat_id=-5), update(chat_id=None)
        update(user_id=2, chat_id=-5), update(user_id=2)
        for typed in ("1", "@alice_1", "t.me/alice_1", "alice", "Alice_1", "alic"):
            with self.subTest(typed):
                self.assertEqual(ids(self.text(f"/updates/?person={quote(typed)}")), [inline.pk, elsewhere.pk, mine.pk])
        for typed in ("-5", "0", "9" * 30, "%F0%9F%98%80"):
            with self.subTest(typed):
                self.text(f"/updates/?person={typed}", 400)

    def test_a_name_that_nobody_has_is_told_from_one_who_wrote_nothing(self) -> None:
        person(1, "Alice", username="alice_1")
        for typed in ("@nobody_here", "Zoe"):
            for name, who in (("person", "Nobody"), ("chat", "No chat")):
                with self.subTest(typed, name=name):
                    self.assertIn(f"{who} is called {typed}.", self.text(f"/updates/?{name}={typed}", 400))
        silent = self.text("/updates/?person=alice")
        self.assertIn("No update fits.", silent)
        self.assertIn("Person <strong><bdi>Alice</bdi></strong>", silent)
        self.assertIn(
            "Person <strong><bdi>7, whom the bot does not know</bdi></strong>", self.text("/updates/?person=7")
        )

    def test_of_several_with_a_name_one_is_to_be_chosen(self) -> None:
        person(1, "Alice"), person(2, "Alice", last_name="Smith"), person(3, "Alice", last_name="Jones")
        mine = update(), update(user_id=2), update(user_id=3)
        self.assertEqual(ids(self.text("/updates/?person=alice+smith")), [mine[1].pk])
        self.assertEqual(ids(self.text("/updates/?person=alice")), [mine[0].pk])  # the only one with just this name
        for name in ("person", "chat"):
            page = self.text(f"/updates/?{name}=ali", 400)
            self.assertIn("Several are called ali: choose one, and take their @name or id.", page)
            self.assertIn("/find/?q=ali", links(page))
        for number in range(10, 40):
            person(number, "Alice", minutes_ago=9, last_name=f"M{number}")
        self.text("/updates/?person=alice", 400)  # of so many nobody knows whether another has just this name

    def test_who_may_not_see_people_or_chats_asks_by_id_only(self) -> None:
        person(1, "Alice", username="alice_1"), group(-1007, "Gardeners")
        mine, theirs = update(), update(chat_id=-1007)
        refused = "Your account may not look for people or chats by name: type an id."
        self.client.force_login(staff("dora", "view_update", "view_outgoingmessage", "view_feedback"))
        for name in ("alice", "@alice_1", "t.me/alice_1", "nobody", "Gardeners"):
            for address in ("updates/?person", "updates/?chat", "outbox/?chat", "feedback/?person"):
                with self.subTest(address, name=name):
                    page = self.text(f"/{address}={name}", 400)
                    self.assertIn(refused, page)
                    self.assertNotIn("is called", page)
        self.assertEqual(ids(self.text("/updates/?person=1&chat=1")), [mine.pk])
        self.assertEqual(ids(self.text("/updates/?chat=-1007")), [theirs.pk])
        self.client.force_login(staff("erin", "view_update", "view_user"))
        self.assertEqual(ids(self.text("/updates/?person=alice&chat=1")), [mine.pk])
        self.assertIn(refused, self.text("/updates/?chat=gardeners", 400))

    def test_a_name_is_refused_to_them_in_exports_replays_and_views_too(self) -> None:
        person(1, "Alice"), update(State.DEAD)
        self.client.force_login(staff("dora", "view_update", "replay_update", "export_data", "read_messages"))
        for address in ("/exports/updates.csv?person=alice", "/updates/replay/?person=alice"):
            self.assertContains(self.client.get(address), "by name: type an id", status_code=400)
        form = {"name": "Hers", "query": "person=alice"}
        self.assertContains(self.client.post("/lists/updates/views/", form, follow=True), "by name: type an id")

    def test_a_handler_that_no_bot_has_is_named_so(self) -> None:
        self.assertIn("<bdi>start.gone</bdi>", self.text("/updates/?handler=start.gone"))  # nobody told of any
        fact = FeatureFacts("start.start", "command", "", {}, Role.MEMBER, False, False, False, "start.py")
        publish_features(1, [fact])
        self.assertIn("<bdi>start.gone, which no bot has now</bdi>", self.text("/updates/?handler=start.gone"))
        self.assertIn("<bdi>start.start</bdi>", self.text("/updates/?handler=start.start"))

    def test_a_chat_is_found_by_id_also_from_before_it_moved_or_by_name(self) -> None:
        group(-1007, "Gardeners")
        ChatAlias.objects.create(old_id=-7, new_id=-1007, at=timezone.now())
        before, after = update(chat_id=-7), update(chat_id=-1007)
        update()
        for typed in ("-7", "-1007"):
            self.assertEqual(ids(self.text(f"/updates/?chat={typed}")), [after.pk, before.pk])
        person(1, "Alice", username="alice_1")
        self.assertEqual(len(ids(self.text("/updates/?chat=@alice_1&person=1"))), 1)
        for typed in ("gardeners", "garden"):
            page = self.text(f"/updates/?chat={typed}")
            self.assertEqual(ids(page), [after.pk, before.pk])
            self.assertIn("Chat <strong><bdi>Gardeners</bdi></strong>", page)
        self.assertEqual(len(ids(self.text("/updates/?chat=alice"))), 1)

    def test_a_time_is_typed_as_a_length_or_a_moment(self) -> None:
        now = timezone.now()
        rows = [update(received_at=now - ago * HOUR) for ago in (50, 30, 3, 1)]
        for query, expected in {
            "from=2h": rows[3:],
            "from=4h&to=2h": rows[2:3],
            "to=1d": rows[:2],
            f"from={now - 31 * HOUR:%Y-%m-%dT%H:%M}": rows[1:],
            f"from={now - 31 * HOUR:%Y-%m-%d %H:%M}&to=5h": rows[1:2],
        }.items():
            with self.subTest(query):
                self.assertEqual(ids(self.text(f"/updates/?{query}")), [row.pk for row in expected][::-1])
        self.assertIn("Received <strong><bdi>from 2h ago</bdi></strong>", self.text("/updates/?from=2h"))
        for query in ("from=soon", "from=1h&to=2h", "to=%00", "from=" + "9" * 500, "from=0001-01-01T00:00"):
            with self.subTest(query[:20]):
                page = self.client.get(f"/updates/?{query}")
                self.assertIn(page.status_code, {200, 400})
        self.assertIn("nothing can lie between them", self.text("/updates/?from=1h&to=2h", 400))

    def test_every_kind_of_telegram_can_be_chosen(self) -> None:
        self.assertEqual(set(KINDS), {kind.value for kind in UpdateType})

    def test_filters_come_together(self) -> None:
        now = timezone.now()
        update(State.DEAD, kind="poll", received_at=now - 9 * HOUR, chat_id=-5)
        wanted = update(State.DEAD, kind="poll", received_at=now - HOUR, chat_id=-5)
        update(State.DONE, kind="poll", received_at=now - HOUR, chat_id=-5)
        self.assertEqual(ids(self.text("/updates/?state=dead&kind=poll&from=2h&person=1&chat=-5")), [wanted.pk])


class PeopleFilterTests(PageTestCase):
    """People by what is known of them."""

    def names(self, query: str) -> list[str]:
        """Return who is listed."""
        return re.findall(r'<a class="name" href="/people/\d+/"><bdi>([^<]+)</bdi>', self.text(f"/people/?{query}"))

    def setUp(self) -> None:
        super().setUp()
        now = timezone.now()
        alice = person(1, "Alice", telegram_language="pt-br", source="ads", first_seen=now - 99 * HOUR)
        bob = person(2, "Bob", minutes_ago=5, telegram_language="de", language="ru", messages_on=False)
        person(3, "Charlie", minutes_ago=9, first_seen=now - 50 * HOUR)
        private(alice)
        private(bob, reach=Reach.BLOCKED)
        tags.tag(user_id=3, name="vip", by="")
        access.grant(user_id=3, role=Role.SUPPORT, by="", giver=BOSS)

    def test_each_condition_narrows_the_list(self) -> None:
        for query, expected in {
            "language=pt": ["Alice"],
            "language=ru": ["Bob"],
            "language=de": [],
            "source=ads": ["Alice"],
            "status=blocked": ["Bob"],
            "status=open": ["Alice", "Charlie"],
            "messages=off": ["Bob"],
            "messages=on": ["Alice", "Charlie"],
            "tag=vip": ["Charlie"],
            "tag=%23VIP": ["Charlie"],
            "role=support": ["Charlie"],
            "role=admin": [],
            "from=60h": ["Bob", "Charlie"],
            "to=60h": ["Alice"],
            "search=a&source=ads": ["Alice"],
        }.items():
            with self.subTest(query):
                self.assertEqual(self.names(query), expected)
        for query in ("status=gone", "role=king", "messages=maybe", "tag=two words", "sort=name", "columns=shoe"):
            self.text(f"/people/?{query}", 400)

    def test_the_order_is_by_either_time_from_either_end(self) -> None:
        self.assertEqual(self.names("sort=first_seen"), ["Bob", "Charlie", "Alice"])
        self.assertEqual(self.names("sort=first_seen.up"), ["Alice", "Charlie", "Bob"])
        self.assertEqual(self.names("sort=last_seen.up"), ["Charlie", "Bob", "Alice"])
        page = self.text("/people/?sort=first_seen")
        self.assertRegex(page, r'<th scope="col" class="c-first_seen number" aria-sort="descending"><a href="\?sort=')
        self.assertIn("?sort=first_seen.up", links(page))
        self.assertNotIn("hx-get", self.text("/people/?sort=last_seen.up"))

    def test_a_rare_language_is_looked_for_in_stretches_in_both_orders(self) -> None:
        now = timezone.now()
        for number in range(10, 50):
            seen = now - timedelta(days=1, minutes=number // 3)
            person(
                number, f"P{number}", first_seen=seen, last_seen=seen, telegram_language="de" if number == 40 else ""
            )
        with patch.object(people, "WINDOW", 7):
            for sort in ("last_seen", "last_seen.up", "first_seen", "first_seen.up"):
                found, address, pages = [], f"sort={sort}&language=de", 0
                while address:
                    page = self.text(f"/people/?{address}")
                    found += ids(page)
                    older = re.search(r'rel="next" href="\?([^"]+)"', page)
                    address, pages = older[1].replace("&amp;", "&") if older else "", pages + 1
                self.assertEqual((found, pages > 3), ([40], True), sort)
                self.assertIn("None among those looked through here.", self.text("/people/?language=de"))


class WrongTests(PageTestCase):
    """What means nothing is said where it can be mended."""

    def test_the_page_stays_with_all_that_was_typed_and_shows_no_rows(self) -> None:
        update(kind="poll", received_at=timezone.now() - HOUR)
        page = self.text("/updates/?state=done&kind=poll&from=soon&to=1s&sort=received.up&person=1", 400)
        self.assertEqual(ids(page), [])
        self.assertIn('<input type="hidden" name="state" value="done">', page)
        self.assertIn('<input type="hidden" name="sort" value="received.up">', page)
        self.assertIn('<option value="poll" selected>', page)
        self.assertRegex(page, r'name="from" class="short" value="soon"[^>]*by="wrong-from f-when" aria-invalid="true"')
        self.assertRegex(page, r'name="to" class="short" value="1s"[^>]*aria-describedby="f-when">')
        self.assertIn('<small class="trouble" id="wrong-from">Write a time, such as 14:00', page)
        self.assertIn('<details class="menu" id="more-filters" open>', page)
        self.assertIn("<li>Received: Write a time, such as 14:00", page)
        self.assertIn("Received <strong><bdi>soon</bdi></strong>", page)
        self.assertNotIn("/exports/", page)
        self.assertNotIn("Save view", page)
        self.assertNotIn("hx-get", main_of(page))

    def test_nothing_is_done_with_rows_that_are_not_asked_for(self) -> None:
        update(State.DEAD)
        page = main_of(self.text("/updates/?state=dead&person=Zoe", 400))
        for sign in ("hx-get", 'id="bulk"', "Replay these", 'id="update-', "/exports/"):
            self.assertNotIn(sign, page)
            self.assertIn(sign, main_of(self.text("/updates/?state=dead")))

    def test_each_kind_of_filter_is_marked(self) -> None:
        for address, name in {
            "/updates/?person=-5": "person",
            "/updates/?kind=DROP+TABLE": "kind",
            "/updates/?from=1h&to=2h": "to",
            "/outbox/?priority=9": "priority",
            "/people/?tag=two+words": "tag",
            "/feedback/?person=Zoe": "person",
        }.items():
            with self.subTest(address):
                (field,) = re.findall(f'<(?:input|select) id="f-{name}"[^>]*>', self.text(address, 400))
                self.assertIn('aria-invalid="true"', field)
                self.assertIn(f"wrong-{name}", field)
                self.assertIn(f'id="wrong-{name}"', self.text(address, 400))

    def test_a_tab_that_is_none_is_not_kept_by_the_form(self) -> None:
        page = self.text("/updates/?state=lost&ids=x&kind=poll", 400)
        self.assertIn("<li>State: Choose one of:", page)
        self.assertIn("<li>Chosen: Choose at most", page)
        self.assertNotIn('name="state"', page)
        self.assertNotIn('name="ids"', page)
        self.assertNotIn('aria-current="true"', page)

    def test_a_wrong_order_place_or_column_is_said_and_the_rows_are_shown(self) -> None:
        row = update()
        for query, words in {
            "sort=shoe": "Order: Choose one of: received.",
            "columns=shoe": "Columns: Choose one of:",
            "cursor=before.x": "The place in the list cannot be read. Start again from the newest. This is the first",
        }.items():
            with self.subTest(query):
                page = self.text(f"/updates/?{query}", 400)
                self.assertEqual(ids(page), [row.pk])
                self.assertIn(f"This address is not understood. {words}", page)
                self.assertNotIn(query, "".join(links(main_of(page))))

    def test_files_and_refreshes_stay_plain(self) -> None:
        for query in ("from=soon", "cursor=x&shown=1&since=after.1", "sort=shoe"):
            self.assertNotIn("more-filters", self.poll(f"/updates/?{query}").content.decode())
        page = self.text("/exports/updates.csv?from=soon", 400)
        self.assertNotIn("more-filters", page)
