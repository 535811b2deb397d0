"""/dead: what failed for good, and the card of one."""

from typing import Any

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.inbox.models import State, Update
from tests.database.dashboard.data import failed_attempt, person, update
from tests.flow.operators import OperatorCase


class DeadTests(OperatorCase):
    """The list and the card."""

    def dead(self, state: State = State.DEAD, handler: str = "start.start", **facts: Any) -> Update:
        """Add one that failed."""
        return update(state, handler=handler, **facts)

    async def test_lists_them_newest_first(self) -> None:
        await in_database(person, 77, "Dora")
        first = await in_database(self.dead, user_id=77)
        second = await in_database(self.dead, State.QUARANTINED, "")
        await in_database(update, State.DONE)
        await self.alice.says("/dead")
        self.assertEqual(
            self.alice.sees,
            f"Failed for good\n\n#{second.pk} quarantined · message · Alice just now\n"
            f"#{first.pk} dead letter · start.start · Dora just now",
        )
        self.assertEqual(self.alice.buttons, [f"#{second.pk}", f"#{first.pk}", "↻"])

    async def test_of_one_handler(self) -> None:
        row = await in_database(self.dead, handler="pay.pay")
        await in_database(self.dead)
        await self.alice.says("/dead pay.pay")
        self.assertTrue(self.alice.sees.startswith(f"Failed for good · pay.pay\n\n#{row.pk} dead letter"))
        self.assertEqual(self.alice.buttons, [f"#{row.pk}", "↻"])

    async def test_an_empty_list_says_so(self) -> None:
        await self.alice.says("/dead")
        self.assertIn("Nothing failed for good.", self.alice.sees)
        await self.alice.says("/dead <b>x</b>")
        self.assertEqual(self.alice.sees, "Failed for good · <b>x</b>\n\nNothing of this handler failed for good.")
        await self.alice.says("/dead a b")
        self.assertIn("more than this command takes", self.alice.sees)

    async def test_the_card_tells_the_error_of_each_attempt(self) -> None:
        row = await in_database(
            self.dead, error="KeyError: token=123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", attempts=2
        )
        await in_database(failed_attempt, row, 1)
        await self.alice.says("/dead")
        await self.alice.presses(f"#{row.pk}")
        self.assertIn(f"Update {row.pk} · dead letter\nmessage · start.start", self.alice.sees)
        self.assertIn("Came just now, attempts: 2", self.alice.sees)
        self.assertIn("Attempt 1, 5 min ago: KeyError: 'x'", self.alice.sees)
        self.assertNotIn("AAHdqTcv", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["Replay", "↻", "List"])
        await self.alice.presses("Replay")
        await self.alice.presses("Cancel")
        self.assertEqual((self.alice.sees, self.alice.buttons), ("Cancelled. Nothing was done.", ["Back"]))
        await self.alice.presses("Back")
        await self.alice.presses("Replay")
        await self.alice.presses("Replay 1")
        self.assertEqual((await Update.objects.aget(pk=row.pk)).state, State.PENDING)

    async def test_what_cannot_be_replayed_has_no_button(self) -> None:
        row = await in_database(self.dead, raw="")
        await self.alice.says("/dead")
        await self.alice.presses(f"#{row.pk}")
        self.assertIn("It cannot be replayed", self.alice.sees)
        self.assertEqual(self.alice.buttons, ["↻", "List"])

    async def test_many_fill_pages(self) -> None:
        oldest, *_ = [await in_database(self.dead) for _ in range(9)]
        await self.alice.says("/dead start.start")
        await self.alice.presses("»")
        self.assertEqual(self.alice.buttons, [f"#{oldest.pk}", "«", "↻"])
        await self.alice.presses("↻")
        self.assertEqual(self.alice.buttons, [f"#{oldest.pk}", "«", "↻"])

    async def test_what_is_gone_is_said_so(self) -> None:
        await self.alice.says("/dead")
        for value in ("", "x", "0", "9" * 40):
            self.assertEqual(await self.alice.forges(f"dead_one:{value}"), "This update is no longer kept.")

    async def test_admins_only(self) -> None:
        await self.assert_needs(Role.ADMIN, "/dead", buttons=("dead:|", "dead_one:1"))
