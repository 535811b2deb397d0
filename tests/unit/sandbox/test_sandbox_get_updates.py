"""getUpdates: offsets, limits, long polls, conflicts, allowed_updates and lifetimes. The clock stands still."""

import asyncio
from typing import Any

from sandbox.updates import QUEUE_LIMIT, UpdateQueue
from tests.unit.sandbox.kit import TOKEN, WorldCase, ended, until

DAY = 86_400
TERMINATED = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class GetUpdates(WorldCase):
    async def fetch(self, **parameters: Any) -> list[dict[str, Any]]:
        """A getUpdates that comes long after the one before, so that no rule against hot loops applies."""
        self.clock.advance(10)
        updates: list[dict[str, Any]] = await self.result("getUpdates", **parameters)
        return updates

    def say(self, *texts: str) -> None:
        for text in texts:
            self.world.say(1, 1, text)

    async def texts(self, **parameters: Any) -> list[str]:
        return [update["message"]["text"] for update in await self.fetch(**parameters)]

    async def test_ids_are_consecutive_from_a_random_start(self) -> None:
        self.say("a", "b", "c")
        first, second, third = [update["update_id"] for update in await self.fetch()]
        self.assertEqual((second, third), (first + 1, first + 2))
        self.assertTrue(0 < first < 2 * 10**9)

    async def test_without_an_offset_nothing_is_confirmed(self) -> None:
        self.say("a", "b")
        self.assertEqual(await self.texts(), ["a", "b"])
        self.assertEqual(await self.texts(), ["a", "b"])

    async def test_an_offset_confirms_everything_below_it_for_ever(self) -> None:
        self.say("a", "b", "c")
        first = (await self.fetch())[0]["update_id"]
        self.assertEqual(await self.texts(offset=first + 2), ["c"])
        self.assertEqual(await self.texts(offset=first), ["c"])

    async def test_a_negative_offset_keeps_only_the_last_ones(self) -> None:
        self.say("a", "b", "c")
        self.assertEqual(await self.texts(offset=-2), ["b", "c"])
        self.assertEqual(await self.texts(), ["b", "c"])

    async def test_an_offset_from_another_life_starts_at_the_head(self) -> None:
        self.say("a")
        self.assertEqual(await self.texts(offset=self.world.bot().queue.next_id + 11), ["a"])
        self.assertEqual(await self.texts(offset=self.world.bot().queue.next_id + 10), [])

    async def test_the_limit_is_between_1_and_100(self) -> None:
        self.say(*(str(number) for number in range(101)))
        self.assertEqual(len(await self.fetch()), 100)
        self.assertEqual(len(await self.fetch(limit=1000)), 100)
        self.assertEqual(len(await self.fetch(limit=0)), 1)
        self.assertEqual(len(await self.fetch(limit="three")), 1)

    async def test_a_long_poll_is_answered_by_the_first_update(self) -> None:
        await self.call("getMe")
        poll = await self.held(timeout=30)
        self.say("hello")
        self.assertEqual((await ended(poll)).body["result"][0]["message"]["text"], "hello")

    async def test_updates_that_come_together_are_one_answer(self) -> None:
        poll = await self.held(timeout=50)
        for text in "abc":
            self.world.say(1, 1, text)
        self.assertFalse(poll.done())
        self.assertEqual(len((await ended(poll)).body["result"]), 3)

    async def test_a_poller_that_is_about_to_answer_can_still_be_replaced(self) -> None:
        poll = await self.held(timeout=50)
        self.world.say(1, 1, "a")
        newer = await self.result("getUpdates", offset=1)
        self.assertEqual(((await ended(poll)).status, len(newer)), (409, 1))

    async def test_the_moment_of_an_older_poll_does_not_end_the_newer_one(self) -> None:
        older = await self.held(timeout=50)
        self.world.say(1, 1, "a")
        poller = self.world.bot().poller
        self.assertIsNotNone(poller._moment)
        newer = await self.held(timeout=50, offset=self.world.bot().queue.next_id)
        self.assertIsNone(poller._moment)
        self.world.say(1, 1, "b")
        self.assertEqual([update["message"]["text"] for update in (await ended(newer)).body["result"]], ["b"])
        self.assertEqual((await ended(older)).status, 409)

    async def test_a_long_poll_ends_empty_after_its_timeout_and_at_most_after_50_seconds(self) -> None:
        poll = await self.held(timeout=90)
        self.clock.advance(49)
        self.assertFalse(poll.done())
        self.clock.advance(1)
        self.assertEqual((await ended(poll)).body, {"ok": True, "result": []})

    async def test_the_same_offset_within_half_a_second_gets_one_update(self) -> None:
        self.say("a", "b")
        self.assertEqual(len(await self.fetch()), 2)
        self.clock.advance(0.4)
        self.assertEqual(len(await self.result("getUpdates")), 1)
        self.clock.advance(0.5)
        self.assertEqual(len(await self.result("getUpdates")), 2)

    async def test_the_same_offset_within_three_seconds_waits_three_seconds(self) -> None:
        self.assertEqual(await self.fetch(timeout=0), [])
        self.clock.advance(2.9)
        poll = await self.held(timeout=0)
        self.clock.advance(2.9)
        self.assertFalse(poll.done())
        self.clock.advance(0.1)
        self.assertEqual((await ended(poll)).body["result"], [])

    async def test_of_two_pollers_the_older_is_ended_and_the_newer_served(self) -> None:
        older = await self.held(timeout=30)
        newer = await self.held(timeout=30)
        answer = await ended(older)
        self.assertEqual((answer.status, answer.body["description"]), (409, TERMINATED))
        self.say("for the newer")
        self.assertEqual((await ended(newer)).body["result"][0]["message"]["text"], "for the newer")

    async def test_a_second_conflict_within_three_seconds_is_held_back_three_seconds(self) -> None:
        first, second, third = [await self.held(timeout=30) for _ in range(3)]
        self.assertEqual((await ended(first)).status, 409)
        self.assertFalse(second.done())
        self.clock.advance(3)
        self.assertEqual((await ended(second)).status, 409)
        self.say("x")
        self.assertEqual((await ended(third)).status, 200)

    async def test_allowed_updates_apply_when_an_update_is_created_and_are_remembered(self) -> None:
        self.say("before")
        self.assertEqual(await self.texts(allowed_updates='["callback_query"]'), ["before"])
        self.say("unwanted")
        self.assertEqual(await self.texts(), ["before"])
        await self.fetch(allowed_updates=["message"])
        self.say("wanted")
        self.assertEqual(await self.texts(), ["before", "wanted"])

    async def test_an_empty_list_is_the_default_and_nonsense_changes_nothing(self) -> None:
        await self.fetch(allowed_updates=["callback_query"])
        await self.fetch(allowed_updates="nonsense")
        await self.fetch(allowed_updates='{"message": true}')
        self.say("unwanted")
        await self.fetch(allowed_updates=[])
        self.say("wanted")
        self.assertEqual(await self.texts(), ["wanted"])

    async def test_the_default_leaves_out_members_and_reactions_and_is_not_reported(self) -> None:
        await self.fetch(allowed_updates=["message", "nonsense"])
        self.assertEqual((await self.result("getWebhookInfo"))["allowed_updates"], ["message"])
        await self.fetch(allowed_updates=[])
        self.assertNotIn("allowed_updates", await self.result("getWebhookInfo"))
        default = self.world.bot().allowed_types
        self.assertIn("my_chat_member", default)
        self.assertFalse(default & {"chat_member", "message_reaction", "message_reaction_count"})

    async def test_a_message_lives_a_day_and_a_press_150_seconds(self) -> None:
        self.say("a")
        markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
        sent = await self.result("sendMessage", chat_id=1, text="b", reply_markup=markup)
        self.world.press(1, 1, sent["message_id"], "go")
        self.clock.advance(139)  # fetch adds ten seconds
        self.assertEqual(len(await self.fetch()), 2)
        self.clock.advance(1)
        self.assertEqual(await self.texts(), ["a"])
        self.clock.advance(86_400)
        self.assertEqual(await self.fetch(), [])

    async def test_an_answer_has_four_megabytes_at_most_or_one_update(self) -> None:
        for size in (3, 2, 5, 1):
            self.world.deliver({"big": "x" * (size * 2**20)})
        sizes = []
        offset = 0
        while updates := await self.fetch(offset=offset):
            sizes.append([len(update["big"]) // 2**20 for update in updates])
            offset = updates[-1]["update_id"] + 1
        self.assertEqual(sizes, [[3], [2], [5], [1]])
        for _ in range(3):
            self.world.deliver({"big": "x" * (2**20)})
        self.assertEqual(len(await self.fetch()), 3)

    async def test_more_than_the_queue_holds_is_dropped_by_number_or_by_size(self) -> None:
        queue, fields = UpdateQueue(), {"big": "x" * (32 * 2**20)}
        for _ in range(5):
            queue.put(fields, 0)
        self.assertEqual(queue.waiting(0), 3)
        queue.take(queue.next_id, 100, 0)
        queue.put(fields, 0)
        self.assertEqual(queue.waiting(0), 1)
        queue.clear()
        for _ in range(QUEUE_LIMIT + 1):
            queue.put({}, 0)
        self.assertEqual(queue.waiting(0), QUEUE_LIMIT)

    async def test_a_queue_full_of_what_is_too_old_has_room_again(self) -> None:
        queue = UpdateQueue()
        for _ in range(QUEUE_LIMIT):
            queue.put({"message": {}}, 0)
        queue.put({"message": {}}, DAY - 1)
        self.assertEqual(len(queue.take(0, 100, DAY)), 0)
        queue.put({"message": {}}, DAY)
        self.assertEqual(len(queue.take(0, 100, DAY)), 1)

    async def test_each_kind_lives_as_long_as_in_the_real_server(self) -> None:
        for kind, seconds in (
            ("message", DAY), ("edited_message", DAY), ("channel_post", DAY), ("poll", DAY), ("poll_answer", DAY),
            ("my_chat_member", DAY), ("chat_member", DAY), ("message_reaction", DAY), ("chat_join_request", DAY),
            ("callback_query", 150), ("shipping_query", 150), ("pre_checkout_query", 150), ("inline_query", 30),
            ("chosen_inline_result", 600),
        ):  # fmt: skip
            with self.subTest(kind):
                queue = UpdateQueue()
                queue.put({kind: {}}, 1000)
                self.assertEqual((queue.waiting(1000 + seconds - 1), queue.waiting(1000 + seconds)), (1, 0))

    async def test_an_old_offset_and_one_of_a_queue_that_has_moved_on_lose_nothing(self) -> None:
        self.say("a", "b")
        start = self.world.bot().queue.next_id - 2
        self.assertEqual(await self.texts(offset=max(start - 100_001, 1)), ["a", "b"])
        self.assertEqual(await self.texts(offset=-5), ["a", "b"])

    async def test_a_poll_while_a_webhook_is_set_is_a_conflict_held_back_the_second_time(self) -> None:
        await self.result("setWebhook", url="https://bot.example/")
        words = (
            "Conflict: can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
        self.assertEqual(await self.error("getUpdates"), (409, words))
        second = asyncio.create_task(self.error("getUpdates"))
        await until(lambda: bool(self.clock._alarms))
        self.clock.advance(2.9)
        self.assertFalse(second.done())
        self.clock.advance(0.1)
        self.assertEqual(await second, (409, words))

    async def test_setting_a_webhook_ends_a_poll(self) -> None:
        poll = await self.held(timeout=30)
        await self.result("setWebhook", url="https://bot.example/")
        answer = await ended(poll)
        self.assertEqual(
            (answer.status, answer.body["description"]), (409, "Conflict: terminated by setWebhook request")
        )

    async def test_a_raw_update_is_delivered_whatever_it_is(self) -> None:
        await self.fetch(allowed_updates=["message"])
        update_id = self.world.deliver({"time_travel": {"year": 1985}, "update_id": 5})
        self.assertEqual(await self.fetch(), [{"update_id": update_id, "time_travel": {"year": 1985}}])

    async def test_bots_have_queues_of_their_own(self) -> None:
        await self.call("getMe", "77:other")
        self.world.say(1, 1, "to the other", bot=77)
        self.assertEqual(await self.result("getUpdates"), [])
        self.assertEqual(len(await self.result("getUpdates", "77:other")), 1)

    async def test_a_message_in_the_group_reaches_every_bot(self) -> None:
        await self.call("getMe", TOKEN)
        await self.call("getMe", "77:other")
        self.world.say(1, self.world.group.id, "hello all")
        for token in (TOKEN, "77:other"):
            self.assertEqual(len(await self.result("getUpdates", token)), 1)
