"""What people do to bots and chats, the updates bots get of it, and the refusals that follow."""

import telegram
from django.test import SimpleTestCase
from telegram.error import BadRequest, ChatMigrated, Forbidden

from sandbox.clock import ManualClock
from sandbox.errors import Refused
from sandbox.server import world_unlike_the_last
from sandbox.world import GROUP_ID, World
from tests.unit.sandbox.kit import ServerCase


class Case(ServerCase):
    async def changes(self) -> list[tuple[int, int, str, str]]:
        """The my_chat_member updates that wait: chat, actor, status before and after; it confirms them."""
        found = await self.bot.get_updates()
        if found:
            await self.bot.get_updates(found[-1].update_id + 1)
        told = [update.my_chat_member for update in found if update.my_chat_member]
        self.assertEqual(len(told), len(found), "there are other updates")
        return [(one.chat.id, one.from_user.id, one.old_chat_member.status, one.new_chat_member.status) for one in told]


class Privately(Case):
    async def test_a_block_and_an_unblock_are_told_once_each(self) -> None:
        for _ in range(2):
            self.world.block(2)
        for _ in range(2):
            self.world.unblock(2)
        self.assertEqual(await self.changes(), [(2, 2, "member", "kicked"), (2, 2, "kicked", "member")])

    async def test_the_change_is_about_the_bot_itself(self) -> None:
        self.world.block(2)
        (update,) = await self.bot.get_updates()
        change = update.my_chat_member
        assert change
        self.assertEqual((change.new_chat_member.user.id, change.chat.type), (self.bot.id, "private"))
        self.assertIsInstance(change.new_chat_member, telegram.ChatMemberBanned)
        self.assertEqual(change.date.timestamp(), self.clock.now())

    async def test_a_deleted_account_cannot_be_written_to_and_no_bot_is_told(self) -> None:
        await self.bot.send_message(2, "x")
        await self.post("/sandbox/delete_account", json={"person": 2})
        with self.assertRaisesRegex(Forbidden, "^Forbidden: user is deactivated$"):
            await self.bot.send_message(2, "x")
        self.assertEqual(await self.changes(), [])
        self.assertIsNone((await self.bot.get_chat(2)).first_name)
        with self.assertRaises(Refused) as refused:
            self.world.say(2, 2, "x")
        self.assertEqual(refused.exception.sentence, "This person's account is deleted.")


