"""Ways into a group and out: invite links, requests to join, public names, and what bots hear of it."""

from typing import Any

from sandbox.errors import Refused
from sandbox.standing import ALL_RIGHTS
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import TOKEN, ServerCase, WorldCase

ALICE, BOB, CHARLIE = 1, 2, 3
ALL = ["message", "chat_member", "my_chat_member", "chat_join_request"]


class Case(WorldCase):
    """A group of Alice and the bot alone, which is an administrator there."""

    async def asyncSetUp(self) -> None:
        await self.result("getMe")
        bot = self.world.bot()
        self.group = self.world.add_group("Club", person_id=ALICE, members=[bot])
        self.world.promote(ALICE, self.group.id, bot, ALL_RIGHTS)
        await self.updates()

    async def updates(self, token: str = TOKEN) -> list[dict[str, Any]]:
        """The updates that wait, without their ids; it confirms them."""
        found = await self.result("getUpdates", token, allowed_updates=ALL)
        if found:
            await self.result("getUpdates", token, offset=found[-1]["update_id"] + 1)
        return [{name: value for name, value in update.items() if name != "update_id"} for update in found]

    async def link(self, **more: Any) -> dict[str, Any]:
        return dict(await self.result("createChatInviteLink", chat_id=self.group.id, **more))

    def refused(self, sentence: str, **way: Any) -> None:
        with self.assertRaises(Refused) as refused:
            self.world.join(BOB, **way)
        self.assertEqual(refused.exception.sentence, sentence)


class Links(Case):
    async def test_only_those_who_were_let_in_are_members(self) -> None:
        self.assertEqual(await self.result("getChatMemberCount", chat_id=self.group.id), 2)
        member = await self.result("getChatMember", chat_id=self.group.id, user_id=BOB)
        self.assertEqual(member["status"], "left")
        with self.assertRaises(Refused) as refused:
            self.world.say(BOB, self.group.id, "x")
        self.assertEqual(refused.exception.sentence, "Bob is not in this group.")
        self.refused("This chat is not public: it needs an invite link.", chat_id=self.group.id)

    async def test_who_follows_a_link_is_a_member_and_the_bot_hears_by_which_link(self) -> None:
        link = await self.link(name="Friends")
        self.assertEqual((link["name"], link["is_primary"], link["creator"]["is_bot"]), ("Friends", False, True))
        self.assertTrue(self.world.join(BOB, link=link["invite_link"]))
        change, message = await self.updates()
        told = change["chat_member"]
        self.assertEqual((told["from"]["id"], told["new_chat_member"]["status"]), (BOB, "member"))
        self.assertEqual(told["invite_link"]["invite_link"], link["invite_link"])
        self.assertEqual([one["id"] for one in message["message"]["new_chat_members"]], [BOB])
        self.world.say(BOB, self.group.id, "hello")

    async def test_links_end_by_time_by_number_and_by_being_revoked(self) -> None:
        ended = await self.link(expire_date=int(self.clock.now()) + 60)
        for_one, revoked = await self.link(member_limit=1), await self.link()
        self.world.join(CHARLIE, link=for_one["invite_link"])
        wish: dict[str, Any] = {"chat_id": self.group.id, "invite_link": revoked["invite_link"]}
        self.assertTrue((await self.result("revokeChatInviteLink", **wish))["is_revoked"])
        self.clock.advance(60)
        for link in (ended, for_one, revoked):
            self.refused("This invite link has expired.", link=link["invite_link"])
        self.refused("There is no such invite link.", link="https://t.me/+x")

    async def test_a_link_is_edited(self) -> None:
        link = await self.link(name="a", member_limit=5)
        wish: dict[str, Any] = {"chat_id": self.group.id, "invite_link": link["invite_link"]}
        edited = await self.result("editChatInviteLink", **wish, creates_join_request=True)
        self.assertNotIn("member_limit", edited)
        self.assertTrue(edited["creates_join_request"])

    async def test_the_primary_link_is_the_bots_own_and_a_new_one_ends_it(self) -> None:
        first = await self.result("exportChatInviteLink", chat_id=self.group.id)
        self.assertEqual((await self.result("getChat", chat_id=self.group.id))["invite_link"], first)
        second = await self.result("exportChatInviteLink", chat_id=self.group.id)
        self.refused("This invite link has expired.", link=first)
        wish: dict[str, Any] = {"chat_id": self.group.id, "invite_link": second}
        self.assertTrue((await self.result("revokeChatInviteLink", **wish))["is_primary"])
        third = (await self.result("getChat", chat_id=self.group.id))["invite_link"]
        self.assertNotIn(third, {first, second})

    async def test_links_with_a_price_are_for_channels(self) -> None:
        channel = self.world.add_group("News", "channel")
        price: dict[str, Any] = {"subscription_period": 2_592_000, "subscription_price": 50}
        link = await self.result("createChatSubscriptionInviteLink", chat_id=channel.id, **price)
        self.assertEqual((link["subscription_period"], link["subscription_price"]), (2_592_000, 50))
        wish: dict[str, Any] = {"chat_id": channel.id, "invite_link": link["invite_link"], "name": "Fans"}
        self.assertEqual((await self.result("editChatSubscriptionInviteLink", **wish))["name"], "Fans")
        error = await self.error("createChatSubscriptionInviteLink", chat_id=self.group.id, **price)
        self.assertEqual(error, (400, "Bad Request: CHAT_INVALID"))

    async def test_what_cannot_be(self) -> None:
        limited: dict[str, Any] = {"member_limit": 5, "creates_join_request": True}
        cases: tuple[tuple[dict[str, Any], str], ...] = (
            ({"chat_id": BOB}, "can't invite members to a private chat"),
            (limited, "member limit can't be specified for links requiring administrator approval"),
            ({"expire_date": int(self.clock.now())}, "EXPIRE_DATE_INVALID"),
            ({"member_limit": 100_000}, "USAGE_LIMIT_INVALID"),
        )
        for wish, words in cases:
            with self.subTest(words):
                error = await self.error("createChatInviteLink", **{"chat_id": self.group.id, **wish})
                self.assertEqual(error, (400, f"Bad Request: {words}"))
        wrong: dict[str, Any] = {"chat_id": self.group.id, "invite_link": "x"}
        for method in ("editChatInviteLink", "revokeChatInviteLink"):
            self.assertEqual(await self.error(method, **wrong), (400, "Bad Request: INVITE_HASH_EXPIRED"))
        self.world.promote(ALICE, self.group.id, self.world.bot(), {"can_pin_messages"})
        for method in ("createChatInviteLink", "exportChatInviteLink", "revokeChatInviteLink"):
            error = await self.error(method, chat_id=self.group.id)
            self.assertEqual(error, (400, "Bad Request: not enough rights to manage chat invite link"))


