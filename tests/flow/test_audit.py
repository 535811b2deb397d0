"""/audit: who changed what."""

from botcore.access.roles import Role
from botcore.audit.actor import Actor, acting
from botcore.audit.models import Channel
from botcore.audit.services import record
from botcore.audit.words import meant
from botcore.database import in_database
from tests.flow.operators import OperatorCase

BOB = Actor(Channel.WEB, "bob")


class AuditTests(OperatorCase):
    """Bob resolved an error on its page, Alice banned somebody by a command."""

    def setUp(self) -> None:
        super().setUp()
        with acting(BOB):
            record("errors.resolve", "error:7", before={"state": "new"}, after={"state": "<b>resolved</b>"})
        with acting(Actor(Channel.TELEGRAM, "Alice (Telegram 1)", 1)):
            record("access.ban", "person:42", after={"reason": "token=hunter22"})

    async def found(self, words: str = "") -> list[str]:
        """Return the actions that the command lists."""
        await self.alice.says(f"/audit {words}")
        return [action for action in ("errors.resolve", "access.ban") if f"\n{action}" in self.alice.sees]

    async def test_lists_entries_newest_first(self) -> None:
        await self.alice.says("/audit")
        self.assertEqual(
            self.alice.sees,
            "Who changed what\n\naccess.ban person:42\njust now · Alice (Telegram 1) · Telegram\n"
            "  reason: – → token=[hidden]\n\nerrors.resolve error:7\njust now · bob · dashboard\n"
            "  state: new → <b>resolved</b>",
        )

    async def test_words_say_which(self) -> None:
        for words in ("errors", "errors.resolve", "error:7", "web", "bob", "errors bob web error:7"):
            self.assertEqual(await self.found(words), ["errors.resolve"], words)
        for words in ("access", "person:42", "Alice (Telegram 1)", "telegram access.ban", "1", "1 access"):
            self.assertEqual(await self.found(words), ["access.ban"], words)
        self.assertEqual(await self.found(""), ["errors.resolve", "access.ban"])

    async def test_what_fits_nothing_says_so(self) -> None:
        for words in ("mallory", "errors.nothing", "person:1", "errors Alice", "<script>", "' OR 1=1 --"):
            self.assertEqual(await self.found(words), [], words)
            self.assertIn("No entry fits.", self.alice.sees)

    async def test_every_word_has_its_part(self) -> None:
        self.assertEqual(
            await in_database(meant, "errors. error:7 cli Bob the Builder"),
            {"target": "error:7", "channel": "cli", "actor": "errors. Bob the Builder"},
        )
        self.assertEqual(await in_database(meant, "errors errors.mute"), {"action": "errors.mute"})

    async def test_many_fill_pages_of_the_same_words(self) -> None:
        for number in range(8):
            await in_database(record, "errors.note", f"error:{number}", by="bob")
        await self.alice.says("/audit errors")
        self.assertNotIn("errors.resolve", self.alice.sees)
        await self.alice.presses("»")
        self.assertTrue(self.alice.sees.startswith("Who changed what · errors\n\nerrors.resolve error:7\n"))

    async def test_long_words_are_refused(self) -> None:
        await self.alice.says("/audit " + "x" * 201)
        self.assertIn("200", self.alice.sees)

    async def test_admins_only(self) -> None:
        await self.assert_needs(Role.ADMIN, "/audit", buttons=("audit:|",))
