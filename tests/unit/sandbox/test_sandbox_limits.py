"""Telegram's limits as the sandbox enforces them, with a clock that stands still."""

from typing import Any

from sandbox.errors import Refused
from sandbox.flood import OFF, TELEGRAM, Limits
from sandbox.switches import read_limits
from sandbox.wishes import Wish
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase


class Enforced(WorldCase):
    async def send(self, chat: int = 1, **more: Any) -> int:
        return (await self.call("sendMessage", chat_id=chat, text="x", **more)).status

    async def sends(self, times: int, chat: int = 1, **more: Any) -> list[int]:
        return [await self.send(chat, **more) for _ in range(times)]

    def people(self, number: int) -> list[int]:
        return [self.world.add_person(f"P{index}").id for index in range(number)]


class PerChat(Enforced):
    def setUp(self) -> None:
        super().setUp()
        self.world.flood.limits = TELEGRAM

    async def test_a_private_chat_takes_a_burst_of_five_and_then_one_a_second(self) -> None:
        self.assertEqual(await self.sends(6), [200] * 5 + [429])
        self.assertEqual(await self.send(2), 200)  # another chat is not concerned
        self.clock.advance(1)
        self.assertEqual(await self.sends(2), [200, 429])
        self.clock.advance(60)
        self.assertEqual(await self.sends(6), [200] * 5 + [429])

    async def test_a_refused_chat_stays_closed_for_the_whole_of_retry_after(self) -> None:
        self.world.flood.limits = Limits(private_per_second=0.25, private_burst=1)
        await self.send()
        answer = await self.call("sendMessage", chat_id=1, text="x")
        self.assertEqual((answer.body["parameters"], answer.body["description"]),
                         ({"retry_after": 4}, "Too Many Requests: retry after 4"))  # fmt: skip
        self.clock.advance(3)
        self.assertEqual((await self.call("sendMessage", chat_id=1, text="x")).body["parameters"], {"retry_after": 1})
        self.clock.advance(1)
        self.assertEqual(await self.send(), 200)

    async def test_a_group_takes_twenty_in_a_minute(self) -> None:
        self.assertEqual(await self.sends(20, GROUP_ID), [200] * 20)
        self.clock.advance(20)
        answer = await self.call("sendMessage", chat_id=GROUP_ID, text="x")
        self.assertEqual((answer.status, answer.body["parameters"]), (429, {"retry_after": 40}))
        self.clock.advance(40)
        self.assertEqual(await self.sends(21, GROUP_ID), [200] * 20 + [429])

    async def test_edits_count_and_answers_to_presses_actions_and_deletions_do_not(self) -> None:
        message = (await self.result("sendMessage", chat_id=1, text="x"))["message_id"]
        edits = [await self.call("editMessageText", chat_id=1, message_id=message, text=f"{n}") for n in range(5)]
        self.assertEqual([answer.status for answer in edits], [200] * 4 + [429])
        for _ in range(9):
            self.assertEqual((await self.call("sendChatAction", chat_id=1, action="typing")).status, 200)
            description = (await self.error("answerCallbackQuery", callback_query_id="1"))[1]
            self.assertIn("query is too old", description)
        self.assertEqual((await self.call("deleteMessage", chat_id=1, message_id=message)).status, 200)

    async def test_what_is_refused_for_another_reason_does_not_count(self) -> None:
        for _ in range(9):
            self.assertEqual((await self.error("sendMessage", chat_id=1, text=""))[0], 400)
            self.assertEqual((await self.error("sendMessage", chat_id=99, text="x"))[0], 400)
        self.assertEqual(await self.sends(5), [200] * 5)

    async def test_two_bots_do_not_share_a_limit(self) -> None:
        self.assertEqual(await self.sends(6), [200] * 5 + [429])
        self.assertEqual(await self.sends(5, token="2:x"), [200] * 5)

    async def test_an_album_counts_as_many_messages_as_it_has(self) -> None:
        album = [{"type": "photo", "media": f"https://example.com/{n}.jpg"} for n in range(4)]
        self.assertEqual((await self.call("sendMediaGroup", chat_id=1, media=album)).status, 200)
        self.assertEqual(await self.sends(2), [200, 429])
        big = [{"type": "photo", "media": f"https://example.com/{n}.jpg"} for n in range(10)]
        self.assertEqual((await self.call("sendMediaGroup", chat_id=2, media=big)).status, 200)
        self.assertEqual(await self.send(2), 429)