class Requests(Case):
    async def ask(self) -> None:
        """Bob asks to join by a link of the bot's."""
        self.way = await self.link(creates_join_request=True)
        self.assertFalse(self.world.join(BOB, link=self.way["invite_link"]))

    async def test_who_asks_waits_and_the_bot_hears_of_it(self) -> None:
        await self.ask()
        (update,) = await self.updates()
        request = update["chat_join_request"]
        self.assertEqual((request["from"]["id"], request["user_chat_id"], request["chat"]["id"]),
                         (BOB, BOB, self.group.id))  # fmt: skip
        self.assertEqual(request["invite_link"]["pending_join_request_count"], 1)
        self.refused("Bob has already asked to join.", link=self.way["invite_link"])

    async def test_the_approved_are_members(self) -> None:
        await self.ask()
        await self.updates()
        self.assertTrue(await self.result("approveChatJoinRequest", chat_id=self.group.id, user_id=BOB))
        change, message = await self.updates()
        told = change["chat_member"]
        self.assertEqual((told["via_join_request"], told["from"]["id"]), (True, self.world.bot().user_id))
        self.assertEqual(message["message"]["new_chat_members"][0]["id"], BOB)
        error = await self.error("approveChatJoinRequest", chat_id=self.group.id, user_id=BOB)
        self.assertEqual(error, (400, "Bad Request: USER_ALREADY_PARTICIPANT"))

    async def test_the_declined_may_ask_again(self) -> None:
        await self.ask()
        await self.updates()
        self.assertTrue(await self.result("declineChatJoinRequest", chat_id=self.group.id, user_id=BOB))
        self.assertEqual(await self.updates(), [])
        error = await self.error("declineChatJoinRequest", chat_id=self.group.id, user_id=BOB)
        self.assertEqual(error, (400, "Bad Request: HIDE_REQUESTER_MISSING"))
        self.assertFalse(self.world.join(BOB, link=self.way["invite_link"]))

    async def test_without_the_right_a_bot_neither_hears_nor_answers(self) -> None:
        self.world.promote(ALICE, self.group.id, self.world.bot(), {"can_pin_messages"})
        self.world.furnish(ALICE, self.group.id, username="club", join_by_request=True)
        await self.updates()
        self.assertFalse(self.world.join(BOB, username="@club"))
        self.assertEqual(await self.updates(), [])
        error = await self.error("approveChatJoinRequest", chat_id=self.group.id, user_id=BOB)
        self.assertEqual(error, (400, "Bad Request: not enough rights to manage chat join requests"))
        error = await self.error("approveChatJoinRequest", chat_id=BOB, user_id=BOB)
        self.assertEqual(error, (400, "Bad Request: the chat can't have join requests"))


