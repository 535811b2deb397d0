"""getUpdates: offsets, limits, long polls, conflicts, allowed_updates and lifetimes. The clock stands still."""

from typing import Any

from tests.unit.sandbox.kit import TOKEN, WorldCase, ended

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
