"""/error, /merge and /split: everything about an error by words."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from tests.database.errors import error, mark, occurrence
from tests.flow.operators import OperatorCase


class OrderCase(OperatorCase):
    """One error."""

    def setUp(self) -> None:
        super().setUp()
        self.row = error(count=12, people=3)

    async def now(self) -> ErrorGroup:
        """Read the group again."""
        return await ErrorGroup.objects.aget(pk=self.row.pk)

    async def order(self, words: str) -> str:
        """Say /error with its number and these words; return what was done."""
        await self.alice.says(f"/error {self.row.pk} {words}")
        return self.alice.sees.rpartition("\n")[2]


class ErrorCommandTests(OrderCase):
    """/error."""

    async def test_shows_the_card(self) -> None:
        await self.alice.says(f"/error #{self.row.pk}")
        self.assertTrue(self.alice.sees.startswith(f"Error {self.row.pk} · new\nKeyError: 'Alice'"))

    async def test_finds_it_by_the_reference_that_a_person_was_told(self) -> None:
        event = await in_database(occurrence, self.row)
        await self.alice.says(f"/error {event.reference}")
        self.assertTrue(self.alice.sees.startswith(f"Error {self.row.pk} · new"))

    async def test_every_verb(self) -> None:
        for words, said, state in (
            ("acknowledge", "Acknowledged", GroupState.ONGOING),
            ("resolve", "Resolved", GroupState.RESOLVED),
            ("reopen", "Open again", GroupState.ONGOING),
            ("next", "Resolved in the next release", GroupState.RESOLVED),
            ("MUTE", "Muted: it is counted, and nobody is told", GroupState.MUTED),
            ("mute ever", "Muted: it is counted, and nobody is told", GroupState.MUTED),
        ):
            self.assertEqual(await self.order(words), f"{said} · Alice")
            self.assertEqual((await self.now()).state, state, words)
        self.assertEqual(await self.order("mute ever"), "Nothing changed: it was so already. · Alice")
        entry = await AuditEntry.objects.alatest("pk")
        self.assertEqual(
            (entry.action, entry.target, entry.channel), ("errors.mute", f"error:{self.row.pk}", "telegram")
        )

    async def test_mutes_until_a_time_or_a_number_of_occurrences(self) -> None:
        await self.order("mute 2d")
        until = (await self.now()).muted_until
        assert until
        self.assertAlmostEqual(until, timezone.now() + timedelta(days=2), delta=timedelta(minutes=1))
        await self.order("mute 100 in 1h")
        self.assertEqual(((row := await self.now()).mute_limit, row.mute_window, row.muted_until), (100, 3600, None))
        self.assertIn("· muted until 100 within 60 min\n", self.alice.sees)
        await self.order("mute 5/1d")
        self.assertEqual(((row := await self.now()).mute_limit, row.mute_window), (5, 86_400))

    async def test_assigns_to_people_of_the_staff(self) -> None:
        bob = await in_database(Login.objects.create_user, "bob", is_staff=True)
        me = await in_database(Login.objects.create_user, "alice", is_staff=True)
        self.assertEqual(await self.order("assign Bob"), "Given · Alice")
        self.assertEqual((await self.now()).assignee_id, bob.pk)
        await StaffLink.objects.acreate(user_id=1, account=me, at=timezone.now())
        await self.order("assign me")
        self.assertEqual((await self.now()).assignee_id, me.pk)
        await self.order("assign nobody")
        self.assertIsNone((await self.now()).assignee_id)
        self.assertEqual(await self.order("assign mallory"), "Nobody on the staff has this name: mallory.")

    async def test_notes_stand_in_the_history(self) -> None:
        self.assertEqual(await self.order("note I <b>look</b> at it"), "Noted · Alice")
        self.assertIn("Alice (Telegram 1): I <b>look</b> at it\n", self.alice.sees)

    async def test_several_at_once(self) -> None:
        other = await in_database(error, "ValueError", GroupState.RESOLVED)
        await self.alice.says(f"/error {self.row.pk},{other.pk} resolve")
        self.assertEqual(self.alice.sees, f"1 of 2 errors: Resolved (#{self.row.pk})")
        self.assertEqual((await self.now()).state, GroupState.RESOLVED)
        await self.alice.says(f"/error {self.row.pk},{other.pk} resolve")
        self.assertEqual(self.alice.sees, "Nothing changed: it was so already.")
        await self.alice.says(f"/error {self.row.pk},{other.pk}")
        self.assertEqual(self.alice.sees, "Say what to do about them.")

    async def test_what_is_wrong_is_said_and_changes_nothing(self) -> None:
        for words, said in (
            ("", "Something is missing: error."),
            ("x", "There is no such error"),
            ("0", "There is no such error"),
            ("-1", "There is no such error"),
            ("999999", "There is no error 999999."),
            ("9" * 40, "There is no such error"),
            (",,,", "There is no such error"),
            ("' OR 1=1", "Choose one of: acknowledge"),
            (f"{self.row.pk} resolv", "did you mean resolve?"),
            (f"{self.row.pk} mute 5x", "Write a length of time"),
            (f"{self.row.pk} mute 0 in 1h", "Write a number that is 1 at least."),
            (f"{self.row.pk} mute 5 in 400d", "1 minute to 30 days"),
            (f"{self.row.pk} mute 900d", "The end of a mute lies in the future, and at most a year ahead."),
            (f"{self.row.pk} note", ""),
            (",".join(map(str, range(1, 103))), "more than 100 errors"),
        ):
            await self.alice.says(f"/error {words}")
            self.assertIn(said, self.alice.sees, words)
        self.assertEqual((await self.now()).state, GroupState.NEW)
        self.assertEqual(await AuditEntry.objects.acount(), 0)

    async def test_one_that_was_deleted_is_told_from_one_that_never_was(self) -> None:
        newer = await in_database(error, "ValueError")
        await ErrorGroup.objects.filter(pk=self.row.pk).adelete()
        await self.alice.says(f"/error {self.row.pk}")
        self.assertIn("This error is gone: somebody has deleted it.", self.alice.sees)
        await self.alice.says(f"/error #{newer.pk + 1}")
        self.assertIn(f"There is no error {newer.pk + 1}.", self.alice.sees)

    async def test_admins_only(self) -> None:
        pk = self.row.pk
        buttons = (
            f"error_do:{pk} resolve",
            f"error_resolve:{pk}",
            f"error:{pk}",
            "errors:open|",
            f"error_replay:{pk}",
            "merge_ok:x",
        )
        await self.assert_needs(Role.ADMIN, f"/error {pk}", "/errors", f"/merge {pk} {pk}", f"/split {pk} x",
                                buttons=buttons)  # fmt: skip
        self.assertEqual((await self.now()).state, GroupState.NEW)


class MergeTests(OrderCase):
    """/merge and /split."""

    def setUp(self) -> None:
        super().setUp()
        self.other = error("ValueError", count=5)

    async def count(self) -> int:
        """Count errors."""
        return await ErrorGroup.objects.acount()

    async def test_merges_after_a_question(self) -> None:
        await self.alice.says(f"/merge {self.row.pk} {self.other.pk}")
        self.assertEqual(
            self.alice.sees,
            f"Make these a part of another error?\n\n– {self.other.pk} ValueError\n\n"
            f"It stays: {self.row.pk} KeyError: 'Alice'",
        )
        self.assertEqual(await self.count(), 2)
        await self.alice.presses("Merge")
        self.assertEqual(await self.count(), 1)
        self.assertEqual((await self.now()).count, 17)
        self.assertTrue(self.alice.sees.endswith(f"#{self.other.pk} merged into #{self.row.pk} · Alice"))
        self.assertIn("\nIts parts\n", self.alice.sees)

    async def test_can_be_left(self) -> None:
        await self.alice.says(f"/merge {self.row.pk} {self.other.pk}")
        await self.alice.presses("Cancel")
        self.assertEqual(await self.count(), 2)

    async def test_takes_errors_that_there_are(self) -> None:
        pk = self.row.pk
        for words, said in (
            (f"{pk}", "Something is missing: others."),
            (f"{pk} {pk}", "It takes two errors at least"),
            (f"{pk} 999999", "There is no error 999999."),
            (f"x {pk}", "There is no such error"),
        ):
            await self.alice.says(f"/merge {words}")
            self.assertIn(said, self.alice.sees)
        self.assertEqual(await self.count(), 2)

    async def test_splits_a_part_off(self) -> None:
        part = await in_database(mark, self.row, "feed00000000beef", title="Another", count=2)
        await self.alice.says(f"/split {self.row.pk} {part.value.upper()}")
        self.assertEqual(await self.count(), 3)
        new = await ErrorGroup.objects.alatest("pk")
        self.assertTrue(self.alice.sees.startswith(f"Error {new.pk} · new\nAnother"))

    async def test_splits_only_what_is_a_part_of_it(self) -> None:
        foreign = (await self.other.fingerprints.aget()).value
        own = (await self.row.fingerprints.aget()).value
        answers: list[tuple[Any, str]] = [
            (foreign, "This error has no such part"),
            ("x" * 200, "This error has no such part"),
            (own, "This error has one fingerprint only"),
        ]
        for value, said in answers:
            await self.alice.says(f"/split {self.row.pk} {value}")
            self.assertIn(said, self.alice.sees)
        self.assertEqual(await self.count(), 2)
