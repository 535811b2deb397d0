"""What bots offer and people take: media for Stars, prepared messages and keys, subscriptions; who may join."""

from typing import Any

from sandbox.errors import Refused
from sandbox.join_queries import SECONDS
from sandbox.queries import DRAFT_SECONDS, PREPARED_SECONDS
from sandbox.world import GROUP_ID
from tests.unit.sandbox.goods import MONTH, TIP
from tests.unit.sandbox.kit import ServerCase

ALICE, BOB, CHARLIE = 1, 2, 3
TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
RESULT = {"type": "article", "id": "a", "title": "A", "input_message_content": {"message_text": "shared"}}


class Case(ServerCase):
    def newest(self) -> dict[str, Any]:
        return self.world.bot().queue.take(0, 100, self.clock.now())[-1]

    async def control(self, path: str, **wish: Any) -> tuple[int, Any]:
        return await self.post(f"/sandbox/{path}", json=wish)


class PaidMedia(Case):
    async def sent(self, chat_id: int = BOB, **more: Any) -> int:
        media = [{"type": "photo", "media": "attach://a"}]
        given = {"chat_id": chat_id, "star_count": 5, "media": media, "a": b"x", **more}
        return int((await self.result("sendPaidMedia", **given))["message_id"])

    async def test_who_buys_pays_the_bot_once_and_it_hears_of_it(self) -> None:
        place = {"person": BOB, "chat": BOB, "message": await self.sent(payload="p")}
        self.assertEqual(await self.control("buy_media", **place), (200, {}))
        self.assertEqual(self.newest()["purchased_paid_media"]["paid_media_payload"], "p")
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 5})
        (line,) = (await self.result("getStarTransactions"))["transactions"]
        self.assertEqual(line["source"]["transaction_type"], "paid_media_payment")
        self.assertEqual((await self.control("buy_media", **place))[0], 400)
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 5})

    async def test_without_a_payload_or_in_a_channel_no_bot_hears_of_it(self) -> None:
        await self.result("getMe")
        channel = self.world.add_group("News", "channel").id
        for chat, more in ((BOB, {}), (channel, {"payload": "p"})):
            self.world.buy_media(BOB, chat, await self.sent(chat, **more))
        kinds = {kind for update in self.world.bot().queue.take(0, 9, self.clock.now()) for kind in update}
        self.assertNotIn("purchased_paid_media", kinds)
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 5})

    async def test_what_is_not_for_sale_and_a_long_payload_are_refused(self) -> None:
        number = self.world.say(BOB, BOB, "x").message_id
        with self.assertRaisesRegex(Refused, "no media to buy"):
            self.world.buy_media(BOB, BOB, number)
        media = [{"type": "photo", "media": "https://example.org/a.jpg"}]
        given: dict[str, Any] = {"chat_id": BOB, "star_count": 5, "media": media, "payload": "x" * 129}
        self.assertEqual(await self.error("sendPaidMedia", **given), (400, "Bad Request: PAYLOAD_INVALID"))


class Drafts(Case):
    async def test_a_draft_that_can_be_stopped_is_stopped_once_and_in_time(self) -> None:
        draft: dict[str, Any] = {"chat_id": BOB, "draft_id": 7, "text": "Hel", "can_stop": True}
        await self.result("sendMessageDraft", **draft)
        self.assertEqual(await self.control("stop_draft", person=BOB), (200, {}))
        told = self.newest()["stopped_message_generation"]
        self.assertEqual((told["draft_id"], told["chat"]["id"]), (7, BOB))
        self.assertEqual((await self.control("stop_draft", person=BOB))[0], 400)
        await self.result("sendMessageDraft", **draft)
        await self.result("sendMessageDraft", **{**draft, "can_stop": False})
        self.assertEqual((await self.control("stop_draft", person=BOB))[0], 400)
        await self.result("sendMessageDraft", **draft)
        self.clock.advance(DRAFT_SECONDS)
        self.assertEqual((await self.control("stop_draft", person=BOB))[0], 400)


