"""Bots that ban, restrict and promote: what they may, what becomes of it, and who hears of it."""

from typing import Any

from sandbox.standing import ALL_PERMISSIONS, ALL_RIGHTS, administrator
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import TOKEN, WorldCase

ALICE, BOB, CHARLIE = 1, 2, 3
OTHER = "77:x"
NO_RIGHTS = (400, "Bad Request: not enough rights to restrict/unrestrict chat member")
DAY = 86_400


class Case(WorldCase):
    """The bot is an administrator of the group with every right, as Alice, its owner, wants it."""

    async def asyncSetUp(self) -> None:
        await self.result("getMe")
        self.me = self.world.bot().user_id
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), ALL_RIGHTS)
        await self.updates()

    async def updates(self, token: str = TOKEN) -> list[dict[str, Any]]:
        """The updates that wait, without their ids; it confirms them."""
        found = await self.result("getUpdates", token, allowed_updates=["message", "chat_member", "my_chat_member"])
        if found:
            await self.result("getUpdates", token, offset=found[-1]["update_id"] + 1)
        return [{name: value for name, value in update.items() if name != "update_id"} for update in found]

    async def status(self, user_id: int) -> str:
        return str((await self.result("getChatMember", chat_id=GROUP_ID, user_id=user_id))["status"])

    async def demote(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.bot(TOKEN), ())
        await self.updates()