class PublicNames(Case):
    async def test_a_chat_is_called_by_its_public_name(self) -> None:
        self.world.furnish(ALICE, self.group.id, username="The_Club")
        sent = await self.result("sendMessage", chat_id="@the_club", text="x")
        self.assertEqual((sent["chat"]["id"], sent["chat"]["username"]), (self.group.id, "The_Club"))
        for method in ("forwardMessage", "copyMessage"):
            wish: dict[str, Any] = {"chat_id": ALICE, "from_chat_id": "@THE_CLUB", "message_id": sent["message_id"]}
            await self.result(method, **wish)
        self.assertEqual(await self.error("getChat", chat_id="@other"), (400, "Bad Request: chat not found"))
        self.assertEqual(await self.error("getChat", chat_id="@"), (400, "Bad Request: chat not found"))

    async def test_anybody_joins_and_a_bot_that_is_not_there_may_look(self) -> None:
        self.world.furnish(ALICE, self.group.id, username="club")
        self.assertTrue(self.world.join(BOB, username="club"))
        await self.result("getMe", "77:x")
        chat = await self.result("getChat", "77:x", chat_id="@club")
        self.assertEqual(chat["active_usernames"], ["club"])
        self.world.furnish(ALICE, self.group.id, username="")
        error = await self.error("getChat", "77:x", chat_id=self.group.id)
        self.assertEqual(error, (403, "Forbidden: bot is not a member of the supergroup chat"))

    async def test_a_flooded_chat_is_the_same_by_either_name(self) -> None:
        self.world.furnish(ALICE, self.group.id, username="club")
        await self.result("sendMessage", chat_id="@club", text="x")
        self.assertEqual(self.world.stats.to_json(self.group.id)["accepted"], 1)

    async def test_names_that_cannot_be(self) -> None:
        cases = (
            ("a b", "A public name is 4 to 32 letters, digits and single underscores, and begins with a letter."),
            ("alice", "The name @alice is taken."),
            ("sandbox_bot", "The name @sandbox_bot is taken."),
        )
        for name, sentence in cases:
            with self.subTest(name), self.assertRaises(Refused) as refused:
                self.world.furnish(ALICE, self.group.id, username=name)
            self.assertEqual(refused.exception.sentence, sentence)


