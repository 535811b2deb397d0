"""What the sandbox counts, and that messages it writes by hand are those python-telegram-bot knows."""

import telegram

from sandbox.flood import Limits
from sandbox.stats import most_per_second
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

NEVER_SAID = ("delete_chat_photo", "group_chat_created", "supergroup_chat_created", "channel_chat_created")


class Counting(ServerCase):
    async def test_calls_are_counted_by_method_and_answer(self) -> None:
        self.world.flood.limits = Limits(private_burst=2)
        for _ in range(3):
            await self.call("SENDMESSAGE", chat_id=1, text="x")
        await self.call("sendMessage", chat_id=9, text="x")
        await self.call("juggle")
        self.world.faults.add(kind="cut")
        await self.call("getMe")
        refused_at = self.clock.monotonic()
        self.clock.advance(1)
        _, stats = await self.get("/sandbox/stats")
        calls = {"sendMessage": {"200": 2, "400": 1, "429": 1}, "unknown": {"404": 1}, "getMe": {"200": 1, "cut": 1}}
        self.assertEqual((stats["calls"], stats["too_many_requests"], stats["accepted"]), (calls, 1, 2))
        self.assertEqual(stats["refusals"], [refused_at])

    async def test_arrivals_are_the_moments_of_what_was_accepted(self) -> None:
        start = self.clock.monotonic()
        sent = await self.bot.send_message(1, "x")
        self.clock.advance(0.5)
        await sent.edit_text("y")
        self.clock.advance(0.5)
        await self.bot.send_message(GROUP_ID, "x")
        await self.bot.get_me()
        _, stats = await self.get("/sandbox/stats")
        self.assertEqual((stats["arrivals"], stats["most_per_second"]), ([start, start + 0.5, start + 1], 2))
        _, one = await self.get(f"/sandbox/stats?chat={GROUP_ID}")
        self.assertEqual(one["arrivals"], [start + 1])
        _, none = await self.get("/sandbox/stats?arrivals=0")
        self.assertEqual((none["accepted"], none.keys() & {"arrivals", "most_per_second", "refusals"}), (3, set()))
        self.assertEqual((await self.get("/sandbox/stats?chat=x"))[0], 400)

    async def test_a_reset_forgets_everything(self) -> None:
        await self.bot.send_message(1, "x")
        self.assertEqual(await self.post("/sandbox/stats/reset"), (200, {}))
        _, stats = await self.get("/sandbox/stats")
        self.assertEqual((stats["calls"], stats["accepted"], stats["arrivals"]), ({}, 0, []))

    def test_a_second_holds_what_begins_less_than_a_second_earlier(self) -> None:
        self.assertEqual(most_per_second([]), 0)
        self.assertEqual(most_per_second([0.0, 0.5, 0.99, 1.0, 1.98, 1.985, 1.99]), 4)


class Written(WorldCase):
    async def test_messages_are_written_as_python_telegram_bot_writes_them(self) -> None:
        markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
        asked = self.world.say(3, 3, "see /help and https://example.com")
        first = await self.result("sendMessage", chat_id=3, text="<b>x</b>", parse_mode="HTML", reply_markup=markup,
                                  reply_to_message_id=asked.message_id)  # fmt: skip
        edited = await self.result("editMessageText", chat_id=3, message_id=first["message_id"], text="y")
        nameless = await self.result("sendMessage", chat_id=4, text="x")
        photo = await self.result("sendPhoto", chat_id=GROUP_ID, photo=b"x", caption="c")
        forwarded = await self.result("forwardMessage", chat_id=1, from_chat_id=GROUP_ID, message_id=1)
        self.assertEqual(photo["message_id"], 1)
        for body in (asked.to_json(), first, edited, nameless, photo, forwarded):
            with self.subTest(body):
                known = telegram.Message.de_json(body, None).to_dict()
                for part in (known, known.get("reply_to_message", {})):
                    for name in NEVER_SAID:
                        part.pop(name, None)
                self.assertEqual(known, body)
