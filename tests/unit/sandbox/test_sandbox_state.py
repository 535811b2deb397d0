"""The world in a file: all that there is comes back, a broken file changes nothing."""

import dataclasses
import json
import os
import tempfile
from collections import Counter
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

from sandbox import shelf
from sandbox.chats import Chat, Draft
from sandbox.entities.formatted import from_plain
from sandbox.errors import Refused
from sandbox.files import Upload
from sandbox.flood import TELEGRAM
from sandbox.inhabitants import GROUP_ID
from sandbox.presses import CallbackAnswer
from sandbox.server import running
from sandbox.state import KEPT, Packer, Unfit, Unpacker
from sandbox.world import World
from tests.unit.sandbox.kit import TOKEN, ServerCase, WorldCase, ended, until

KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
TALLY = "https://example.org/a"


class Busy(WorldCase):
    """A world in which something of everything has happened."""

    async def live(self) -> None:
        """Let people and bots do what they do."""
        world = self.world
        await self.result("sendMessage", chat_id=1, text="<b>Hi</b> 😀", parse_mode="HTML", reply_markup=KEYBOARD)
        post = world.say(1, 1, "an answer", reply_to=1)
        world.react(post, world.person(1), "👍")
        world.answer(world.press(1, 1, 1, "go"), CallbackAnswer("Yes", show_alert=True))
        await self.result("sendDocument", chat_id=2, document=Upload("a.txt", "text/plain", BytesIO(b"content")))
        await self.result("sendInvoice", chat_id=1, title="T", description="D", payload="p", currency="XTR",
                          prices=[{"label": "a", "amount": 3}])  # fmt: skip
        world.pay(1, 1, world.messages(1)[-1].message_id)
        world.ask_inline(2, "what")
        await self.result("setMyCommands", commands=[{"command": "go", "description": "Goes"}])
        world.block(3)
        world.add_person("Dora", username="dora")
        world.delete_account(4)
        world.set_forum(GROUP_ID, on=True)
        topic = world.open_topic(world.group, world.person(1), "News")
        world.say(2, GROUP_ID, "in it", topic=topic.id)
        old = world.add_group("Old", "group")
        world.kick(1, old.id)
        world.migrate(old.id)
        await self.result("getMe", "77:other")
        await self.result("setWebhook", "77:other", url=TALLY, allowed_updates=["message"])
        await self.result("getMe")
        world.pin_message(1, 1, 1)
        world.ask(1, GROUP_ID, "Tea?", ["Yes", "No"])
        world.vote(2, GROUP_ID, world.messages(GROUP_ID)[-1].message_id, [0])
        asked = world.ask_inline(2, "cats")
        world.choose(asked, "1", world.chat(GROUP_ID), Draft(from_plain("A cat")))
        world.flood.limits = TELEGRAM
        world.purse.fill(20_000)
        world.faults.add(kind="undecodable_update", count=1, lasts=60.0)
        world.spoiler.answer(77, [{"update_id": 5, "message": {"date": 1}}])
        await self.error("sendMessage", chat_id=1, text="")

    def saved(self) -> dict[str, Any]:
        """Save and read as a file would."""
        envelope: dict[str, Any] = json.loads(json.dumps(shelf.enclose(self.world)))
        return envelope

    def loaded(self, envelope: dict[str, Any]) -> World:
        """Load into another world."""
        other = World(self.clock)
        shelf.take_over(other, shelf.open_envelope(other, envelope, Path("state.json")))
        return other


def shown(chat: Chat) -> tuple[Any, ...]:
    """Return what stands in a chat."""
    return chat.to_json(), chat.posted, [post.to_json() for post in chat.posts.values()]


