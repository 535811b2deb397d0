"""/replay and its buttons: a question with the count, then the same service as on the page."""

from datetime import timedelta

from django.utils import timezone

from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.inbox.models import State, Update
from tests.database.dashboard.data import update
from tests.database.errors import error
from tests.flow.operators import OperatorCase

OLD = timedelta(hours=1)


class ReplayTests(OperatorCase):
    """Two dead letters, of two handlers; another bot's, so that nobody handles them here."""

    def setUp(self) -> None:
        super().setUp()
        self.first, self.second = (update(State.DEAD, handler=name) for name in ("start.start", "pay.pay"))

    async def states(self) -> list[str]:
        """Return how both stand."""
        return [(await Update.objects.aget(pk=row.pk)).state for row in (self.first, self.second)]

    async def test_all_go_after_a_question_that_counts_them(self) -> None:
        await self.alice.says("/replay all")
        self.assertIn("To be sent through again, oldest first: 2.", self.alice.sees)
        self.assertEqual(await self.states(), ["dead", "dead"])
        await self.alice.presses("Replay 2")
        self.assertEqual(self.alice.sees, "Sent through again: 2.")
        self.assertEqual(await self.states(), ["pending", "pending"])
        entry = await AuditEntry.objects.aget()
        self.assertEqual((entry.action, entry.channel, entry.actor_id), ("updates.replay", "telegram", 1))

    async def test_a_handler_says_which(self) -> None:
        await self.alice.says("/replay all pay.pay")
        await self.alice.presses("Replay 1")
        self.assertEqual(await self.states(), ["dead", "pending"])

    async def test_one_by_its_number(self) -> None:
        await self.alice.says(f"/replay #{self.first.pk}")
        await self.alice.presses("Replay 1")
        self.assertEqual(await self.states(), ["pending", "dead"])

    async def test_pressed_twice_it_goes_once(self) -> None:
        await self.alice.says("/replay all")
        notices = await self.alice.presses("Replay 2", times=2)
        self.assertEqual(notices[1], "That was decided already.")
        self.assertEqual(await AuditEntry.objects.acount(), 1)

    async def test_the_dead_letters_of_an_error(self) -> None:
        row = await in_database(error)
        mark = (await row.fingerprints.aget()).value
        await Update.objects.filter(pk=self.first.pk).aupdate(error_group=mark)
        for begin in (f"/error {row.pk} replay", f"/error {row.pk}"):
            await self.alice.says(begin)
        await self.alice.presses("Replay 1")  # of the card, which asks
        self.assertIn("oldest first: 1.", self.alice.sees)
        await self.alice.presses("Replay 1")
        self.assertEqual(await self.states(), ["pending", "dead"])

    async def test_without_any_it_says_why(self) -> None:
        old = timezone.now() - OLD
        late = await in_database(update, State.EXPIRED, kind="callback_query", received_at=old)
        emptied = await in_database(update, State.DEAD, raw="")
        for pk, said in (
            (late.pk, "Too late, nobody waits for an answer any more: 1"),
            (emptied.pk, "No longer kept: 1"),
        ):
            await self.alice.says(f"/replay {pk}")
            self.assertEqual(self.alice.sees, f"There is nothing to replay.\n{said}")
        await self.alice.says("/replay all no.such")
        self.assertEqual(self.alice.sees, "There is nothing to replay.")
        row = await in_database(error)
        await self.alice.says(f"/error {row.pk} replay")
        self.assertEqual(self.alice.sees, "There is nothing to replay.")

    async def test_what_is_wrong_is_said(self) -> None:
        for words, said in (
            ("", "Something is missing: what."),
            ("everything", "Write the number of an update, or all."),
            ("#x", "Write the number of an update, or all."),
            ("0", "1 at least"),
            ("999999", "There is no update 999999."),
            ("9" * 30, "Write a number"),
            (f"{self.first.pk} pay.pay", "A handler goes with all"),
            ("all pay.pay now", "more than this command takes"),
        ):
            await self.alice.says(f"/replay {words}")
            self.assertIn(said, self.alice.sees, words)
        self.assertEqual(await self.states(), ["dead", "dead"])

    async def test_admins_only(self) -> None:
        await self.assert_needs(Role.ADMIN, "/replay all", buttons=(f"dead_replay:{self.first.pk}", "replay_ok:x"))