class OverAll(Enforced):
    def setUp(self) -> None:
        super().setUp()
        self.world.flood.limits = TELEGRAM

    async def test_no_more_than_thirty_one_leave_in_any_second(self) -> None:
        chats = self.people(60)
        self.assertEqual([await self.send(chat) for chat in chats[:32]], [200] * 31 + [429])
        self.clock.advance(0.9)
        self.assertEqual(await self.send(chats[40]), 429)
        self.clock.advance(0.1)
        self.assertEqual([await self.send(chat) for chat in chats[:32]], [200] * 31 + [429])

    async def test_who_does_not_wait_as_long_as_told_is_refused_again(self) -> None:
        chats = self.people(40)
        statuses = [await self.send(chat) for chat in chats[:31]]
        for pause in (0.7, 0.5, 0.5):  # refused for a second at 0.7; the window itself is open again at 1.0
            self.clock.advance(pause)
            statuses.append(await self.send(chats[35]))
        self.assertEqual(statuses, [200] * 31 + [429, 429, 200])

    async def test_an_even_thirty_a_second_is_never_refused(self) -> None:
        chats = self.people(300)
        statuses = []
        for chat in chats:
            statuses.append(await self.send(chat))
            self.clock.advance(1 / 30)
        self.assertEqual(set(statuses), {200})

    async def test_paid_broadcasts_go_up_to_a_thousand_and_leave_the_free_ones_their_thirty(self) -> None:
        self.world.flood.limits = Limits(private_per_second=None)
        statuses = await self.sends(1011, allow_paid_broadcast=True)
        self.assertEqual((statuses.count(200), statuses[-1]), (1010, 429))
        self.assertEqual(await self.sends(32), [200] * 31 + [429])
        self.assertEqual(self.world.stats.to_json()["paid"], 1010)

    async def test_a_second_scope_is_checked_even_when_the_first_is_open(self) -> None:
        self.world.flood.limits = Limits(overall_per_second=1)
        self.assertEqual(await self.sends(3), [200, 200, 429])
        self.assertEqual(await self.send(GROUP_ID), 429)

    async def test_switched_off_there_is_no_limit_and_nothing_is_remembered(self) -> None:
        self.world.flood.limits = OFF
        self.assertEqual(set(await self.sends(200)), {200})
        self.assertEqual(self.world.flood._accounts, {})


class Switch(ServerCase):
    async def test_limits_are_switched_over_http_and_refusals_carry_both_hints(self) -> None:
        _, before = await self.get("/sandbox/limits")
        self.assertEqual(set(before.values()) - {5}, {None})
        wish = {"preset": "telegram", "private_burst": 1, "overall_per_second": 1000}
        _, now = await self.post("/sandbox/limits", json=wish)
        self.assertEqual(
            now,
            {
                "private_per_second": 1.0,
                "private_burst": 1,
                "group_per_minute": 20,
                "overall_per_second": 1000,
                "paid_per_second": 1000,
            },
        )
        await self.bot.send_message(1, "x")
        async with self.http.post("/bot1:sandbox/sendMessage", json={"chat_id": 1, "text": "x"}) as response:
            self.assertEqual((response.status, response.headers["Retry-After"]), (429, "1"))
            self.assertEqual((await response.json())["parameters"], {"retry_after": 1})
        await self.post("/sandbox/limits", json={"preset": "off"})
        await self.bot.send_message(1, "y")

    async def test_single_limits_change_and_nonsense_is_refused(self) -> None:
        self.assertEqual(read_limits(Wish({"group_per_minute": None}), TELEGRAM), Limits(group_per_minute=None))
        cases: list[dict[str, Any]] = [
            {"preset": "strict"},
            {"overall_per_second": 0},
            {"overall_per_second": 1.5},
            {"private_burst": None},
            {"per_chat": 1},
            {"private_per_second": True},
        ]
        for wrong in cases:
            with self.subTest(wrong), self.assertRaises(Refused):
                read_limits(Wish(wrong), TELEGRAM)
