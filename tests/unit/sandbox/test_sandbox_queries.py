"""Payments in Stars and inline queries, as an unmodified telegram.Bot meets them."""

from typing import Any

from telegram import InlineQueryResultArticle, InputTextMessageContent, LabeledPrice, Message
from telegram.error import BadRequest

from sandbox.invoices import CHECKOUT_SECONDS
from sandbox.queries import INLINE_SECONDS
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase

TOO_OLD = "^Query is too old"


def article(name: str) -> InlineQueryResultArticle:
    """Return a result with this id."""
    return InlineQueryResultArticle(name, f"Title {name}", InputTextMessageContent(name))


class Asked(ServerCase):
    def newest(self) -> dict[str, Any]:
        """Return the update that came last."""
        return list(self.world.bot().queue.take(0, 100, self.clock.now()))[-1]


class Payments(Asked):
    async def invoice(self, **changes: Any) -> Message:
        """Send an invoice to Bob."""
        given: dict[str, Any] = {
            "title": "A tip", "description": "For the cook", "payload": "tip:50", "currency": "XTR",
            "prices": [LabeledPrice("A tip", 50)], **changes,
        }  # fmt: skip
        return await self.bot.send_invoice(2, **given)

    async def test_an_invoice_stands_in_the_chat_without_its_payload(self) -> None:
        message = await self.invoice()
        assert message.invoice
        assert message.reply_markup
        self.assertEqual((message.invoice.title, message.invoice.total_amount), ("A tip", 50))
        self.assertTrue(message.reply_markup.inline_keyboard[0][0].pay)
        self.assertNotIn("tip:50", str(self.world.messages(2)[0].to_json()))

    async def test_a_yes_moves_the_money_and_the_bot_reads_so(self) -> None:
        message = await self.invoice()
        status, body = await self.post("/sandbox/pay", json={"person": 2, "chat": 2, "message": message.message_id})
        self.assertEqual(status, 200)
        asked = self.newest()["pre_checkout_query"]
        self.assertEqual((asked["id"], asked["invoice_payload"]), (body["query_id"], "tip:50"))
        self.assertEqual(asked["total_amount"], 50)
        await self.bot.answer_pre_checkout_query(asked["id"], ok=True)
        paid = self.newest()["message"]["successful_payment"]
        self.assertEqual((paid["invoice_payload"], paid["total_amount"], paid["currency"]), ("tip:50", 50, "XTR"))
        with self.assertRaisesRegex(BadRequest, TOO_OLD):
            await self.bot.answer_pre_checkout_query(asked["id"], ok=True)

    async def test_a_no_says_why_and_moves_nothing(self) -> None:
        asked = self.world.pay(2, 2, (await self.invoice()).message_id)
        with self.assertRaisesRegex(BadRequest, "^Error message must be specified$"):
            await self.bot.answer_pre_checkout_query(asked.id, ok=False)
        await self.bot.answer_pre_checkout_query(asked.id, ok=False, error_message="Sold out")
        self.assertEqual((asked.answer, len(self.world.messages(2))), ("Sold out", 1))

    async def test_a_late_yes_is_refused(self) -> None:
        asked = self.world.pay(2, 2, (await self.invoice()).message_id)
        self.clock.advance(CHECKOUT_SECONDS)
        with self.assertRaisesRegex(BadRequest, TOO_OLD):
            await self.bot.answer_pre_checkout_query(asked.id, ok=True)
        self.assertIsNone(asked.answer)

    async def test_what_telegram_would_refuse_is_refused(self) -> None:
        two = [LabeledPrice("a", 1), LabeledPrice("b", 2)]
        for changes, words in (
            ({"payload": "x" * 129}, "Invoice_payload_invalid"),
            ({"title": "x" * 33}, "Invoice_title_invalid"),
            ({"description": "x" * 256}, "Invoice_description_invalid"),
            ({"currency": "EUR"}, "Payment_provider_invalid"),
            ({"prices": two}, "Stars_invoice_invalid"),
            ({"prices": [LabeledPrice("a", 0)]}, "Stars_invoice_invalid"),
        ):
            with self.subTest(words), self.assertRaisesRegex(BadRequest, f"^{words}$"):
                await self.invoice(**changes)

    async def test_only_an_invoice_can_be_paid(self) -> None:
        message = await self.bot.send_message(2, "hello")
        status, body = await self.post("/sandbox/pay", json={"person": 2, "chat": 2, "message": message.message_id})
        self.assertEqual((status, body["error"]), (400, f"Message {message.message_id} is no invoice."))


