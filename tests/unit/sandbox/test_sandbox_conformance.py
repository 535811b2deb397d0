"""Every method's answer and every update has the shape that the Bot API's description gives it."""

from pathlib import Path
from unittest import IsolatedAsyncioTestCase, TestCase

from sandbox.api.registry import method_names
from sandbox.updates import KNOWN_TYPES
from tests.unit.sandbox.conformance import description, problems
from tests.unit.sandbox.conformance.missing import HEADING, PAGE, missing
from tests.unit.sandbox.conformance.stage import Stage, load, play

ROOT = Path(__file__).resolve().parents[3]
HOW = "Add one with @scenario to a file of tests/unit/sandbox/conformance/scenarios, which says how."
OLD_NAMES = {"getChatMembersCount", "kickChatMember"}  # which the real server still takes, of two that are called
# They know all kinds of updates, whether people cause them or not.
QUEUES = frozenset({"updates.py", "lanes.py", "terms.py"})

ABSENT = {
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "chat_boost", "removed_chat_boost", "managed_bot",
}  # fmt: skip


async def stages() -> list[Stage]:
    """Play everything."""
    return [await play(one) for one in load()]


class Conformance(IsolatedAsyncioTestCase):
    async def test_answers_and_updates_have_the_shape_of_their_types(self) -> None:
        for one in load():
            with self.subTest(one.__name__):
                self.assertEqual((await play(one)).found, [])

    async def test_every_method_is_called_by_a_scenario(self) -> None:
        called = {method for stage in await stages() for method in stage.called}
        missing = sorted(method_names() - called - OLD_NAMES)
        self.assertEqual(missing, [], f"The sandbox has methods that no scenario calls: {missing}. {HOW}")

    def test_every_method_is_one_of_the_bot_api(self) -> None:
        self.assertEqual(method_names() - description()["methods"].keys(), OLD_NAMES)

    async def test_every_kind_of_update_comes_in_a_scenario_but_those_of_what_is_not_there(self) -> None:
        seen = {kind for stage in await stages() for update in stage.updates() for kind in update}
        described = description()["types"]["Update"].keys() - {"update_id"}
        self.assertEqual(described - seen, ABSENT)
        self.assertEqual(KNOWN_TYPES, described)

    async def test_every_kind_of_update_that_the_sandbox_names_comes_in_a_scenario(self) -> None:
        sources = [file.read_text() for file in (ROOT / "sandbox").rglob("*.py") if file.name not in QUEUES]
        named = {kind for kind in KNOWN_TYPES if any(f'"{kind}"' in source for source in sources)}
        seen = {kind for stage in await stages() for update in stage.updates() for kind in update}
        missing = sorted(named - seen)
        self.assertEqual(missing, [], f"The sandbox has updates that no scenario causes: {missing}. {HOW}")


class Documentation(TestCase):
    def test_the_methods_that_are_missing_are_listed(self) -> None:
        wanted = f"{HEADING}\n{missing()}\n"
        self.assertTrue(wanted in PAGE.read_text(), "`python -m tests.unit.sandbox.conformance.missing` writes it.")


class Checker(TestCase):
    """The checker itself."""

    CHAT = {"id": 5, "type": "private"}

    def test_what_is_right_has_no_problems(self) -> None:
        self.assertEqual(problems({"message_id": 1, "date": 2, "chat": self.CHAT}, "Message"), [])
        self.assertEqual(problems([True], "Array of True"), [])

    def test_unknown_missing_and_wrong_fields_are_told(self) -> None:
        self.assertEqual(problems({**self.CHAT, "color": 1}, "Chat"), ["Chat.color is not known to Chat"])
        self.assertEqual(problems({"id": 5}, "Chat"), ["Chat.type of Chat is missing"])
        self.assertEqual(problems({**self.CHAT, "title": None}, "Chat"), ["Chat.title is None, not String"])
        self.assertEqual(problems({**self.CHAT, "id": True}, "Chat"), ["Chat.id is True, not Integer"])
        self.assertEqual(problems({**self.CHAT, "is_forum": False}, "Chat"), ["Chat.is_forum is False, not True"])
        self.assertEqual(problems([1, "2"], "Array of Integer"), ["Array of Integer[1] is '2', not Integer"])

    def test_a_union_is_told_apart_by_its_words(self) -> None:
        user = {"id": 1, "is_bot": False, "first_name": "Alice"}
        self.assertEqual(problems({"status": "left", "user": user}, "ChatMember"), [])
        self.assertNotEqual(problems({"status": "gone", "user": user}, "ChatMember"), [])
        self.assertNotEqual(problems({"status": "creator", "user": user}, "ChatMember"), [])
