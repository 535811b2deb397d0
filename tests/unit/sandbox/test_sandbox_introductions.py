"""What a bot says of itself, what BotFather lets it do, and how it leaves."""

from typing import Any

from sandbox.bot_profile import ABILITIES
from sandbox.errors import Refused
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase, ended

ALICE, BOB = 1, 2
SHOP: dict[str, Any] = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://example.org/"}}


class Names(WorldCase):
    async def test_a_name_is_everywhere_the_bot_is_named(self) -> None:
        self.assertEqual(await self.result("getMyName"), {"name": "Sandbox bot"})
        await self.result("setMyName", name="Deck")
        self.assertEqual((await self.result("getMe"))["first_name"], "Deck")
        sent = await self.result("sendMessage", chat_id=ALICE, text="x")
        self.assertEqual(sent["from"]["first_name"], "Deck")
        await self.result("setMyName", name="")
        self.assertEqual(await self.result("getMyName"), {"name": "Sandbox bot"})

    async def test_words_are_by_language_and_fall_back_to_those_for_everybody(self) -> None:
        cases = (("Name", "name"), ("Description", "description"), ("ShortDescription", "short_description"))
        for method, field in cases:
            with self.subTest(method):
                await self.result(f"setMy{method}", **{"language_code": "ru", field: "по-русски"})
                await self.result(f"setMy{method}", **{field: "in English"})
                told = [await self.result(f"getMy{method}", language_code=code) for code in ("ru", "de", "")]
                self.assertEqual([one[field] for one in told], ["по-русски", "in English", "in English"])
                await self.result(f"setMy{method}", language_code="ru")
                told = [await self.result(f"getMy{method}", language_code="ru")]
                self.assertEqual(told, [{field: "in English"}])

    async def test_what_is_too_long_or_in_no_language_is_refused(self) -> None:
        cases = (
            ("setMyName", {"name": "x" * 65}, "BOT_TITLE_INVALID"),
            ("setMyDescription", {"description": "x" * 513}, "DESCRIPTION_TOO_LONG"),
            ("setMyShortDescription", {"short_description": "x" * 121}, "ABOUT_TOO_LONG"),
            ("setMyName", {"language_code": "rus"}, "invalid language code specified"),
        )
        for method, wish, words in cases:
            with self.subTest(words):
                self.assertEqual(await self.error(method, **wish), (400, f"Bad Request: {words}"))


class MenuAndRights(WorldCase):
    async def test_a_menu_button_is_for_all_or_for_one(self) -> None:
        self.assertEqual(await self.result("getChatMenuButton"), {"type": "commands"})
        await self.result("setChatMenuButton", menu_button=SHOP)
        await self.result("setChatMenuButton", chat_id=BOB, menu_button={"type": "commands"})
        buttons = [await self.result("getChatMenuButton", chat_id=person) for person in (ALICE, BOB)]
        self.assertEqual(buttons, [SHOP, {"type": "commands"}])
        await self.result("setChatMenuButton", chat_id=BOB, menu_button={"type": "default"})
        self.assertEqual(await self.result("getChatMenuButton", chat_id=BOB), SHOP)

    async def test_buttons_that_cannot_be(self) -> None:
        cases: tuple[tuple[dict[str, Any], str], ...] = (
            ({"menu_button": "{"}, "can't parse menu button JSON object"),
            ({"menu_button": {"type": "x"}}, "can't parse menu button: MenuButton has unsupported type"),
            ({"menu_button": {"type": []}}, "can't parse menu button: MenuButton has unsupported type"),
            ({"menu_button": {**SHOP, "text": ""}}, "can't parse menu button: Can't find field \"text\""),
            ({"menu_button": {**SHOP, "web_app": {"url": "http://example.org"}}}, "BUTTON_URL_INVALID"),
            ({"menu_button": SHOP, "chat_id": 99}, "chat not found"),
            ({"menu_button": SHOP, "chat_id": GROUP_ID}, "invalid chat_id specified"),
        )
        for wish, words in cases:
            with self.subTest(words):
                self.assertEqual(await self.error("setChatMenuButton", **wish), (400, f"Bad Request: {words}"))

    async def test_default_rights_are_for_groups_or_for_channels(self) -> None:
        await self.result("setMyDefaultAdministratorRights", rights={"can_pin_messages": True})
        channel: dict[str, Any] = {"for_channels": True, "rights": {"can_post_messages": True, "is_anonymous": False}}
        await self.result("setMyDefaultAdministratorRights", **channel)
        rights = [await self.result("getMyDefaultAdministratorRights", for_channels=of) for of in (False, True)]
        given = [{name for name, value in one.items() if value} for one in rights]
        self.assertEqual(given, [{"can_pin_messages"}, {"can_post_messages"}])
        await self.result("setMyDefaultAdministratorRights")
        self.assertFalse(any((await self.result("getMyDefaultAdministratorRights")).values()))
        error = await self.error("setMyDefaultAdministratorRights", rights=[])
        self.assertEqual(error, (400, "Bad Request: object expected as administrator rights"))


