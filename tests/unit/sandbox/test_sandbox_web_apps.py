"""Web Apps and inline results: what a person sends into a chat with a bot's help, and what the bot hears of it."""

from typing import Any

from sandbox.errors import Refused
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase

ALICE, BOB = 1, 2
RESULT: dict[str, Any] = {
    "type": "article", "id": "a", "title": "Thanks",
    "input_message_content": {"message_text": "<b>Thanks</b>", "parse_mode": "HTML"},
}  # fmt: skip
KEYBOARD = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


class Case(ServerCase):
    async def updates(self) -> list[dict[str, Any]]:
        """The updates that wait, without their ids; it confirms them."""
        found = await self.result("getUpdates")
        if found:
            await self.result("getUpdates", offset=found[-1]["update_id"] + 1)
        return [{name: value for name, value in update.items() if name != "update_id"} for update in found]


class WebApps(Case):
    async def open(self) -> str:
        _, body = await self.post("/sandbox/web_app", json={"person": BOB, "chat": GROUP_ID})
        return str(body["query_id"])

    async def test_an_app_puts_one_message_of_the_person_into_the_chat(self) -> None:
        query = await self.open()
        wish: dict[str, Any] = {"web_app_query_id": query, "result": RESULT}
        self.assertEqual(await self.result("answerWebAppQuery", **wish), {})
        post = self.world.messages(GROUP_ID)[-1].to_json()
        self.assertEqual((post["from"]["id"], post["text"], post["via_bot"]["is_bot"]), (BOB, "Thanks", True))
        self.assertEqual(await self.error("answerWebAppQuery", **wish), (400, "Bad Request: QUERY_ID_INVALID"))

    async def test_one_with_a_keyboard_has_an_id(self) -> None:
        wish: dict[str, Any] = {"web_app_query_id": await self.open(), "result": {**RESULT, "reply_markup": KEYBOARD}}
        sent = await self.result("answerWebAppQuery", **wish)
        self.assertEqual(self.world.inline_posts[sent["inline_message_id"]].post.text, "Thanks")

    async def test_results_that_cannot_be(self) -> None:
        query = await self.open()
        cases: tuple[tuple[Any, str], ...] = (
            ("{", "can't parse InlineQueryResult JSON object"),
            ([], "object expected as InlineQueryResult"),
            ({"type": "article", "id": "a"}, "input message content is not specified"),
            ({"type": "article", "id": "a", "input_message_content": {}}, "MESSAGE_EMPTY"),
        )
        for result, words in cases:
            with self.subTest(words):
                error = await self.error("answerWebAppQuery", web_app_query_id=query, result=result)
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_data_reach_the_bot(self) -> None:
        wish: dict[str, Any] = {"person": BOB, "chat": BOB, "data": '{"size": 5}', "button_text": "Choose"}
        status, _ = await self.post("/sandbox/web_app_data", json=wish)
        (update,) = await self.updates()
        self.assertEqual(status, 200)
        self.assertEqual(update["message"]["web_app_data"], {"data": '{"size": 5}', "button_text": "Choose"})

    async def test_data_come_from_a_private_chat_and_are_short(self) -> None:
        for place, data in ((GROUP_ID, "x"), (BOB, ""), (BOB, "x" * 4097)):
            with self.subTest(place), self.assertRaises(Refused):
                self.world.send_web_app_data(BOB, place, data, "Choose")


class Choosing(Case):
    async def ask(self, *results: dict[str, Any]) -> str:
        """Bob types something, and the bot answers with these."""
        _, body = await self.post("/sandbox/inline", json={"person": BOB, "query": "th"})
        await self.updates()
        await self.result("answerInlineQuery", inline_query_id=body["query_id"], results=list(results))
        return str(body["query_id"])

    async def choose(self, query: str, result: str) -> tuple[int, Any]:
        return await self.post("/sandbox/choose", json={"query_id": query, "result": result, "chat": GROUP_ID})

    async def test_what_is_chosen_stands_in_the_chat_and_the_bot_hears_of_it(self) -> None:
        query = await self.ask(RESULT, {**RESULT, "id": "b", "reply_markup": KEYBOARD})
        _, body = await self.get(f"/sandbox/inline/{query}")
        self.assertEqual([result["id"] for result in body["results"]], ["a", "b"])
        status, body = await self.choose(query, "b")
        self.assertEqual((status, body["message"]["entities"][0]["type"]), (200, "bold"))
        message, chosen = await self.updates()
        self.assertEqual(message["message"]["via_bot"]["id"], self.bot.id)
        told = chosen["chosen_inline_result"]
        self.assertEqual((told["result_id"], told["from"]["id"], told["query"]), ("b", BOB, "th"))
        self.assertIn(told["inline_message_id"], self.world.inline_posts)

    async def test_pictures_places_and_contacts(self) -> None:
        results = (
            {
                "type": "photo",
                "id": "p",
                "photo_url": "https://example.org/a.jpg",
                "thumbnail_url": "x",
                "caption": "A",
            },
            {"type": "location", "id": "l", "title": "Here", "latitude": 1.5, "longitude": 2},
            {"type": "contact", "id": "c", "phone_number": "+1", "first_name": "Ann"},
        )
        query = await self.ask(*results)
        messages = [(await self.choose(query, name))[1]["message"] for name in "plc"]
        self.assertEqual((messages[0]["caption"], len(messages[0]["photo"])), ("A", 1))
        self.assertEqual(messages[1]["location"], {"latitude": 1.5, "longitude": 2})
        self.assertEqual(messages[2]["contact"], {"phone_number": "+1", "first_name": "Ann"})

    async def test_what_cannot_be_chosen(self) -> None:
        query = await self.ask({"type": "article", "id": "a", "title": "Empty"})
        expected = "The bot's result cannot be sent: Bad Request: input message content is not specified."
        self.assertEqual(await self.choose(query, "a"), (400, {"error": expected}))
        self.assertEqual(await self.choose(query, "z"), (400, {"error": "There is no result z."}))
        self.assertEqual((await self.choose("5", "a"))[0], 404)
        _, body = await self.post("/sandbox/inline", json={"person": BOB, "query": "th"})
        answer = await self.choose(body["query_id"], "a")
        self.assertEqual(answer, (400, {"error": "The bot has not answered this inline query."}))
