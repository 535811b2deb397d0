"""What Telegram knows of chats and members: asked for once, forgotten when updates or our own calls change it."""

import json
from typing import Any

import telegram
from django.test import TestCase
from telegram.error import BadRequest
from telegram.request import RequestData

from botcore.application import build_application
from botcore.connection.entities import MEMBER_SECONDS, EntityCache
from tests.no_network import NoNetwork
from tests.ways import free_way_out

URL = "http://telegram"
GROUP, OTHER = -1001, -1002
ME = {"id": 7, "is_bot": True, "first_name": "Garden", "username": "garden_bot"}


def user(number: int) -> dict[str, Any]:
    """Return a person as Telegram words it."""
    return {"id": number, "is_bot": False, "first_name": f"P{number}"}


class Groups(NoNetwork):
    """A Telegram with groups whose administrators the tests change; counts the calls."""

    def __init__(self) -> None:
        self.administrators = {1}
        self.methods: list[str] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: Any, **_kwargs: Any
    ) -> tuple[int, bytes]:
        """Answer."""
        name = url.rpartition("/")[2]
        self.methods.append(name)
        given = request_data.json_parameters if request_data else {}
        number = int(given.get("user_id", 0))
        if number == 404:
            return 400, json.dumps({"ok": False, "description": "Bad Request: user not found"}).encode()
        results: dict[str, Any] = {
            "getMe": ME,
            "getChat": {
                "id": int(given["chat_id"]) if str(given.get("chat_id", "")).lstrip("-").isdigit() else 0,
                "type": "supergroup", "title": "x", "accent_color_id": 0, "max_reaction_count": 1,
                "accepted_gift_types": {
                    "unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False,
                    "premium_subscription": False, "gifts_from_channels": False,
                },
            },
            "getChatMember": self.member(number),
            "getChatAdministrators": [self.member(one) for one in sorted(self.administrators)],
        }  # fmt: skip
        return 200, json.dumps({"ok": True, "result": results.get(name, True)}).encode()

    def member(self, number: int) -> dict[str, Any]:
        """Return a member."""
        status = "creator" if number in self.administrators else "member"
        return {"status": status, "user": user(number), "is_anonymous": False}


class EntityCase(TestCase):
    """The entities of one bot, wired as in the bot's process."""

    def setUp(self) -> None:
        """Begin empty."""
        self.now = 0.0
        self.telegram = Groups()
        way_out = free_way_out(tell=self.tell)
        application = build_application(
            "7:abc", URL, request=self.telegram, poll_request=self.telegram, way_out=way_out
        )
        self.bot = application.bot
        self.entities = EntityCache(self.bot, clock=lambda: self.now)
        way_out.called = self.entities.called

    @staticmethod
    def tell(kind: str, text: str, *, level: str = "info") -> None:
        """Drop the events."""

    async def calls(self) -> list[str]:
        """Ask for everything; return what Telegram was asked."""
        self.telegram.methods.clear()
        for chat in (GROUP, OTHER):
            await self.entities.chat(chat)
            await self.entities.member(chat, 1)
            await self.entities.member(chat, 2)
            await self.entities.administrators(chat)
        await self.entities.me()
        return sorted(self.telegram.methods)