class Abilities(ServerCase):
    async def test_all_are_told_by_get_me_and_changed_by_the_control_api(self) -> None:
        me = await self.result("getMe")
        self.assertEqual({name: me[name] for name in ABILITIES}, ABILITIES)
        _, body = await self.post("/sandbox/bot", json={"supports_inline_queries": False, "bot": 1})
        self.assertFalse(body["bot"]["abilities"]["supports_inline_queries"])
        self.assertFalse((await self.bot.get_me()).supports_inline_queries)
        self.assertEqual((await self.post("/sandbox/bot", json={"can_fly": True}))[0], 400)

    async def test_a_bot_that_may_not_join_groups_is_not_added(self) -> None:
        self.world.kick(ALICE, GROUP_ID)
        await self.post("/sandbox/bot", json={"can_join_groups": False})
        answer = await self.post("/sandbox/add", json={"person": ALICE, "chat": GROUP_ID})
        self.assertEqual(answer, (400, {"error": "Sandbox bot cannot be added to groups."}))

    async def test_a_bot_that_does_not_read_everything_hears_what_is_for_it(self) -> None:
        await self.post("/sandbox/bot", json={"can_read_all_group_messages": False})
        own = await self.bot.send_message(GROUP_ID, "x")
        for text in ("hello", "/start", "/start@sandbox_bot now", "/start@other_bot", "@sandbox_bot"):
            self.world.say(BOB, GROUP_ID, text)
        self.world.say(BOB, GROUP_ID, "an answer", own.message_id)
        self.world.furnish(BOB, GROUP_ID, title="New")
        self.world.say(BOB, BOB, "in private")
        messages = [update.message for update in await self.bot.get_updates() if update.message]
        texts = [message.text or message.new_chat_title for message in messages]
        self.assertEqual(texts, ["/start", "/start@sandbox_bot now", "an answer", "New", "in private"])

    async def test_inline_queries_are_for_bots_that_support_them(self) -> None:
        await self.post("/sandbox/bot", json={"supports_inline_queries": False})
        with self.assertRaises(Refused) as refused:
            self.world.ask_inline(ALICE, "x")
        self.assertEqual(refused.exception.sentence, "Sandbox bot answers no inline queries.")


class Leaving(WorldCase):
    async def test_who_logs_out_is_out_for_ten_minutes_and_what_waited_is_gone(self) -> None:
        poll = await self.held(timeout=50)
        self.assertTrue(await self.result("logOut"))
        self.assertEqual((await ended(poll)).body["description"], "Logged out")
        self.world.say(ALICE, ALICE, "x")
        self.assertEqual(await self.error("getMe"), (400, "Logged out"))
        self.clock.advance(600)
        self.assertEqual((await self.result("getMe"))["is_bot"], True)

    async def test_a_bot_is_closed_ten_minutes_after_its_start_at_the_earliest(self) -> None:
        await self.result("getMe")
        self.clock.advance(590)
        self.assertEqual(await self.error("close"), (429, "Too Many Requests: retry after 10"))
        self.clock.advance(10)
        poll = await self.held(timeout=50)
        self.assertTrue(await self.result("close"))
        self.assertEqual((await ended(poll)).body["description"], "Internal Server Error: restart")
        self.assertEqual(await self.error("close"), (429, "Too Many Requests: retry after 600"))