class RoundTrip(Busy):
    async def test_everything_comes_back(self) -> None:
        await self.live()
        world = self.loaded(self.saved())
        for chat in self.world.chats():
            token = chat.bot.token if chat.bot else None
            with self.subTest(chat.id):
                again = world.chat(chat.id, token)
                self.assertEqual(shown(again), shown(chat))
        for bot in self.world.bots():
            twin = world.bot(bot.token)
            bodies = [pending.body for pending in bot.queue._pending.values()]
            self.assertEqual([pending.body for pending in twin.queue._pending.values()], bodies)
            self.assertEqual((twin.commands, twin.blocked_by, twin.allowed_types, twin.webhook),
                             (bot.commands, bot.blocked_by, bot.allowed_types, bot.webhook))  # fmt: skip
        stored = next(iter(self.world.files._known.values()))
        path = world.files.content(stored.path)
        assert path
        self.assertEqual(path.read_bytes(), b"content")
        again = world.chat(2, TOKEN)
        self.assertEqual((next(again.numbers), next(world.chat(1, TOKEN).numbers)), (6, 7))  # a bot's chats share them

    async def test_what_is_one_thing_stays_one_thing(self) -> None:
        await self.live()
        world = self.loaded(self.saved())
        self.assertIs(world.group, world.groups[GROUP_ID])
        self.assertIs(world.chat(1).person, world.person(1))
        post = world.messages(1)[1]
        self.assertIs(post.reply_to, world.messages(1)[0])
        self.assertEqual(post.reactions, {world.person(1): "👍"})

    async def test_life_goes_on(self) -> None:
        await self.live()
        self.world = self.loaded(self.saved())
        await self.result("sendMessage", chat_id=1, text="again")
        self.world.say(1, 1, "yes")
        self.world.press(1, 1, 1, "go")
        updates = await self.result("getUpdates")
        self.assertEqual(updates[-1]["callback_query"]["message"]["text"], "Hi 😀")
        self.assertEqual(self.world.messages(1)[-1].text, "yes")

    async def test_a_long_row_of_answers_is_no_deep_recursion(self) -> None:
        number = None
        for text in range(3000):
            number = self.world.say(1, 1, str(text), reply_to=number).message_id
        self.assertEqual(len(self.loaded(self.saved()).messages(1)), 3000)

    async def test_update_ids_go_on_behind_those_that_bots_have_seen(self) -> None:
        self.world.say(1, 1, "before")
        envelope = self.saved()
        for text in ("a", "b"):
            self.world.say(1, 1, text)
        seen = (await self.result("getUpdates"))[-1]["update_id"]
        shelf.take_over(self.world, shelf.open_envelope(self.world, envelope, Path("state.json")))
        self.world.say(1, 1, "after")
        updates = await self.result("getUpdates", offset=seen + 1)
        self.assertEqual([update["message"]["text"] for update in updates], ["after"])


class Fields(Busy):
    async def test_every_dataclass_with_values_of_its_own_can_be_carried(self) -> None:
        """A field of a new kind is either carried or fails here."""
        await self.live()
        packer = Packer(self.world)
        packer.pack_world()
        names = {each["$class"].rpartition(":")[2] for each in packer.objects}
        expected = {"Bot", "Chat", "Post", "Topic", "Person", "Press", "Checkout", "Inquiry", "UpdateQueue", "Pending"}
        for name in expected | {"Webhook", "StoredFile", "Media", "CallbackAnswer"}:
            self.assertIn(name, names)

    def test_a_new_field_is_carried_by_itself(self) -> None:
        post = self.world.say(1, 1, "x")
        for field in dataclasses.fields(post):
            self.assertIn(field.name, json.dumps(Packer(self.world).pack_world()))
        new = [{"a": (1, {2}, frozenset({3}))}, count(7), b"x", Counter({(1, 2): 3})]
        packed = json.loads(json.dumps(Packer(self.world).pack(new)))
        again = Unpacker(self.world, {"objects": []}).unpack(packed)
        self.assertEqual((again[0], next(again[1]), *again[2:]), (new[0], 7, *new[2:]))

    def test_a_value_that_is_not_known_cannot_be_saved(self) -> None:
        self.world.__dict__["presses"] = {"new": Path("x")}
        with self.assertRaisesRegex(Refused, "holds a PosixPath"):
            shelf.enclose(self.world)
        with self.assertRaises(Unfit):
            Packer(self.world).pack(print)

    def test_what_is_kept_is_there(self) -> None:
        self.assertEqual(KEPT - vars(self.world).keys(), set())

    def test_a_field_that_a_file_lacks_has_its_default_and_one_too_many_is_refused(self) -> None:
        self.world.say(1, 1, "x")
        envelope = self.saved()
        post = next(each for each in envelope["world"]["objects"] if each["$class"] == "sandbox.chats:Post")
        del post["reactions"]
        self.assertEqual(self.loaded(sealed(envelope)).messages(1)[0].reactions, {})
        post["colour"] = 1
        with self.assertRaisesRegex(Refused, "A Post has no colour"):
            self.loaded(sealed(envelope))
        del post["colour"], post["text"]
        with self.assertRaisesRegex(Refused, "A Post needs a text"):
            self.loaded(sealed(envelope))

    def test_no_class_but_the_sandboxes_own_is_made(self) -> None:
        for name in ("subprocess:Popen", "sandbox.state:Path", "sandbox.webhook:asyncio", "sandbox.nothing:It"):
            envelope = self.saved()
            envelope["world"]["objects"][0] = {"$class": name}
            with self.subTest(name), self.assertRaisesRegex(Refused, "There is no"):
                self.loaded(sealed(envelope))