class Groups(Case):
    async def test_a_kicked_bot_hears_of_it_and_nothing_else_until_it_is_added_again(self) -> None:
        await self.post("/sandbox/kick", json={"person": 2, "chat": GROUP_ID})
        self.world.say(1, GROUP_ID, "finally alone")
        with self.assertRaisesRegex(Forbidden, "^Forbidden: bot was kicked from the supergroup chat$"):
            await self.bot.send_message(GROUP_ID, "x")
        self.assertEqual(await self.changes(), [(GROUP_ID, 2, "member", "kicked")])
        await self.post("/sandbox/add", json={"person": 1, "chat": GROUP_ID})
        self.world.say(1, GROUP_ID, "welcome")
        await self.bot.send_message(GROUP_ID, "x")
        first, service, second = await self.bot.get_updates()
        self.assertEqual(first.my_chat_member.new_chat_member.status if first.my_chat_member else "", "member")
        joined = service.message.new_chat_members if service.message else ()
        self.assertEqual([one.id for one in joined], [self.bot.id])
        self.assertEqual(second.message.text if second.message else "", "welcome")

    async def test_a_bot_hears_of_a_group_or_channel_that_it_is_made_a_member_of(self) -> None:
        made = []
        for kind, status in (("group", "member"), ("supergroup", "member"), ("channel", "administrator")):
            _, body = await self.post("/sandbox/groups", json={"title": kind, "type": kind, "person": 2})
            made.append((body["chat"]["chat"], 2, "left", status))
        self.assertEqual(await self.changes(), made)

    async def test_all_bots_that_are_there_hear_of_a_new_group_from_the_first_person_if_nobody_is_named(self) -> None:
        await self.bot.get_me()
        await self.call("getMe", "77:x")
        chat = self.world.add_group("Friends")
        self.assertEqual(await self.changes(), [(chat.id, 1, "left", "member")])
        (update,) = await self.result("getUpdates", "77:x")
        change = update["my_chat_member"]
        self.assertEqual(
            (change["chat"]["title"], change["new_chat_member"]["user"]["id"]), ("Friends", 1_000_000_000 + 77)
        )

    async def test_each_kind_of_chat_says_what_it_is(self) -> None:
        for kind in ("group", "supergroup", "channel"):
            chat = self.world.add_group("G", kind)
            self.world.kick(1, chat.id)
            with self.subTest(kind), self.assertRaisesRegex(Forbidden, f"bot was kicked from the {kind} chat$"):
                await self.bot.send_message(chat.id, "x")

    async def test_a_bot_that_left_is_not_a_member(self) -> None:
        self.assertTrue(await self.bot.leave_chat(GROUP_ID))
        with self.assertRaisesRegex(Forbidden, "^Forbidden: bot is not a member of the supergroup chat$"):
            await self.bot.send_message(GROUP_ID, "x")
        self.assertEqual(await self.changes(), [(GROUP_ID, self.bot.id, "member", "left")])

    async def test_one_bot_is_kicked_and_another_stays(self) -> None:
        await self.call("getMe", "77:x")
        self.world.kick(1, GROUP_ID, bot=77)
        self.assertEqual((await self.call("sendMessage", "77:x", chat_id=GROUP_ID, text="x")).status, 403)
        self.assertEqual((await self.call("sendMessage", chat_id=GROUP_ID, text="x")).status, 200)

    async def test_a_deleted_group_is_gone(self) -> None:
        await self.post("/sandbox/delete_group", json={"chat": GROUP_ID})
        with self.assertRaisesRegex(Forbidden, "^Forbidden: the group chat was deleted$"):
            await self.bot.send_message(GROUP_ID, "x")
        _, state = await self.get("/sandbox/state")
        self.assertNotIn(GROUP_ID, [chat["chat"] for chat in state["chats"]])
        with self.assertRaises(Refused):
            self.world.say(1, GROUP_ID, "x")

    async def test_in_a_channel_the_bot_writes_without_a_name(self) -> None:
        channel = self.world.add_group("News", "channel")
        message = await self.bot.send_message(channel.id, "x")
        self.assertEqual((message.from_user, message.sender_chat and message.sender_chat.title), (None, "News"))
        with self.assertRaises(Refused):
            self.world.say(2, channel.id, "x")

    async def test_wrong_wishes_are_refused(self) -> None:
        cases = [
            ("kick", {"person": 1, "chat": 1}, 404, "There is no group 1."),
            ("migrate", {"chat": GROUP_ID}, 400, "Only a basic group can become a supergroup."),
            ("groups", {"title": "x", "type": "club"}, 400,
             'The type must be "group", "supergroup" or "channel".'),
            ("groups", {"title": "x", "person": 9}, 404, "There is no person 9."),
            ("delete_account", {"person": 9}, 404, "There is no person 9."),
        ]  # fmt: skip
        for path, wish, status, sentence in cases:
            with self.subTest(path):
                self.assertEqual(await self.post(f"/sandbox/{path}", json=wish), (status, {"error": sentence}))