class Bans(Case):
    async def test_the_banned_are_out_and_the_bot_hears_of_it_twice(self) -> None:
        self.assertTrue(await self.result("banChatMember", chat_id=GROUP_ID, user_id=BOB))
        change, message = await self.updates()
        told = change["chat_member"]
        self.assertEqual((told["from"]["id"], told["old_chat_member"]["status"]), (self.me, "member"))
        banned = {"user": told["new_chat_member"]["user"], "status": "kicked", "until_date": 0}
        self.assertEqual((told["new_chat_member"], banned["user"]["id"]), (banned, BOB))
        self.assertEqual(message["message"]["left_chat_member"]["id"], BOB)
        self.assertEqual(await self.result("getChatMemberCount", chat_id=GROUP_ID), 4)

    async def test_a_ban_for_a_time_ends(self) -> None:
        until = int(self.clock.now()) + DAY
        await self.result("banChatMember", chat_id=GROUP_ID, user_id=BOB, until_date=until)
        self.clock.advance(DAY - 1)
        self.assertEqual(await self.status(BOB), "kicked")
        self.clock.advance(1)
        self.assertEqual(await self.status(BOB), "left")

    async def test_a_time_too_short_or_too_long_is_for_ever(self) -> None:
        for seconds in (29, 367 * DAY):
            until = int(self.clock.now()) + seconds
            await self.result("banChatMember", chat_id=GROUP_ID, user_id=BOB, until_date=until)
            member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
            self.assertEqual(member["until_date"], 0)

    async def test_the_unbanned_may_come_back(self) -> None:
        await self.result("banChatMember", chat_id=GROUP_ID, user_id=BOB)
        await self.result("unbanChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual(await self.status(BOB), "left")
        self.assertTrue(self.world.join(BOB, GROUP_ID))
        self.assertEqual(await self.status(BOB), "member")

    async def test_to_unban_a_member_is_to_remove_them_unless_only_the_banned_are_meant(self) -> None:
        await self.result("unbanChatMember", chat_id=GROUP_ID, user_id=BOB, only_if_banned=True)
        self.assertEqual(await self.status(BOB), "member")
        await self.result("unbanChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual(await self.status(BOB), "left")

    async def test_what_the_banned_wrote_goes_if_wished(self) -> None:
        for person in (BOB, CHARLIE, BOB):
            self.world.say(person, GROUP_ID, "x")
        await self.result("banChatMember", chat_id=GROUP_ID, user_id=BOB, revoke_messages=True)
        senders = [post.sender.user_id for post in self.world.messages(GROUP_ID) if post.text]
        self.assertEqual(senders, [CHARLIE])

    async def test_who_cannot_be_banned(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.person(CHARLIE), {"can_pin_messages"})
        cases = (
            (GROUP_ID, ALICE, "can't remove chat owner"),
            (GROUP_ID, self.me, "can't restrict self"),
            (GROUP_ID, CHARLIE, "user is an administrator of the chat"),
            (GROUP_ID, 99, "user not found"),
            (GROUP_ID, 0, "invalid user_id specified"),
            (BOB, BOB, "can't ban members in private chats"),
            (-5, BOB, "chat not found"),
        )
        for chat, user, words in cases:
            with self.subTest(words):
                error = await self.error("banChatMember", chat_id=chat, user_id=user)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_without_the_right_nothing_happens(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), ALL_RIGHTS - {"can_restrict_members"})
        for method in ("banChatMember", "restrictChatMember", "unbanChatMember"):
            with self.subTest(method):
                error = await self.error(method, chat_id=GROUP_ID, user_id=BOB, permissions={})
                self.assertEqual(error, NO_RIGHTS)
        await self.demote()
        self.assertEqual(await self.error("banChatMember", chat_id=GROUP_ID, user_id=BOB), NO_RIGHTS)
        self.assertEqual(await self.status(BOB), "member")

    async def test_a_bot_bans_another_bot_which_hears_of_it(self) -> None:
        await self.result("getMe", OTHER)
        other = self.world.bot(OTHER)
        await self.result("banChatMember", chat_id=GROUP_ID, user_id=other.user_id)
        (update,) = await self.updates(OTHER)
        self.assertEqual(update["my_chat_member"]["new_chat_member"]["status"], "kicked")
        error = await self.error("sendMessage", OTHER, chat_id=GROUP_ID, text="x")
        self.assertEqual(error, (403, "Forbidden: bot was kicked from the supergroup chat"))

    async def test_a_bot_that_is_no_administrator_hears_nothing_of_others(self) -> None:
        await self.demote()
        self.world.ban(ALICE, GROUP_ID, self.world.person(BOB))
        (update,) = await self.updates()
        self.assertEqual(list(update), ["message"])

    async def test_a_bot_hears_of_others_only_if_it_asked_for_it(self) -> None:
        await self.result("getUpdates", allowed_updates=[])
        self.world.ban(ALICE, GROUP_ID, self.world.person(BOB))
        (update,) = await self.result("getUpdates")
        self.assertIn("message", update)

    async def test_channels_are_banned_and_unbanned_as_senders(self) -> None:
        channel = self.world.add_group("News", "channel")
        wish: dict[str, Any] = {"chat_id": GROUP_ID}
        self.assertTrue(await self.result("banChatSenderChat", **wish, sender_chat_id=channel.id))
        self.assertEqual(self.world.chat(GROUP_ID).profile.banned_chats, {channel.id})
        self.assertTrue(await self.result("unbanChatSenderChat", **wish, sender_chat_id=channel.id))
        error = await self.error("banChatSenderChat", **wish, sender_chat_id=-5)
        self.assertEqual(error, (400, "Bad Request: chat not found"))


class Restrictions(Case):
    async def restrict(self, **permissions: bool) -> dict[str, Any]:
        await self.result("restrictChatMember", chat_id=GROUP_ID, user_id=BOB, permissions=permissions)
        return dict(await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB))

    async def test_the_restricted_are_members_that_may_do_less(self) -> None:
        member = await self.restrict(can_send_messages=True)
        self.assertEqual((member["status"], member["is_member"], member["until_date"]), ("restricted", True, 0))
        given = {name for name in ALL_PERMISSIONS if member[name]}
        self.assertEqual(given, {"can_send_messages", "can_react_to_messages"})

    async def test_one_permission_includes_others_unless_they_are_said_to_be_independent(self) -> None:
        member = await self.restrict(can_send_other_messages=True)
        self.assertTrue(member["can_send_messages"] and member["can_send_voice_notes"])
        self.assertFalse(member["can_send_polls"])
        wish: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB, "use_independent_chat_permissions": True}
        await self.result("restrictChatMember", **wish, permissions={"can_send_other_messages": True})
        member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual({name for name in ALL_PERMISSIONS if member[name]}, {"can_send_other_messages"})

    async def test_every_permission_ends_the_restriction(self) -> None:
        await self.restrict()
        member = await self.restrict(**dict.fromkeys(ALL_PERMISSIONS, True))
        self.assertEqual(member["status"], "member")

    async def test_a_restriction_for_a_time_ends_and_one_who_left_stays_restricted(self) -> None:
        until = int(self.clock.now()) + DAY
        wish: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB, "permissions": {}, "until_date": until}
        await self.result("restrictChatMember", **wish)
        self.world.leave(self.world.chat(GROUP_ID), self.world.person(BOB))
        member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual((member["status"], member["is_member"]), ("restricted", False))
        self.clock.advance(DAY)
        self.assertEqual(await self.status(BOB), "left")

    async def test_bad_permissions_are_refused(self) -> None:
        cases: tuple[tuple[Any, str], ...] = (
            ("{", "can't parse permissions JSON object"),
            ([], "object expected as permissions"),
            ({"can_send_polls": 1},
             "can't parse chat permissions: Field \"can_send_polls\" must be of type Boolean"),
        )  # fmt: skip
        for permissions, words in cases:
            with self.subTest(words):
                wish: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB, "permissions": permissions}
                self.assertEqual(await self.error("restrictChatMember", **wish), (400, f"Bad Request: {words}"))

    async def test_a_basic_group_knows_no_restrictions(self) -> None:
        group = self.world.add_group("Friends", "group")
        error = await self.error("restrictChatMember", chat_id=group.id, user_id=BOB, permissions={})
        self.assertEqual(error, (400, "Bad Request: method is available only for supergroups"))

    async def test_what_everybody_may_changes_for_all_but_the_administrators(self) -> None:
        await self.result("setChatPermissions", chat_id=GROUP_ID, permissions={"can_send_polls": True})
        chat = await self.result("getChat", chat_id=GROUP_ID)
        given = {name for name, value in chat["permissions"].items() if value}
        self.assertEqual(given, {"can_send_messages", "can_react_to_messages", "can_send_polls"})
        await self.result("setChatPermissions", chat_id=GROUP_ID, permissions={})
        await self.result("sendMessage", chat_id=GROUP_ID, text="an administrator may")
        await self.result("getMe", OTHER)
        error = await self.error("sendMessage", OTHER, chat_id=GROUP_ID, text="x")
        self.assertEqual(error, (400, "Bad Request: not enough rights to send text messages to the chat"))

    async def test_a_restricted_bot_writes_nothing_and_a_demoted_one_nothing_in_a_channel(self) -> None:
        await self.result("getMe", OTHER)
        wish: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": self.world.bot(OTHER).user_id, "permissions": {}}
        await self.result("restrictChatMember", **wish)
        error = await self.error("sendPhoto", OTHER, chat_id=GROUP_ID, photo="https://example.org/x.png")
        self.assertEqual(error, (400, "Bad Request: not enough rights to send photos to the chat"))
        channel = self.world.add_group("News", "channel")
        self.world.promote(ALICE, channel.id, self.world.bot(), {"can_invite_users"})
        error = await self.error("sendMessage", OTHER, chat_id=channel.id, text="x")
        self.assertEqual(error, (400, "Bad Request: need administrator rights in the channel chat"))