class Subscriptions(Case):
    async def test_the_bot_hears_when_it_is_canceled_and_taken_up_again(self) -> None:
        link = await self.result("createInvoiceLink", **TIP, subscription_period=MONTH)
        asked = self.world.pay_link(BOB, link)
        await self.result("answerPreCheckoutQuery", pre_checkout_query_id=asked.id, ok=True)
        (charge,) = self.world.payments
        self.assertEqual(await self.control("subscription", charge=charge, state="canceled"), (200, {}))
        told = self.newest()["subscription"]
        self.assertEqual((told["state"], told["user"]["id"]), ("canceled", BOB))
        with self.assertRaises(Refused):
            self.world.renew(charge)
        await self.control("subscription", charge=charge, state="active")
        self.world.renew(charge)
        self.assertEqual((await self.control("subscription", charge=charge, state="gone"))[0], 400)
        self.assertEqual((await self.control("subscription", charge="x", state="active"))[0], 404)


class Prepared(Case):
    async def test_a_prepared_message_is_sent_where_the_bot_allows_it(self) -> None:
        kept = await self.result("savePreparedInlineMessage", user_id=BOB, result=RESULT, allow_group_chats=True)
        wish = {"person": BOB, "prepared": kept["id"], "chat": GROUP_ID}
        status, body = await self.control("share_prepared", **wish)
        self.assertEqual((status, body["message"]["text"], body["message"]["via_bot"]["is_bot"]), (200, "shared", True))
        self.assertEqual((await self.control("share_prepared", **{**wish, "chat": BOB}))[0], 400)
        self.assertEqual((await self.control("share_prepared", **{**wish, "person": ALICE}))[0], 404)
        self.assertEqual(kept["expiration_date"], int(self.clock.now()) + PREPARED_SECONDS)
        self.clock.advance(PREPARED_SECONDS)
        self.assertEqual((await self.control("share_prepared", **wish))[0], 400)

    async def test_what_cannot_be_prepared_is_refused(self) -> None:
        cases: list[tuple[str, dict[str, Any], str]] = [
            ("InlineMessage", {"result": "{"}, "can't parse InlineQueryResult JSON object"),
            ("InlineMessage", {"result": "1"}, "object expected as InlineQueryResult"),
            ("InlineMessage", {"result": RESULT}, "at least one chat type must be allowed"),
            ("InlineMessage", {"result": {}, "allow_user_chats": True}, "input message content is not specified"),
            ("KeyboardButton", {"button": "{"}, "can't parse keyboard button JSON object"),
            ("KeyboardButton", {"button": {"text": "x"}}, "the button can't be prepared"),
        ]
        for what, given, words in cases:
            with self.subTest(words):
                error = await self.error(f"savePrepared{what}", user_id=BOB, **given)
                self.assertEqual(error, (400, f"Bad Request: {words}"))
        me = self.world.bot().user_id
        error = await self.error("savePreparedInlineMessage", user_id=me, result=RESULT, allow_user_chats=True)
        self.assertEqual(error, (400, "Bad Request: user not found"))

    async def test_a_key_asks_for_people_and_the_bot_reads_as_much_as_it_asked_for(self) -> None:
        whom = {"text": "Whom?", "request_users": {"request_id": 7, "request_username": True}}
        await self.result("sendMessage", chat_id=BOB, text="?", reply_markup={"keyboard": [[whom]]})
        wish = {"person": BOB, "chat": BOB, "text": "Whom?"}
        self.assertEqual((await self.control("key", **wish))[0], 400)
        self.assertEqual((await self.control("key", **wish, users=[ALICE, CHARLIE]))[0], 400)
        self.assertEqual((await self.control("key", **wish, users=[ALICE]))[0], 200)
        shared = self.newest()["message"]["users_shared"]
        self.assertEqual(shared, {"request_id": 7, "users": [{"user_id": ALICE, "username": "alice"}]})

    async def test_a_prepared_key_asks_for_a_chat(self) -> None:
        button = {"text": "Where?", "request_chat": {"request_id": 8, "chat_is_channel": False, "request_title": True}}
        kept = await self.result("savePreparedKeyboardButton", user_id=BOB, button=button)
        wish = {"person": BOB, "chat": BOB, "prepared": kept["id"]}
        channel = self.world.add_group("News", "channel").id
        self.assertEqual((await self.control("key", **wish, shared_chat=channel))[0], 400)
        self.assertEqual((await self.control("key", **wish, shared_chat=GROUP_ID))[0], 200)
        self.assertEqual(self.newest()["message"]["chat_shared"],
                         {"request_id": 8, "chat_id": GROUP_ID, "title": self.world.group.title})  # fmt: skip


