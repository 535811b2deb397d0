"""Money: a bot's Stars, refunds, subscriptions, links to invoices, and what is sent to an address."""

from typing import Any

from sandbox.errors import Refused
from tests.unit.sandbox.goods import CAKE, MONTH, POST, TIP
from tests.unit.sandbox.kit import ServerCase, WorldCase

ALICE, BOB = 1, 2


class Case(WorldCase):
    def newest(self) -> dict[str, Any]:
        """The update that came last."""
        return list(self.world.bot().queue.take(0, 100, self.clock.now()))[-1]

    async def pay(self, **changes: Any) -> dict[str, Any]:
        """Bob buys what is offered him; return the payment that the bot reads."""
        sent = await self.result("sendInvoice", chat_id=BOB, **{**TIP, **changes})
        asked = self.world.pay(BOB, BOB, sent["message_id"])
        return await self.settle(asked.id)

    async def settle(self, query_id: str) -> dict[str, Any]:
        await self.result("answerPreCheckoutQuery", pre_checkout_query_id=query_id, ok=True)
        return dict(self.newest()["message"]["successful_payment"])


class Accounts(Case):
    async def test_what_people_pay_fills_the_balance_and_stands_in_the_account(self) -> None:
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 0})
        paid = await self.pay()
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 50})
        (line,) = (await self.result("getStarTransactions"))["transactions"]
        told = (line["id"], line["amount"], line["source"]["user"]["id"], line["source"]["invoice_payload"])
        self.assertEqual(told, (paid["telegram_payment_charge_id"], 50, BOB, "tip"))

    async def test_pages_of_the_account(self) -> None:
        for _ in range(3):
            await self.pay()
        first = await self.result("getStarTransactions", limit=2)
        rest = await self.result("getStarTransactions", offset=2)
        self.assertEqual([len(page["transactions"]) for page in (first, rest)], [2, 1])

    async def test_each_bot_has_its_own(self) -> None:
        await self.pay()
        self.assertEqual(await self.result("getMyStarBalance", "77:x"), {"amount": 0})
        self.assertEqual(await self.result("getStarTransactions", "77:x"), {"transactions": []})

    async def test_payments_fill_a_balance_that_a_tester_set(self) -> None:
        self.world.purse.fill(100)
        await self.pay()
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 150})
        self.assertEqual(self.world.purse.to_json()["balance"], 150)

    async def test_a_refund_goes_back_and_the_bot_reads_so(self) -> None:
        charge = (await self.pay())["telegram_payment_charge_id"]
        wish: dict[str, Any] = {"user_id": BOB, "telegram_payment_charge_id": charge}
        self.assertTrue(await self.result("refundStarPayment", **wish))
        refunded = self.newest()["message"]["refunded_payment"]
        expected = {
            "currency": "XTR",
            "total_amount": 50,
            "invoice_payload": "tip",
            "telegram_payment_charge_id": charge,
        }
        self.assertEqual(refunded, expected)
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 0})
        line = (await self.result("getStarTransactions"))["transactions"][-1]
        self.assertEqual((line["id"], line["amount"], line["receiver"]["user"]["id"]), (charge, 50, BOB))
        error = await self.error("refundStarPayment", **wish)
        self.assertEqual(error, (400, "Bad Request: CHARGE_ALREADY_REFUNDED"))

    async def test_refunds_that_cannot_be(self) -> None:
        charge = (await self.pay())["telegram_payment_charge_id"]
        for user, number in ((ALICE, charge), (BOB, "x")):
            wish: dict[str, Any] = {"user_id": user, "telegram_payment_charge_id": number}
            self.assertEqual(await self.error("refundStarPayment", **wish), (400, "Bad Request: CHARGE_NOT_FOUND"))
        self.world.purse.fill(49)
        wish = {"user_id": BOB, "telegram_payment_charge_id": charge}
        self.assertEqual(await self.error("refundStarPayment", **wish), (400, "Bad Request: BALANCE_TOO_LOW"))


class LinksAndSubscriptions(Case):
    async def subscribe(self) -> dict[str, Any]:
        link = await self.result("createInvoiceLink", **TIP, subscription_period=MONTH)
        return await self.settle(self.world.pay_link(BOB, link).id)

    async def test_who_pays_by_a_link_pays_in_their_chat_with_the_bot(self) -> None:
        link = await self.result("createInvoiceLink", **TIP)
        paid = await self.settle(self.world.pay_link(BOB, link).id)
        self.assertEqual((paid["invoice_payload"], self.newest()["message"]["chat"]["id"]), ("tip", BOB))
        with self.assertRaises(Refused):
            self.world.pay_link(BOB, "https://t.me/$x")

    async def test_a_subscription_says_when_it_ends_and_is_renewed(self) -> None:
        first = await self.subscribe()
        ends = int(self.clock.now()) + MONTH
        told = (first["subscription_expiration_date"], first["is_recurring"], first["is_first_recurring"])
        self.assertEqual(told, (ends, True, True))
        self.world.renew(first["telegram_payment_charge_id"])
        second = self.newest()["message"]["successful_payment"]
        self.assertEqual(second["subscription_expiration_date"], ends + MONTH)
        self.assertNotIn("is_first_recurring", second)
        self.assertEqual(await self.result("getMyStarBalance"), {"amount": 100})

    async def test_a_canceled_one_is_renewed_no_more(self) -> None:
        charge = (await self.subscribe())["telegram_payment_charge_id"]
        wish: dict[str, Any] = {"user_id": BOB, "telegram_payment_charge_id": charge}
        await self.result("editUserStarSubscription", **wish, is_canceled=True)
        with self.assertRaises(Refused) as refused:
            self.world.renew(charge)
        self.assertEqual(refused.exception.sentence, "This subscription has ended.")
        await self.result("editUserStarSubscription", **wish, is_canceled=False)
        self.world.renew(charge)

    async def test_what_is_no_subscription_cannot_be_edited(self) -> None:
        charge = (await self.pay())["telegram_payment_charge_id"]
        wish: dict[str, Any] = {"user_id": BOB, "telegram_payment_charge_id": charge, "is_canceled": True}
        self.assertEqual(await self.error("editUserStarSubscription", **wish), (400, "Bad Request: CHARGE_NOT_FOUND"))
        error = await self.error("createInvoiceLink", **TIP, subscription_period=5)
        self.assertEqual(error, (400, "Bad Request: SUBSCRIPTION_PERIOD_INVALID"))