class OfPeople(ServerCase):
    """The control API; the bot is a member of the group that everybody is in."""

    async def member(self, do: str, **wish: Any) -> tuple[int, Any]:
        return await self.post("/sandbox/member", json={"person": ALICE, "chat": GROUP_ID, "do": do, **wish})

    async def test_a_group_is_made_of_some_and_others_join_and_leave(self) -> None:
        await self.bot.get_me()
        wish: dict[str, Any] = {"title": "Pair", "person": BOB, "members": [CHARLIE]}
        _, body = await self.post("/sandbox/groups", json=wish)
        chat = body["chat"]["chat"]
        self.assertEqual((body["chat"]["owner"], body["chat"]["everyone"]), (BOB, False))
        self.assertEqual(await self.bot.get_chat_member_count(chat), 3)
        self.assertEqual((await self.post("/sandbox/join", json={"person": ALICE, "chat": chat}))[0], 400)
        await self.post("/sandbox/furnish", json={"person": BOB, "chat": chat, "username": "pair"})
        joined = await self.post("/sandbox/join", json={"person": ALICE, "username": "@pair"})
        self.assertEqual(joined, (200, {"joined": True, "chat": chat}))
        await self.post("/sandbox/leave", json={"person": CHARLIE, "chat": chat})
        _, body = await self.get(f"/sandbox/chats/{chat}/members")
        told = {one["user"]["id"]: one["status"] for one in body["members"]}
        self.assertEqual(told, {ALICE: "member", BOB: "creator", self.bot.id: "member"})

    async def test_people_restrict_promote_and_ban_each_other(self) -> None:
        await self.member("restrict", whom=BOB)
        said = await self.post("/sandbox/say", json={"person": BOB, "chat": GROUP_ID, "text": "x"})
        self.assertEqual(said, (400, {"error": "Bob may not write in this group."}))
        _, body = await self.member("promote", whom=BOB, rights=["can_restrict_members"], title="Guard")
        self.assertEqual((body["standing"]["status"], body["standing"]["custom_title"]), ("administrator", "Guard"))
        ban = {"person": BOB, "chat": GROUP_ID, "do": "ban", "whom": CHARLIE}
        self.assertEqual((await self.post("/sandbox/member", json=ban))[0], 200)
        joined = await self.post("/sandbox/join", json={"person": CHARLIE, "chat": GROUP_ID})
        self.assertEqual(joined, (400, {"error": "Charlie Clark is banned from this chat."}))
        for do, status in (("unban", "left"), ("add", "member"), ("promote", "administrator"), ("demote", "member")):
            _, body = await self.member(do, whom=CHARLIE)
            self.assertEqual(body["standing"]["status"], status)

    async def test_a_bot_is_promoted_by_the_owner(self) -> None:
        await self.member("promote", bot=1, rights=["can_pin_messages"])
        (update,) = await self.bot.get_updates()
        change = update.my_chat_member
        assert change
        self.assertEqual((change.new_chat_member.status, change.from_user.id), ("administrator", ALICE))

    async def test_who_asks_is_let_in_by_an_administrator(self) -> None:
        _, body = await self.post("/sandbox/groups", json={"title": "Club", "members": []})
        chat = body["chat"]["chat"]
        await self.post(
            "/sandbox/furnish", json={"person": 1, "chat": chat, "username": "club", "join_by_request": True}
        )
        wish: dict[str, Any] = {"person": BOB, "username": "club"}
        self.assertEqual(await self.post("/sandbox/join", json=wish), (200, {"joined": False, "chat": chat}))
        _, state = await self.get("/sandbox/state")
        told = next(one for one in state["chats"] if one["chat"] == chat)
        self.assertEqual((told["requests"], told["username"]), ([BOB], "club"))
        answer = {"person": ALICE, "chat": chat, "whom": BOB, "approve": True}
        self.assertEqual((await self.post("/sandbox/answer_request", json=answer))[0], 200)
        self.assertEqual((await self.bot.get_chat_member(chat, BOB)).status, "member")
        self.assertEqual(await self.post("/sandbox/answer_request", json=answer),
                         (400, {"error": "Bob has not asked to join."}))  # fmt: skip

    async def test_what_they_may_not_is_refused_with_one_sentence(self) -> None:
        cases: tuple[tuple[str, dict[str, Any], str], ...] = (
            ("member", {"person": BOB, "do": "ban", "whom": CHARLIE},
             "Bob has no right to do this here (can_restrict_members)."),
            ("member", {"do": "ban", "whom": ALICE}, "Nobody can do this to the owner of a chat."),
            ("member", {"do": "shout", "whom": BOB},
             'The field "do" must be "add", "ban", "unban", "restrict", "promote" or "demote".'),
            ("member", {"do": "promote", "whom": BOB, "rights": ["can_fly"]}, "There is no right can_fly."),
            ("member", {"do": "promote", "whom": BOB, "rights": "all"},
             'The field "rights" must be a list of strings.'),
            ("join", {}, "Alice is already in this chat."),
            ("furnish", {"person": BOB, "username": "bobs"}, "Only the owner of a chat gives it a public name."),
            ("furnish", {"title": " "}, "A title needs at least one character."),
        )  # fmt: skip
        for path, wish, sentence in cases:
            with self.subTest(sentence):
                answer = await self.post(f"/sandbox/{path}", json={"person": ALICE, "chat": GROUP_ID, **wish})
                self.assertEqual(answer, (400, {"error": sentence}))
        self.assertEqual((await self.post("/sandbox/join", json={"person": 1}))[0], 400)
        self.assertEqual((await self.post("/sandbox/join", json={"person": 1, "username": "none"}))[0], 404)