class UpdateTests(EntityCase):
    """What updates say."""

    async def after(self, **fields: Any) -> list[str]:
        """Fill the cache, show it an update, return what is asked again."""
        await self.calls()
        update = telegram.Update.de_json({"update_id": 1, **fields}, self.bot)
        self.entities.observe(update)
        return await self.calls()

    def message(self, **service: Any) -> dict[str, Any]:
        """Return a message in the group."""
        return {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "title": "x"}, **service}

    def change(self, number: int) -> dict[str, Any]:
        """Return a change of a member of the group."""
        one = {"status": "member", "user": user(number)}
        chat = {"id": GROUP, "type": "supergroup", "title": "x"}
        return {"chat": chat, "from": user(1), "date": 1, "old_chat_member": one, "new_chat_member": one}

    async def test_everything_is_asked_for_once(self) -> None:
        self.assertEqual(len(await self.calls()), 9)
        self.assertEqual(await self.calls(), [])

    async def test_ordinary_messages_change_nothing(self) -> None:
        self.assertEqual(await self.after(message=self.message(text="hello")), [])

    async def test_a_member_that_changes_is_forgotten_with_the_list_of_administrators(self) -> None:
        expected = ["getChatAdministrators", "getChatMember"]
        self.assertEqual(await self.after(chat_member=self.change(2)), expected)
        self.assertEqual(await self.after(message=self.message(new_chat_members=[user(1)])), expected)
        self.assertEqual(await self.after(message=self.message(left_chat_member=user(2))), expected)

    async def test_what_changes_for_the_bot_itself_concerns_the_whole_chat(self) -> None:
        expected = ["getChat", "getChatAdministrators", "getChatMember", "getChatMember"]
        self.assertEqual(await self.after(my_chat_member=self.change(7)), expected)
        self.assertEqual(await self.after(message=self.message(migrate_to_chat_id=-1_000_000_000_777)), expected)

    async def test_both_chats_of_a_migration_are_forgotten(self) -> None:
        again = await self.after(message=self.message(migrate_from_chat_id=OTHER))
        self.assertEqual(len(again), 8)

    async def test_a_title_a_photo_and_a_pinned_message_belong_to_the_chat(self) -> None:
        for service in (
            {"new_chat_title": "y"},
            {"delete_chat_photo": True},
            {"pinned_message": self.message(text="pinned")},
            {"message_auto_delete_timer_changed": {"message_auto_delete_time": 60}},
        ):
            self.assertEqual(await self.after(message=self.message(**service)), ["getChat"], service)
        title = {"channel_post": self.message(new_chat_title="z")}
        self.assertEqual(await self.after(**title), ["getChat"])


class OwnCallTests(EntityCase):
    """What the bot does itself."""

    async def test_each_call_forgets_what_it_changes(self) -> None:
        member = ["getChatAdministrators", "getChatMember"]
        calls: list[tuple[Any, list[str]]] = [
            (lambda: self.bot.promote_chat_member(GROUP, 2), member),
            (lambda: self.bot.ban_chat_member(GROUP, 2), member),
            (lambda: self.bot.restrict_chat_member(GROUP, 2, telegram.ChatPermissions()), member),
            (lambda: self.bot.set_chat_administrator_custom_title(GROUP, 1, "boss"), member),
            (lambda: self.bot.set_chat_title(GROUP, "y"), ["getChat"]),
            (lambda: self.bot.set_chat_permissions(str(GROUP), telegram.ChatPermissions()), ["getChat"]),
            (lambda: self.bot.unpin_all_chat_messages(GROUP), ["getChat"]),
            (lambda: self.bot.set_my_name("Orchard"), ["getMe"]),
            (lambda: self.bot.leave_chat(GROUP), ["getChat", *member, "getChatMember"]),
            (lambda: self.bot.delete_message(GROUP, 1), []),
        ]
        for call, expected in calls:
            await self.calls()
            await call()
            self.assertEqual(await self.calls(), expected)

    async def test_a_chat_by_its_name_may_be_any(self) -> None:
        await self.calls()
        await self.bot.set_chat_title("@garden", "y")
        self.assertEqual(len(await self.calls()), 8)


class AdminTests(EntityCase):
    """is_admin."""

    async def test_it_is_answered_by_the_list_or_by_the_member(self) -> None:
        self.assertEqual([await self.entities.is_admin(GROUP, number) for number in (1, 2, 1, 2)], [True, False] * 2)
        self.assertEqual(self.telegram.methods, ["getChatMember"] * 2)
        await self.entities.administrators(OTHER)
        self.telegram.methods.clear()
        self.assertTrue(await self.entities.is_admin(OTHER, 1))
        self.assertEqual(self.telegram.methods, [])

    async def test_who_is_no_administrator_any_more_is_none_within_a_minute(self) -> None:
        self.assertTrue(await self.entities.is_admin(GROUP, 1))
        self.telegram.administrators.clear()
        self.now = MEMBER_SECONDS
        self.assertFalse(await self.entities.is_admin(GROUP, 1))

    async def test_strangers_private_chats_and_the_anonymous(self) -> None:
        self.assertFalse(await self.entities.is_admin(GROUP, 404))
        self.assertFalse(await self.entities.is_admin(1, 1))
        self.assertTrue(await self.entities.is_admin(GROUP, 1087968824))
        self.assertEqual(self.telegram.methods, ["getChatMember"])
        with self.assertRaises(BadRequest):
            await self.entities.member(GROUP, 404)
        self.assertEqual(self.telegram.methods, ["getChatMember"])  # "not found" is believed for a moment
