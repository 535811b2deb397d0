"""What a person decides about a group of errors: states, mutes, assignees, notes, and who did it when."""

from datetime import timedelta

from django.contrib.auth.models import User as Login
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.errors import services
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.exceptions import ValidationError
from tests.database.errors import error

HOUR = timedelta(hours=1)


class StateTests(TestCase):
    """New, ongoing, muted, resolved."""

    def setUp(self) -> None:
        self.group = error()

    def now(self) -> ErrorGroup:
        """Read the group again."""
        return ErrorGroup.objects.get(pk=self.group.pk)

    def history(self) -> list[tuple[str, str, str, str]]:
        """Return who did what, oldest first."""
        return list(self.group.changes.order_by("pk").values_list("by", "kind", "state", "text"))

    def test_an_acknowledged_error_is_ongoing(self) -> None:
        self.assertTrue(services.acknowledge(group_id=self.group.pk, by="alice"))
        self.assertEqual(self.now().state, GroupState.ONGOING)
        self.assertGreater(self.now().state_at, self.group.state_at)
        self.assertEqual(self.history(), [("alice", "state", "ongoing", "acknowledged")])

    def test_what_changes_nothing_leaves_no_line(self) -> None:
        services.acknowledge(group_id=self.group.pk, by="alice")
        self.assertFalse(services.acknowledge(group_id=self.group.pk, by="bob"))
        self.assertFalse(services.reopen(group_id=self.group.pk, by="bob"))
        services.mute(group_id=self.group.pk, by="alice")
        self.assertFalse(services.mute(group_id=self.group.pk, by="bob"))
        services.resolve(group_id=self.group.pk, by="alice")
        self.assertFalse(services.resolve(group_id=self.group.pk, by="bob"))
        self.assertEqual({by for by, *_ in self.history()}, {"alice"})

    def test_a_mute_holds_for_ever_or_until_a_time(self) -> None:
        services.mute(group_id=self.group.pk, by="alice")
        self.assertEqual((self.now().state, self.now().muted_until), (GroupState.MUTED, None))
        until = timezone.now() + HOUR
        self.assertTrue(services.mute(group_id=self.group.pk, by="alice", until=until))
        self.assertEqual(self.now().muted_until, until)
        words = [text for *_, text in self.history()]
        self.assertEqual(words, ["for ever", f"until {until:%Y-%m-%d %H:%M} UTC"])

    def test_a_mute_holds_until_so_many_occurrences(self) -> None:
        ErrorGroup.objects.update(mute_seen=7, mute_started_at=timezone.now())
        services.mute(group_id=self.group.pk, by="alice", limit=10, window_seconds=3600)
        row = self.now()
        self.assertEqual((row.mute_limit, row.mute_window, row.mute_seen), (10, 3600, 0))
        self.assertIsNone(row.mute_started_at)
        self.assertEqual(self.history()[-1][-1], "until it occurs 10 times within 1 h")

    def test_a_mute_has_one_rule_within_bounds(self) -> None:
        now = timezone.now()
        for rule in (
            {"until": now + HOUR, "limit": 3, "window_seconds": 60},
            {"until": now - HOUR},
            {"until": now + timedelta(days=900)},
            {"limit": 0, "window_seconds": 60},
            {"limit": 10**9, "window_seconds": 60},
            {"limit": 3},
            {"limit": 3, "window_seconds": 5},
            {"limit": 3, "window_seconds": 10**9},
            {"window_seconds": 60},
        ):
            with self.subTest(rule), self.assertRaises(ValidationError):
                services.mute(group_id=self.group.pk, by="alice", **rule)
        self.assertEqual(self.now().state, GroupState.NEW)

    def test_resolving_ends_a_mute(self) -> None:
        services.mute(group_id=self.group.pk, by="alice", limit=10, window_seconds=3600)
        services.resolve(group_id=self.group.pk, by="bob")
        row = self.now()
        self.assertEqual((row.state, row.mute_limit, row.mute_window), (GroupState.RESOLVED, None, None))

    @override_settings(RELEASE="0.3.0")
    def test_resolved_in_the_next_release_names_the_one_that_runs(self) -> None:
        services.resolve(group_id=self.group.pk, by="alice", in_next_release=True)
        self.assertEqual(self.now().resolved_release, "0.3.0")
        self.assertEqual(self.history()[-1][-1], "in the release after 0.3.0")
        self.assertTrue(services.resolve(group_id=self.group.pk, by="alice"))
        self.assertEqual(self.now().resolved_release, "")

    def test_a_reopened_error_is_ongoing(self) -> None:
        services.resolve(group_id=self.group.pk, by="alice", in_next_release=True)
        self.assertTrue(services.reopen(group_id=self.group.pk, by="bob"))
        self.assertEqual((self.now().state, self.now().resolved_release), (GroupState.ONGOING, ""))
        self.assertEqual(self.history()[-1], ("bob", "state", "ongoing", "reopened"))

    def test_an_error_that_is_gone_is_named_in_a_sentence(self) -> None:
        for pk in (0, -1, self.group.pk + 1000, 2**63):
            with self.subTest(pk), self.assertRaisesMessage(ValidationError, "There is no such error any more"):
                services.acknowledge(group_id=pk, by="alice")


class WordTests(TestCase):
    """Assignees and notes."""

    def setUp(self) -> None:
        self.group = error()
        self.bob = Login.objects.create_user("bob", is_staff=True)

    def test_an_error_is_given_to_staff_and_back(self) -> None:
        self.assertTrue(services.assign(group_id=self.group.pk, by="alice", user_id=self.bob.pk))
        self.assertFalse(services.assign(group_id=self.group.pk, by="alice", user_id=self.bob.pk))
        self.group.refresh_from_db()
        self.assertEqual(self.group.assignee, self.bob)
        self.assertTrue(services.assign(group_id=self.group.pk, by="bob", user_id=None))
        words = list(self.group.changes.order_by("pk").values_list("by", "text"))
        self.assertEqual(words, [("alice", "given to bob"), ("bob", "given to nobody")])

    def test_who_is_no_active_staff_gets_no_errors(self) -> None:
        visitor = Login.objects.create_user("charlie")
        gone = Login.objects.create_user("dora", is_staff=True, is_active=False)
        for user_id in (visitor.pk, gone.pk, 10**9):
            with self.subTest(user_id), self.assertRaises(ValidationError):
                services.assign(group_id=self.group.pk, by="alice", user_id=user_id)

    def test_a_note_is_kept_as_it_is(self) -> None:
        services.note(group_id=self.group.pk, by="alice", text="  <b>seen</b> by \x00Telegram \ud83d\n")
        self.assertEqual(self.group.changes.get().text, "<b>seen</b> by Telegram ?")

    def test_a_note_has_words_and_an_end(self) -> None:
        for text in ("", " \x00 ", "x" * 4001):
            with self.subTest(text[:3]), self.assertRaises(ValidationError):
                services.note(group_id=self.group.pk, by="alice", text=text)
