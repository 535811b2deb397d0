"""Pinned messages, and messages that are deleted many at a time."""

from typing import Any

from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase


class Pins(WorldCase):
    async def send(self, text: str = "x", chat_id: int = 1) -> int:
        return int((await self.result("sendMessage", chat_id=chat_id, text=text))["message_id"])

    async def pinned(self, chat_id: int = 1) -> str | None:
        message = (await self.result("getChat", chat_id=chat_id)).get("pinned_message")
        return str(message["text"]) if message else None

    async def pin(self, method: str, number: int = 0, **more: Any) -> bool:
        given: dict[str, Any] = {"message_id": number} if number else {}
        return bool(await self.result(f"{method}ChatMessage", chat_id=1, **given, **more))

    async def test_the_newest_pinned_message_is_told_until_it_is_taken_down(self) -> None:
        first, second = await self.send("one"), await self.send("two")
        self.assertIsNone(await self.pinned())
        for number in (second, first):
            await self.pin("pin", number)
        self.assertEqual(await self.pinned(), "two")
        await self.pin("unpin")
        self.assertEqual(await self.pinned(), "one")
        await self.pin("unpin", first)
        self.assertIsNone(await self.pinned())
        await self.pin("pin", first)
        self.assertTrue(await self.result("unpinAllChatMessages", chat_id=1))
        self.assertIsNone(await self.pinned())

    async def test_a_deleted_message_is_not_pinned(self) -> None:
        number = await self.send()
        await self.pin("pin", number)
        await self.result("deleteMessage", chat_id=1, message_id=number)
        self.assertIsNone(await self.pinned())

    async def test_a_service_message_tells_everybody_and_the_bot_itself_once(self) -> None:
        self.world.promote(1, GROUP_ID, self.world.bot(), {"can_pin_messages"})
        number = await self.send("rules", GROUP_ID)
        await self.result("getUpdates", offset=-1)
        for _ in range(2):
            await self.result("pinChatMessage", chat_id=GROUP_ID, message_id=number, disable_notification=True)
        _, update = await self.result("getUpdates")
        told = update["message"]
        self.assertEqual((told["pinned_message"]["text"], told["from"]["is_bot"]), ("rules", True))
        (service,) = self.world.messages(GROUP_ID)[1:]
        self.assertTrue(service.silent)
        wrong: dict[str, Any] = {"chat_id": GROUP_ID, "message_id": service.message_id}
        self.assertEqual((await self.error("pinChatMessage", **wrong))[1], "Bad Request: message can't be pinned")
        copy = await self.error("copyMessage", chat_id=1, from_chat_id=GROUP_ID, message_id=service.message_id)
        self.assertEqual(copy[1], "Bad Request: the message can't be copied")

    async def test_a_person_pins_too(self) -> None:
        number = self.world.say(1, GROUP_ID, "rules").message_id
        self.world.pin_message(2, GROUP_ID, number)
        update = (await self.result("getUpdates"))[-1]
        self.assertEqual((update["message"]["from"]["id"], await self.pinned(GROUP_ID)), (2, "rules"))
        self.world.unpin_message(2, GROUP_ID, number)
        self.assertIsNone(await self.pinned(GROUP_ID))

    async def test_what_is_not_there_cannot_be_pinned(self) -> None:
        cases: list[tuple[str, dict[str, Any], str]] = [
            ("pinChatMessage", {"message_id": 9}, "message to pin not found"),
            ("pinChatMessage", {}, "message identifier is not specified"),
            ("unpinChatMessage", {"message_id": 9}, "message to unpin not found"),
            ("unpinChatMessage", {}, "message to unpin not found"),
        ]
        for method, given, words in cases:
            with self.subTest(words):
                self.assertEqual(await self.error(method, chat_id=1, **given), (400, f"Bad Request: {words}"))