class OtherCurrencies(Case):
    async def test_without_a_provider_or_with_a_wrong_price_there_is_no_invoice(self) -> None:
        cases: tuple[tuple[dict[str, Any], str], ...] = (
            ({"provider_token": ""}, "PAYMENT_PROVIDER_INVALID"),
            ({"currency": "Euro"}, "CURRENCY_INVALID"),
            ({"prices": []}, "CURRENCY_TOTAL_AMOUNT_INVALID"),
        )
        for changes, words in cases:
            with self.subTest(words):
                error = await self.error("sendInvoice", chat_id=BOB, **{**CAKE, **changes})
                self.assertEqual(error, (400, f"Bad Request: {words}"))

    async def test_the_bot_reads_what_it_asked_for_and_its_stars_stay_as_they_are(self) -> None:
        paid = await self.pay(**CAKE, need_name=True, need_email=True)
        self.assertEqual(paid["order_info"], {"name": "Bob", "email": "somebody@example.org"})
        self.assertEqual((paid["currency"], paid["total_amount"]), ("EUR", 1000))
        self.assertTrue(paid["provider_payment_charge_id"])
        self.assertEqual(await self.result("getStarTransactions"), {"transactions": []})


class Shipping(ServerCase):
    def newest(self) -> dict[str, Any]:
        return list(self.world.bot().queue.take(0, 100, self.clock.now()))[-1]

    async def ask(self) -> dict[str, Any]:
        """Bob wants a cake sent to him; return the bot's question."""
        sent = await self.result("sendInvoice", chat_id=BOB, **CAKE, is_flexible=True)
        order = {"shipping_address": {"country_code": "DE", "state": "", "city": "Ulm", "street_line1": "Hof 1",
                                      "street_line2": "", "post_code": "89073"}}  # fmt: skip
        wish: dict[str, Any] = {"person": BOB, "chat": BOB, "message": sent["message_id"], "order": order}
        status, body = await self.post("/sandbox/pay", json=wish)
        self.assertEqual((status, body["asks_shipping"]), (200, True))
        asked = self.newest()["shipping_query"]
        self.assertEqual((asked["id"], asked["shipping_address"]["city"]), (body["query_id"], "Ulm"))
        return dict(asked)

    async def test_one_of_the_ways_is_chosen_and_paid_for(self) -> None:
        asked = await self.ask()
        wish: dict[str, Any] = {"shipping_query_id": asked["id"], "ok": True, "shipping_options": [POST]}
        await self.result("answerShippingQuery", **wish)
        _, body = await self.post("/sandbox/ship", json={"query_id": asked["id"], "option": "post"})
        checkout = self.newest()["pre_checkout_query"]
        told = (checkout["id"], checkout["shipping_option_id"], checkout["total_amount"])
        self.assertEqual(told, (body["query_id"], "post", 1250))
        await self.result("answerPreCheckoutQuery", pre_checkout_query_id=body["query_id"], ok=True)
        paid = self.newest()["message"]["successful_payment"]
        self.assertEqual((paid["shipping_option_id"], paid["order_info"]["shipping_address"]["city"]), ("post", "Ulm"))

    async def test_a_no_leaves_nothing_to_choose(self) -> None:
        asked = await self.ask()
        wish: dict[str, Any] = {"shipping_query_id": asked["id"], "ok": False}
        error = await self.error("answerShippingQuery", **wish)
        self.assertEqual(error, (400, "Bad Request: error message must be specified"))
        await self.result("answerShippingQuery", **wish, error_message="Too far")
        answer = await self.post("/sandbox/ship", json={"query_id": asked["id"], "option": "post"})
        self.assertEqual(answer, (400, {"error": "The bot offered no way of shipping."}))

    async def test_late_and_second_answers_and_those_without_ways_are_refused(self) -> None:
        asked = await self.ask()
        wish: dict[str, Any] = {"shipping_query_id": asked["id"], "ok": True}
        for options, words in (([], "SHIPPING_OPTION_INVALID"), ("x", "can't parse shipping options JSON object")):
            error = await self.error("answerShippingQuery", **wish, shipping_options=options)
            self.assertEqual(error, (400, f"Bad Request: {words}"))
        self.clock.advance(150)
        status, words = await self.error("answerShippingQuery", **wish, shipping_options=[POST])
        self.assertEqual((status, words[:27]), (400, "Bad Request: query is too o"))
