"""The list of conversations: by the longest wait, several at once, as a file, and the number in the side."""

import json
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.conversations import services
from botcore.conversations.models import Conversation
from botcore.feedback.models import Feedback
from botcore.models import PersonTag
from tests.database.access import account
from tests.database.dashboard.data import main_of, person, staff
from tests.database.dashboard.test_inbox import InboxCase


class OrderTests(InboxCase):
    """Who waits longest stands first, if that is asked for."""

    def setUp(self) -> None:
        super().setUp()
        self.writes(person(3, "Carol"), "I wait, too")
        services.reopen(user_id=person(4, "Dora").pk, by="")
        hour_ago = timezone.now() - timedelta(hours=1)
        Conversation.objects.filter(pk=3).update(waiting_since=hour_ago)  # but she wrote last

    def names(self, query: str) -> list[str]:
        """Return who stands in the list, in its order."""
        page = main_of(self.text(f"/conversations/{query}"))
        places = {name: page.find(f"<bdi>{name}</bdi>") for name in ("Bob", "Carol", "Dora")}
        return sorted((name for name, place in places.items() if place >= 0), key=places.__getitem__)

    def test_by_the_longest_wait_only_those_who_wait(self) -> None:
        self.assertEqual(self.names("?sort=waits.up"), ["Carol", "Bob"])
        self.assertEqual(self.names("?sort=waits"), ["Bob", "Carol"])
        self.assertEqual(self.names("?sort=waits.up&show=waiting"), ["Carol", "Bob"])
        self.assertEqual(self.names("?sort=waits.up&show=closed"), [])
        self.assertEqual(len(self.names("")), 3)

    def test_the_heading_leads_to_the_longest_first_and_then_to_the_other_end(self) -> None:
        self.assertIn("?sort=waits.up", main_of(self.text("/conversations/")))
        self.assertIn('href="?sort=waits"', main_of(self.text("/conversations/?sort=waits.up")))

    def test_where_nobody_waits_the_list_is_empty(self) -> None:
        Conversation.objects.update(waiting_since=None)
        self.assertEqual(self.names("?sort=waits.up"), [])
        self.assertEqual(self.names("?sort=waits"), [])

    def test_it_goes_on_behind_a_page(self) -> None:
        Conversation.objects.filter(pk=4).update(waiting_since=F("last_at") - timedelta(hours=2))
        for number in range(10, 60):
            self.writes(person(number, f"P{number}"), "Me too")
        page = main_of(self.text("/conversations/?sort=waits.up"))
        self.assertIn("<bdi>Dora</bdi>", page)
        self.assertNotIn("<bdi>P59</bdi>", page)
        further = page.split("cursor=after.")[1].split('"')[0].split("&")[0]
        self.assertIn("<bdi>P59</bdi>", main_of(self.text(f"/conversations/?sort=waits.up&cursor=after.{further}")))


class ChosenTests(InboxCase):
    """Bob's and Carol's conversations at once."""

    def setUp(self) -> None:
        super().setUp()
        self.second = self.writes(person(3, "Carol"), "I wait, too")

    def press(self, action: str, **form: object) -> str:
        """Do it with both; return the page that follows."""
        chosen = {"action": action, "id": ["2", "3"], **form}
        return str(self.client.post("/conversations/bulk/", chosen, follow=True).content.decode())

    def open_ones(self) -> list[int]:
        """Return those that are open."""
        return list(Conversation.objects.filter(is_open=True).order_by("pk").values_list("pk", flat=True))

    def test_closing_asks_first_and_what_came_meanwhile_stays_open(self) -> None:
        page = self.press("close")
        self.assertIn("Nothing has happened yet.", page)
        self.assertIn(f'name="upto" value="{self.second.pk}"', page)
        self.assertEqual(self.open_ones(), [2, 3])
        later = self.writes(self.bob, "One more thing")
        page = self.press("close", sure="yes", upto=self.second.pk)
        self.assertIn("1 of 2: closed.", page)
        self.assertIn("Something new has come meanwhile.", page)
        self.assertEqual(self.open_ones(), [2])
        self.assertIsNone(Feedback.objects.get(pk=later.pk).read_at)
        self.assertEqual(AuditEntry.objects.filter(action="conversations.close").count(), 1)

    def test_they_are_made_ones_own_and_given_back(self) -> None:
        erin = staff("erin")
        services.assign(user_id=3, account_id=erin.pk, by="")
        page = self.press("assign")
        self.assertIn("2 of 2: given.", page)
        self.assertEqual(set(Conversation.objects.values_list("assignee_id", flat=True)), {self.alice.pk})
        key = page.split('name="key" value="')[1].split('"')[0]
        self.press("undo", key=key)
        self.assertEqual(
            list(Conversation.objects.order_by("pk").values_list("assignee_id", flat=True)), [None, erin.pk]
        )

    def test_they_get_a_tag(self) -> None:
        self.assertIn("2 of 2: the tag is on.", self.press("tag", name="vip"))
        self.assertEqual(sorted(PersonTag.objects.values_list("user_id", "name")), [(2, "vip"), (3, "vip")])

    def test_each_button_has_its_permission(self) -> None:
        self.client.force_login(account("sue", Role.SUPPORT))
        page = main_of(self.text("/conversations/"))
        self.assertIn('value="assign"', page)
        self.assertNotIn('value="tag"', page)
        response = self.client.post("/conversations/bulk/", {"action": "tag", "id": "2", "name": "vip"})
        self.assertEqual(response.status_code, 403)


class FileTests(InboxCase):
    """The list as a file."""

    def test_it_says_how_each_stands_and_no_words(self) -> None:
        services.assign(user_id=person(3, "Carol").pk, account_id=self.alice.pk, by="")
        services.assign(user_id=person(4, "Dora").pk, account_id=staff("erin").pk, by="")
        text = self.client.get("/exports/conversations.jsonl").getvalue().decode()
        rows = {row["person"]: row for row in map(json.loads, text.splitlines())}
        self.assertEqual(sorted(rows), [2, 3, 4])
        self.assertEqual((rows[2]["first_name"], rows[3]["assignee"]), ("Bob", "alice"))
        self.assertNotIn("The map is wrong", text)
        mine = self.client.get("/exports/conversations.jsonl?show=mine").getvalue().decode()
        self.assertEqual([json.loads(line)["person"] for line in mine.splitlines()], [3])


class BadgeTests(InboxCase):
    """How many people wait stands beside the page's name."""

    def test_the_side_counts_who_waits_for_who_may_see_that(self) -> None:
        self.writes(self.bob, "It really is")
        self.writes(person(3, "Carol"), "I wait, too")
        badge = '<span id="waiting-badge" class="badge"'
        self.assertIn(f"{badge}>2<", self.text("/people/"))
        services.close(user_id=3, by="")
        self.assertIn(f"{badge}>1<", self.text("/people/"))
        services.close(user_id=2, by="")
        self.assertIn(f"{badge} hidden>0<", self.text("/people/"))
        self.client.force_login(staff("eve", "view_user"))
        self.assertNotIn("waiting-badge", self.text("/people/"))
