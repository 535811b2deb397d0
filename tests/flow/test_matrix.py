"""Every command by every role in every kind of chat: who may gets an answer, who may not a refusal or silence."""

from collections.abc import Iterator
from typing import Any

from botcore import handlers
from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.inbox.envelope import read_envelope
from botcore.inbox.models import State, Update
from botcore.registry import Feature, Registry
from botcore.runtime import settings as runtime
from sandbox.world import GROUP_ID
from tests.database.access import BOSS
from tests.database.captured import recorded
from tests.flow.people import DENIED
from tests.telegram import BotTestCase, is_from_bot

GROUP = {"id": GROUP_ID, "type": "supergroup", "title": "Botdeck team"}
CHANNEL = {"id": -1002000000002, "type": "channel", "title": "News"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
ROBOT = {"id": 4_000_000, "is_bot": True, "first_name": "Robot"}
ANONYMOUSLY = "You write anonymously, so I cannot know who you are."
UNKNOWN = "I do not know "
IN_PRIVATE = "Write me that in private."

MINE = {  # what each role may use beyond those below it; a command that is not here fails the test
    Role.MEMBER: "about cancel help link privacy settings start unlink whoami",
    Role.SUPPORT: "dashboard feedback health metrics segments status talk user users version",
    Role.MODERATOR: "allow allowed attribute ban disallow message mute note queue segment tag unattribute unban untag",
    Role.ADMIN: "alert alerts audit broadcast dead error errors export forget funnel funnels grant jobs"
    " loglevel maintenance merge operators replay revoke roles split",
    Role.OWNER: "restart",
}
ACTS_IN_GROUPS = {"allow", "disallow"}  # without words they are about the group, and have tests of their own


def needed() -> dict[str, Role]:
    """Return the role that each command takes, by this page."""
    return {name: role for role, names in MINE.items() for name in names.split()}


def commands() -> dict[str, Feature]:
    """Return the bot's commands."""
    return {feature.command: feature for feature in Registry.discover(handlers).features if feature.command}


class MatrixTests(BotTestCase):
    """One person for each role; words are left out, so that nothing dangerous is even asked."""

    def setUp(self) -> None:
        """Give the roles."""
        super().setUp()
        runtime.change("throttle.enabled", "off", by="the tests")
        self.people = {role: self.world.add_person(role.name.title(), language="en") for role in Role}
        for role in (Role.SUPPORT, Role.MODERATOR, Role.ADMIN, Role.OWNER):
            access.grant(user_id=self.people[role].id, role=role, by="the tests", giver=BOSS)
        self.number = 900_000_000

    def test_every_command_stands_on_this_page_with_its_role(self) -> None:
        found = {name: feature.terms.role for name, feature in commands().items()}
        self.assertEqual(found, {name: role for name, role in needed().items() if name in found})
        self.assertEqual(set(needed()) - set(found), set())

    async def test_in_private(self) -> None:
        for name, feature, role in self.cases():
            with self.subTest(command=name, role=role.name):
                answers = await self.says(role, f"/{name}", self.private(role))
                self.assertTrue(answers)
                self.check(answers, is_denied=role < feature.terms.role)

    async def test_in_a_group(self) -> None:
        for name, feature, role in self.cases():
            if name in ACTS_IN_GROUPS and role >= feature.terms.role:
                continue
            with self.subTest(command=name, role=role.name):
                answers = await self.says(role, f"/{name}", GROUP)
                if feature.private:
                    may = role > Role.MEMBER and role >= feature.terms.role
                    self.assertEqual(answers, [IN_PRIVATE] if may else [])
                else:
                    self.check(answers, is_denied=role < feature.terms.role)

    async def test_for_another_bot(self) -> None:
        for name, _feature, role in self.cases():
            with self.subTest(command=name, role=role.name):
                self.assertEqual(await self.says(role, f"/{name}@otherbot", GROUP), [])
                answers = await self.says(role, f"/{name}@otherbot", self.private(role))
                self.assertTrue(all(UNKNOWN in answer for answer in answers), answers)

    async def test_in_a_channel_anonymously_and_by_a_bot(self) -> None:
        for name, feature in commands().items():
            with self.subTest(name):
                self.assertEqual(await self.sends("channel_post", f"/{name}", CHANNEL, sender_chat=CHANNEL), [])
                self.assertEqual(await self.sends("message", f"/{name}", GROUP, **{"from": ROBOT}), [])
                answers = await self.sends("message", f"/{name}", GROUP, sender_chat=GROUP, **{"from": ANONYMOUS})
                if feature.private:
                    self.assertEqual(answers, [])
                elif feature.terms.role > Role.MEMBER:
                    self.assertEqual(answers, [ANONYMOUSLY])

    async def test_by_a_banned_person(self) -> None:
        member = self.people[Role.MEMBER]
        await in_database(access.restrict, user_id=member.id, kind=Keep.BANNED, by="the tests")
        answers = [await self.says(Role.MEMBER, f"/{name}", self.private(Role.MEMBER)) for name in commands()]
        self.assertEqual([answer for some in answers for answer in some], ["You cannot use this bot."])

    def cases(self) -> Iterator[tuple[str, Feature, Role]]:
        """Yield every command with every role."""
        yield from ((name, feature, role) for name, feature in commands().items() for role in Role)

    def check(self, answers: list[str], *, is_denied: bool) -> None:
        """Who may not reads so; who may reads something else."""
        refusals = [answer for answer in answers if answer == DENIED or answer.startswith("This needs the role")]
        self.assertEqual(refusals, answers if is_denied else [])

    def private(self, role: Role) -> dict[str, Any]:
        """Return the person's private chat."""
        person = self.people[role]
        return {"id": person.id, "type": "private", "first_name": person.first_name}

    async def says(self, role: Role, text: str, chat: dict[str, Any]) -> list[str]:
        """Let the person of the role say it; return what the bot answers there."""
        return await self.sends("message", text, chat, **{"from": self.people[role].to_json()})

    async def sends(self, kind: str, text: str, chat: dict[str, Any], **fields: Any) -> list[str]:
        """Deliver it, see that nothing failed and nothing changed, and return what the bot answers in the chat."""
        await self.bot()
        self.number += 1
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        body = {"message_id": 5_000, "date": 1_790_000_000, "chat": chat, "text": text, "entities": entities, **fields}
        before, changes = self.told_in(chat), await AuditEntry.objects.acount()
        with recorded() as records:
            await self.accept([read_envelope({"update_id": self.number, kind: body})])
            await self.handle()
        update = await Update.objects.alatest("id")
        self.assertIn(update.state, {State.DONE, State.IGNORED}, update.error)
        self.assertEqual(
            ([record["title"] for record in records.records], await AuditEntry.objects.acount()), ([], changes)
        )
        return self.told_in(chat)[len(before) :]

    def told_in(self, chat: dict[str, Any]) -> list[str]:
        """Return what the bot has said in the chat."""
        if chat["type"] == "channel":
            return []
        return [post.text for post in self.world.messages(chat["id"]) if is_from_bot(post)]