class Shown(ServerCase):
    async def test_the_page_hears_of_pins(self) -> None:
        events: list[dict[str, Any]] = []
        self.world.watch(events.append)
        number = self.world.say(1, 1, "x").message_id
        await self.result("pinChatMessage", chat_id=1, message_id=number)
        self.assertEqual((await self.get("/sandbox/chats/1/messages"))[1]["pinned"], number)
        await self.result("unpinAllChatMessages", chat_id=1)
        self.assertIsNone((await self.get("/sandbox/chats/1/messages"))[1]["pinned"])
        told = [event["message_id"] for event in events if event["type"] == "pinned"]
        self.assertEqual(told, [number, None])


class Deleted(WorldCase):
    async def test_many_are_deleted_and_those_that_are_gone_are_skipped(self) -> None:
        numbers = [self.world.say(1, 1, text).message_id for text in "abc"]
        wanted = [numbers[2], str(numbers[0]), 99, numbers[0]]
        self.assertTrue(await self.result("deleteMessages", chat_id=1, message_ids=wanted))
        self.assertEqual([post.text for post in self.world.messages(1)], ["b"])

    async def test_all_or_nothing(self) -> None:
        old = self.world.say(1, 1, "old").message_id
        self.clock.advance(48 * 3600 + 1)
        new = self.world.say(1, 1, "new").message_id
        error = await self.error("deleteMessages", chat_id=1, message_ids=[new, old])
        self.assertEqual(error, (400, "Bad Request: message can't be deleted for everyone"))
        self.assertEqual(len(self.world.messages(1)), 2)

    async def test_wrong_numbers_are_refused(self) -> None:
        for given, words in (
            ({}, "message identifiers are not specified"),
            ({"message_ids": []}, "message identifiers are not specified"),
            ({"message_ids": "["}, "can't parse message identifiers JSON object"),
            ({"message_ids": {}}, "expected an Array of message identifiers"),
            ({"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
            ({"message_ids": [[]]}, "message identifier must be a Number"),
            ({"message_ids": ["x"]}, "can't parse message identifier as Number"),
            ({"message_ids": [0]}, "invalid message identifier specified"),
        ):
            with self.subTest(words):
                error = await self.error("deleteMessages", chat_id=1, **given)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_copies_keep_the_order(self) -> None:
        numbers = [self.world.say(1, 1, text).message_id for text in "ab"]
        error = await self.error("copyMessages", chat_id=2, from_chat_id=1, message_ids=numbers[::-1])
        self.assertEqual(error[1], "Bad Request: message identifiers must be in a strictly increasing order")


class Paid(WorldCase):
    async def test_paid_media_have_a_price_and_parts(self) -> None:
        parts = [{"type": "photo", "media": "https://example.com/a.jpg"},
                 {"type": "video", "media": "attach://film", "duration": 7}]  # fmt: skip
        sent = await self.result("sendPaidMedia", chat_id=1, star_count=5, media=parts, film=b"x", caption="two",
                                 show_caption_above_media=True)  # fmt: skip
        paid = sent["paid_media"]
        self.assertEqual((paid["star_count"], [part["type"] for part in paid["paid_media"]]), (5, ["photo", "video"]))
        self.assertEqual((sent["caption"], sent["show_caption_above_media"]), ("two", True))
        self.assertEqual(paid["paid_media"][1]["video"]["duration"], 7)

    async def test_wrong_ones_are_refused(self) -> None:
        part = {"type": "photo", "media": "https://example.com/a.jpg"}
        for stars, media, words in (
            (0, [part], "invalid media price specified"),
            (25_001, [part], "invalid media price specified"),
            (1, [], "invalid number of paid media specified"),
            (1, [part] * 11, "invalid number of paid media specified"),
            (1, None, 'parameter "media" is required'),
            (1, "{", "can't parse paid media JSON object"),
            (1, {}, "expected an Array of InputPaidMedia"),
            (1, [1], "can't parse InputPaidMedia: expected an Object"),
            (1, [{"type": "photo"}], "can't parse InputPaidMedia: media not found"),
            (1, [{"type": "audio", "media": "x"}], 'can\'t parse InputPaidMedia: type "audio" is unsupported'),
        ):
            with self.subTest(words):
                error = await self.error("sendPaidMedia", chat_id=1, star_count=stars, media=media)
                self.assertEqual(error, (400, f"Bad Request: {words}"))