class Joining(Case):
    async def asked(self, person: int = BOB) -> dict[str, str]:
        """Somebody asks to join a group whose requests the bot decides; return what names the query."""
        bot = self.world.bot_calls("1:sandbox")
        bot.profile.abilities["supports_join_request_queries"] = True
        self.group = self.world.add_group("Club", members=[bot])
        self.world.promote(ALICE, self.group.id, bot, {"can_invite_users"})
        wish = {"person": ALICE, "chat": self.group.id, "guard": 1, "join_by_request": True, "username": "the_club"}
        self.assertEqual((await self.control("furnish", **wish))[0], 200)
        self.world.join(person, username="the_club")
        return {"chat_join_request_query_id": self.newest()["chat_join_request"]["query_id"]}

    def is_inside(self) -> bool:
        return self.world.standing(self.group, self.world.person(BOB)).is_inside

    async def test_the_bot_lets_in_turns_away_or_leaves_it_to_others(self) -> None:
        for result, inside, waits in (("approve", True, False), ("decline", False, False), ("queue", False, True)):
            with self.subTest(result):
                named = await self.asked()
                self.assertTrue(await self.result("answerChatJoinRequestQuery", **named, result=result))
                self.assertEqual((self.is_inside(), BOB in self.group.profile.requests), (inside, waits))
                self.assertEqual(await self.error("answerChatJoinRequestQuery", **named, result=result), TOO_OLD)
                self.world.delete_group(self.group.id)
                self.group.profile.username = ""

    async def test_it_has_ten_seconds_unless_it_shows_its_web_app(self) -> None:
        named = await self.asked()
        await self.result("sendChatJoinRequestWebApp", **named, web_app_url="https://example.org")
        self.clock.advance(SECONDS)
        await self.result("answerChatJoinRequestQuery", **named, result="approve")
        self.assertTrue(self.is_inside())
        self.world.delete_group(self.group.id)
        self.group.profile.username = ""
        named = await self.asked(CHARLIE)
        self.clock.advance(SECONDS)
        self.assertEqual(await self.error("answerChatJoinRequestQuery", **named, result="approve"), TOO_OLD)

    async def test_what_is_refused(self) -> None:
        named = await self.asked()
        error = await self.error("answerChatJoinRequestQuery", **named, result="maybe")
        self.assertEqual(error, (400, "Bad Request: wrong result specified"))
        error = await self.error("sendChatJoinRequestWebApp", **named, web_app_url="http://example.org")
        self.assertEqual(error, (400, "Bad Request: BUTTON_URL_INVALID"))
        self.assertEqual(await self.error("answerChatJoinRequestQuery", "77:other", **named, result="queue"), TOO_OLD)
        self.world.bot("1").profile.abilities["supports_join_request_queries"] = False
        wish = {"person": ALICE, "chat": self.group.id, "guard": 1}
        self.assertEqual((await self.control("furnish", **wish))[0], 400)
        self.assertEqual((await self.control("furnish", **{**wish, "guard": None}))[0], 200)
        self.assertIsNone(self.group.profile.guard)