def sealed(envelope: dict[str, Any]) -> dict[str, Any]:
    """Give a changed file a checksum that fits."""
    return {**envelope, "sha256": shelf._checksum(envelope["world"])}


class OnDisk(ServerCase):
    async def asyncSetUp(self) -> None:
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "state.json"
        await super().asyncSetUp()
        self.app = await self.enterAsyncContext(running(self.world, state=self.path))

    async def ask(self, what: str) -> tuple[int, Any]:
        return await self.post(f"{self.app}/sandbox/state/{what}")

    async def test_saved_and_loaded_on_request(self) -> None:
        self.assertEqual((await self.ask("load"))[0], 404)
        self.world.say(1, 1, "kept")
        status, body = await self.ask("save")
        self.assertEqual((status, body["file"], body["saved_at"] > 0), (200, str(self.path), True))
        self.assertEqual([path.name for path in self.path.parent.iterdir()], ["state.json"])
        self.world.say(1, 1, "not kept")
        life = self.world.life
        self.assertEqual((await self.ask("load"))[0], 200)
        self.assertEqual([post.text for post in self.world.messages(1)], ["kept"])
        self.assertNotEqual(self.world.life, life)

    async def test_a_held_poll_ends_as_when_a_server_restarts(self) -> None:
        await self.ask("save")
        poll = await self.held(timeout=50)
        await self.ask("load")
        self.assertEqual((await ended(poll)).status, 500)

    async def test_a_page_that_is_open_hears_of_it(self) -> None:
        await self.ask("save")
        async with self.http.ws_connect(f"{self.app}/sandbox/live") as live:
            await live.receive_json()
            await self.ask("load")
            events = [await live.receive_json() for _ in range(2)]
        self.assertEqual([event["type"] for event in events], ["bots", "hello"])

    async def test_polls_close_in_time_in_the_world_that_was_loaded_and_not_in_the_old_one(self) -> None:
        poll: dict[str, Any] = {"chat_id": 1, "question": "?", "options": ["a", "b"], "open_period": 60}
        await self.result("sendPoll", **poll)
        await self.ask("save")
        await self.result("sendPoll", **poll)
        (_, old) = self.world.polls.values()
        await self.ask("load")
        (loaded,) = self.world.polls.values()
        await until(lambda: len(self.clock._alarms) == 1)
        self.clock.advance(60)
        await until(lambda: loaded.is_closed)
        self.assertFalse(old.is_closed)
        updates = await self.result("getUpdates")
        self.assertEqual([update["poll"]["id"] for update in updates], [loaded.id])

    async def test_what_a_killed_process_left_is_cleared_away_but_not_what_another_writes(self) -> None:
        names = (f".{self.path.name}-abcd_123", f".{self.path.name}-abcd_456", f".{self.path.name}-mine")
        left, begun, other = (self.path.parent / name for name in names)
        for file in (left, begun, other):
            file.write_text("half")
        for file in (left, other):
            os.utime(file, (1, 1))
        await self.ask("save")
        self.assertEqual([file.exists() for file in (left, begun, other, self.path)], [False, True, True, True])

    async def test_a_broken_file_is_refused_and_changes_nothing(self) -> None:
        self.world.say(1, 1, "there")
        await self.ask("save")
        whole = self.path.read_text()
        cases = {
            "no JSON": whole[: len(whole) // 2],
            "not a state of the sandbox": "[1]",
            "another version of the sandbox (1": whole.replace('"version": 2', '"version": 1'),
            "its checksum is another": whole.replace("there", "elsewhere"),
        }
        for words, text in cases.items():
            with self.subTest(words):
                self.path.write_text(text)
                status, body = await self.ask("load")
                self.assertEqual(status, 400)
                self.assertIn(words, body["error"])
                self.assertEqual([post.text for post in self.world.messages(1)], ["there"])

    async def test_a_file_that_cannot_be_written_leaves_the_old_one(self) -> None:
        self.world.say(1, 1, "first")
        await self.ask("save")
        before = self.path.read_text()
        envelope: dict[str, Any] = {"format": object()}
        with self.assertRaises(TypeError):
            shelf.write(self.path, envelope)
        self.assertEqual(self.path.read_text(), before)
        self.assertEqual([path.name for path in self.path.parent.iterdir()], ["state.json"])
        with self.assertRaisesRegex(Refused, "cannot be written"):
            shelf.write(self.path / "beyond.json", {})

    async def test_without_a_file_it_says_how_to_name_one(self) -> None:
        status, body = await self.post("/sandbox/state/save")
        self.assertEqual((status, body["error"][:17]), (400, "No file was named"))
        self.assertEqual(await self.get("/sandbox/state/file"), (200, {"file": None, "saved_at": None}))