class Upgrades(Case):
    async def asyncSetUp(self) -> None:
        await super().asyncSetUp()
        _, body = await self.post("/sandbox/groups", json={"title": "Friends", "type": "group"})
        self.old = body["chat"]["chat"]
        self.assertEqual(await self.changes(), [(self.old, 1, "left", "member")])

    async def test_an_upgraded_group_has_a_new_id_and_says_so_in_both_chats(self) -> None:
        await self.bot.send_message(self.old, "before")
        _, body = await self.post("/sandbox/migrate", json={"chat": self.old})
        new = body["chat"]["chat"]
        self.assertEqual((body["chat"]["type"], body["chat"]["title"]), ("supergroup", "Friends"))
        first, second = [update.message for update in await self.bot.get_updates()]
        assert first
        assert second
        self.assertEqual((first.chat.id, first.chat.type, first.migrate_to_chat_id), (self.old, "group", new))
        self.assertEqual((second.chat.id, second.chat.type, second.migrate_from_chat_id), (new, "supergroup", self.old))
        with self.assertRaises(ChatMigrated) as migrated:
            await self.bot.send_message(self.old, "after")
        self.assertEqual(migrated.exception.new_chat_id, new)
        self.assertEqual((await self.bot.send_message(new, "after")).chat.id, new)

    async def test_what_the_old_id_answers_names_the_new_one(self) -> None:
        new = self.world.migrate(self.old).id
        answer = await self.call("sendMessage", chat_id=self.old, text="x")
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        self.assertEqual(
            (answer.status, answer.body["description"], answer.body["parameters"]),
            (400, words, {"migrate_to_chat_id": new}),
        )
        _, state = await self.get("/sandbox/state")
        chats = [chat["chat"] for chat in state["chats"]]
        self.assertEqual((new in chats, self.old in chats), (True, False))

    async def test_a_bot_that_was_not_there_before_is_not_there_afterwards(self) -> None:
        self.world.kick(1, self.old)
        new = self.world.migrate(self.old).id
        self.assertEqual((await self.call("sendMessage", chat_id=new, text="x")).status, 403)


class Numbers(SimpleTestCase):
    def ids(self, world: World) -> list[int]:
        """Make a group of each kind, upgrade one of them, and return their ids."""
        made = [world.add_group("x", kind).id for kind in ("group", "supergroup", "channel")]
        return [*made, world.migrate(made[0]).id]

    def test_the_groups_of_worlds_in_tests_have_fixed_ids(self) -> None:
        expected = [-1_000_002, -1_001_000_000_003, -1_001_000_000_004, -1_002_000_000_004]
        for _ in range(2):
            self.assertEqual(self.ids(World(ManualClock())), expected)

    def test_a_process_repeats_no_id_of_the_last_one(self) -> None:
        clock, seen = ManualClock(1_800_000_000), set[int]()
        for _ in range(3):
            seen |= set(self.ids(world_unlike_the_last(clock)))
            clock.advance(10)
        self.assertEqual(len(seen), 12)
        self.assertTrue(all(-1_997_852_516_352 <= number < 0 for number in seen))  # Telegram's lowest id of a channel


class Members(Case):
    async def test_members_administrators_and_their_number(self) -> None:
        owner = await self.bot.get_chat_member(GROUP_ID, 1)
        self.assertIsInstance(owner, telegram.ChatMemberOwner)
        statuses = [(await self.bot.get_chat_member(GROUP_ID, user)).status for user in (2, self.bot.id)]
        self.assertEqual(statuses, ["member", "member"])
        administrators = await self.bot.get_chat_administrators(GROUP_ID)
        self.assertEqual([one.user.id for one in administrators], [1])
        self.assertEqual(await self.bot.get_chat_member_count(GROUP_ID), 5)
        self.assertEqual(await self.bot.get_chat_member_count(1), 2)

    async def test_in_a_channel_the_bot_is_an_administrator(self) -> None:
        channel = self.world.add_group("News", "channel")
        administrators = await self.bot.get_chat_administrators(channel.id)
        self.assertEqual([one.user.id for one in administrators], [1, self.bot.id])

    async def test_nobody_else_is_found(self) -> None:
        for user, words in ((9, "User not found"), (0, "Invalid user_id specified")):
            with self.subTest(user), self.assertRaisesRegex(BadRequest, f"^{words}$"):
                await self.bot.get_chat_member(GROUP_ID, user)
        with self.assertRaisesRegex(BadRequest, "^There are no administrators in the private chat$"):
            await self.bot.get_chat_administrators(1)