class Promotions(Case):
    async def promote(self, user_id: int = BOB, **rights: Any) -> None:
        await self.result("promoteChatMember", chat_id=GROUP_ID, user_id=user_id, **rights)

    async def test_the_promoted_have_what_was_given_and_the_bot_may_edit_them(self) -> None:
        await self.promote(can_delete_messages=True, can_pin_messages=True)
        member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
        given = {name for name in ALL_RIGHTS if member.get(name)}
        self.assertEqual(given, {"can_manage_chat", "can_delete_messages", "can_pin_messages"})
        self.assertEqual((member["status"], member["can_be_edited"]), ("administrator", True))
        self.assertNotIn("can_post_messages", member)
        change = (await self.updates())[0]["chat_member"]
        self.assertEqual(change["new_chat_member"]["status"], "administrator")
        administrators = await self.result("getChatAdministrators", chat_id=GROUP_ID)
        self.assertEqual([one["user"]["id"] for one in administrators], [ALICE, BOB, self.me])

    async def test_without_rights_they_are_members_again(self) -> None:
        await self.promote(can_pin_messages=True)
        await self.promote()
        self.assertEqual(await self.status(BOB), "member")

    async def test_a_title_is_given_and_stays_with_other_rights(self) -> None:
        await self.promote(can_pin_messages=True)
        title: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": BOB, "custom_title": "The wise"}
        await self.result("setChatAdministratorCustomTitle", **title)
        await self.promote(can_pin_messages=True, can_invite_users=True)
        member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual((member["custom_title"], member["can_invite_users"]), ("The wise", True))

    async def test_titles_that_cannot_be(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.person(CHARLIE), {"can_pin_messages"})
        await self.promote(can_pin_messages=True)
        cases = (
            (ALICE, "x", "only the owner can edit their custom title"),
            (CHARLIE, "x", "not enough rights to change custom title of the user"),
            (4, "x", "user is not an administrator"),
            (BOB, "x" * 17, "CUSTOM_TITLE_INVALID"),
            (BOB, "x 🎉", "CUSTOM_TITLE_EMOJI_NOT_ALLOWED"),
        )
        for user, title, words in cases:
            with self.subTest(words):
                wish: dict[str, Any] = {"chat_id": GROUP_ID, "user_id": user, "custom_title": title}
                error = await self.error("setChatAdministratorCustomTitle", **wish)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_what_cannot_be_given(self) -> None:
        self.world.promote(ALICE, GROUP_ID, self.world.person(CHARLIE), {"can_pin_messages"})
        mine = {"can_promote_members", "can_pin_messages"}
        self.world.promote(ALICE, GROUP_ID, self.world.bot(), mine)
        self.world.leave(self.world.chat(GROUP_ID), self.world.person(4))
        pin: dict[str, Any] = {"can_pin_messages": True}
        cases: tuple[tuple[int, dict[str, Any], str], ...] = (
            (ALICE, pin, "can't remove chat owner"),
            (self.me, pin, "can't promote self"),
            (BOB, {"can_delete_messages": True}, "RIGHT_FORBIDDEN"),
            (CHARLIE, pin, "CHAT_ADMIN_REQUIRED"),
            (4, pin, "USER_NOT_MUTUAL_CONTACT"),
            (4, {}, "bots can't add new chat members"),
        )
        for user, rights, words in cases:
            with self.subTest(words):
                error = await self.error("promoteChatMember", chat_id=GROUP_ID, user_id=user, **rights)
                self.assertEqual(error, (400, f"Bad Request: {words}"))
        await self.demote()
        error = await self.error("promoteChatMember", chat_id=GROUP_ID, user_id=BOB, **pin)
        self.assertEqual(error, (400, "Bad Request: not enough rights"))

    async def test_other_bots_are_told_of_only_if_they_are_asked_for(self) -> None:
        await self.result("getMe", OTHER)
        other = self.world.bot(OTHER)
        self.world.promote(ALICE, GROUP_ID, other, {"can_pin_messages"})
        found = await self.result("getChatAdministrators", chat_id=GROUP_ID)
        self.assertEqual([one["user"]["id"] for one in found], [ALICE, self.me])
        found = await self.result("getChatAdministrators", chat_id=GROUP_ID, return_bots=True)
        self.assertEqual([one["user"]["id"] for one in found], [ALICE, self.me, other.user_id])

    async def test_an_anonymous_administrator(self) -> None:
        await self.promote(is_anonymous=True)
        member = await self.result("getChatMember", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual((member["status"], member["is_anonymous"]), ("administrator", True))
        self.assertTrue(administrator(()).may("can_manage_chat"))

    async def test_nobody_is_boosting(self) -> None:
        boosts = await self.result("getUserChatBoosts", chat_id=GROUP_ID, user_id=BOB)
        self.assertEqual(boosts, {"boosts": []})