class InlineQueries(Asked):
    async def test_results_are_what_the_person_sees(self) -> None:
        await self.bot.get_me()
        status, body = await self.post("/sandbox/inline", json={"person": 2, "query": "cats"})
        asked = (await self.result("getUpdates"))[0]["inline_query"]
        self.assertEqual((status, asked["id"], asked["query"], asked["from"]["id"]), (200, body["query_id"], "cats", 2))
        await self.bot.answer_inline_query(asked["id"], [article("a"), article("b")])
        results = self.world.inquiries[asked["id"]].results or []
        self.assertEqual([result["title"] for result in results], ["Title a", "Title b"])

    async def test_results_are_seen_paged_and_sent_where_they_were_asked_for(self) -> None:
        await self.result("getMe", "77:x")
        await self.bot.get_me()
        heard: list[dict[str, Any]] = []
        self.world.watch(heard.append, "inline")
        place = {"person": 2, "chat": 2, "chat_bot": 77, "bot": 1}
        _, body = await self.post("/sandbox/inline", json={**place, "query": "cats", "offset": "50"})
        asked = self.newest()["inline_query"]
        self.assertEqual((asked["offset"], asked["chat_type"]), ("50", "private"))
        await self.bot.answer_inline_query(asked["id"], [article("a")], next_offset="100")
        self.assertEqual(heard, [{"type": "inline", "person": 2, "query_id": body["query_id"]}])
        _, seen = await self.get(f"/sandbox/inline/{body['query_id']}")
        self.assertEqual((len(seen["results"]), seen["next_offset"]), (1, "100"))
        said = self.world.say(2, 2, "x", bot=77).message_id
        wish = {**place, "query_id": body["query_id"], "result": "a", "reply_to": said}
        _, chosen = await self.post("/sandbox/choose", json=wish)
        message = chosen["message"]
        self.assertEqual((message["via_bot"]["username"], message["text"]), ("sandbox_bot", "a"))
        self.assertEqual(message["reply_to_message"]["message_id"], said)
        self.assertEqual([len(self.world.messages(2, bot)) for bot in (77, 1)], [2, 0])
        change = {"person": 2, "chat": 2, "bot": 77, "message": message["message_id"], "text": "mine"}
        words = {"error": "People can change only what they wrote themselves."}
        self.assertEqual(await self.post("/sandbox/edit", json=change), (400, words))

    async def test_an_inline_query_says_what_kind_of_chat_it_comes_from(self) -> None:
        await self.bot.get_me()
        for chat, kind in ((2, "sender"), (GROUP_ID, "supergroup")):
            with self.subTest(kind):
                await self.post("/sandbox/inline", json={"person": 2, "query": "x", "chat": chat})
                self.assertEqual(self.newest()["inline_query"]["chat_type"], kind)
        status, body = await self.post("/sandbox/inline", json={"person": 2, "query": "x" * 257})
        self.assertEqual((status, body["error"]), (400, "An inline query has at most 256 characters."))

    async def test_what_is_late_twice_or_too_much_is_refused(self) -> None:
        await self.bot.get_me()
        asked = self.world.ask_inline(2, "x")
        for names, words in ((["a", "a"], "Result_id_duplicate"), ([str(n) for n in range(51)], "Results_too_much")):
            with self.subTest(words), self.assertRaisesRegex(BadRequest, f"^{words}$"):
                await self.bot.answer_inline_query(asked.id, [article(name) for name in names])
        with self.assertRaisesRegex(BadRequest, "^Next_offset_invalid$"):
            await self.bot.answer_inline_query(asked.id, [], next_offset="x" * 65)
        self.clock.advance(INLINE_SECONDS)
        with self.assertRaisesRegex(BadRequest, TOO_OLD):
            await self.bot.answer_inline_query(asked.id, [])
