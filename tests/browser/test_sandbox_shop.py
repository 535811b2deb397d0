"""The sandbox's chat page: invoices and what comes of them, and what each kind of button under a message does."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Route, expect

from tests.browser.chromium import needs_chromium
from tests.browser.room_case import ALICE, TEAM, RoomCase
from tests.processes import eventually

TEA: dict[str, Any] = {
    "title": "Tea", "description": "A pound of it", "payload": "tea", "currency": "XTR",
    "prices": [{"label": "Tea", "amount": 5}],
}  # fmt: skip
POT: dict[str, Any] = {
    "title": "Pot", "description": "With cups", "payload": "pot", "provider_token": "5:TEST:x", "currency": "EUR",
    "prices": [{"label": "Pot", "amount": 2500}, {"label": "Cups", "amount": 800}],
}  # fmt: skip


class ShopCase(RoomCase):
    """The bot answers what it is asked."""

    def asked(self, kind: str) -> dict[str, Any]:
        """What the bot is asked next; all that came before is confirmed."""
        found: list[dict[str, Any]] = []

        def look() -> bool:
            found.extend(self.call("getUpdates"))
            return any(kind in update for update in found)

        eventually(look, what=f"the bot is asked a {kind}")
        self.call("getUpdates", offset=found[-1]["update_id"] + 1)
        return dict(next(update[kind] for update in found if kind in update))

    def keys(self, *buttons: dict[str, Any]) -> Locator:
        """Send a message with these buttons; return it."""
        self.send("Choose", reply_markup={"inline_keyboard": [[button] for button in buttons]})
        return self.messages().last


@needs_chromium
class PayTests(ShopCase):
    """Paying."""

    def test_stars_are_paid_when_the_bot_agrees(self) -> None:
        self.call("sendInvoice", chat_id=ALICE, **TEA)
        self.messages().first.get_by_role("button", name="Pay 5 ⭐").click()
        sheet = self.sheet("Pay with Stars")
        expect(sheet).to_contain_text("A pound of it")
        self.assert_accessible()
        sheet.get_by_role("button", name="Pay 5 ⭐").click()
        query = self.asked("pre_checkout_query")
        expect(sheet).to_contain_text("The bot is asked")
        self.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
        expect(sheet).to_contain_text("Paid 5 ⭐")
        sheet.get_by_role("button", name="Close").click()
        expect(self.messages().last).to_contain_text("Alice paid 5 ⭐")
        self.assertEqual(self.asked("message")["successful_payment"]["total_amount"], 5)

    def test_the_bot_s_no_is_told_in_its_words(self) -> None:
        self.call("sendInvoice", chat_id=ALICE, **TEA)
        self.messages().first.get_by_role("button", name="Pay 5 ⭐").click()
        sheet = self.sheet("Pay with Stars")
        sheet.get_by_role("button", name="Pay 5 ⭐").click()
        refusal = {"pre_checkout_query_id": self.asked("pre_checkout_query")["id"], "error_message": "Sold out"}
        self.call("answerPreCheckoutQuery", ok=False, **refusal)
        expect(sheet).to_contain_text("Nothing was paid")
        expect(sheet).to_contain_text("Sold out")
        expect(self.messages()).to_have_count(1)

    def test_an_address_a_way_of_shipping_and_a_tip_are_asked_for(self) -> None:
        tips: dict[str, Any] = {"max_tip_amount": 500, "suggested_tip_amounts": [100, 200]}
        self.call("sendInvoice", chat_id=ALICE, is_flexible=True, need_name=True, **POT, **tips)
        self.messages().first.get_by_role("button", name="Pay 33.00 EUR").click()
        sheet = self.sheet("Checkout")
        expect(sheet).to_contain_text("Cups")
        expect(sheet.get_by_label("Name")).to_have_value("Alice")
        sheet.get_by_label("City").fill("Berlin")
        sheet.get_by_role("button", name="2.00 EUR").click()
        self.assert_accessible()
        sheet.get_by_role("button", name="Ask what shipping costs").click()
        query = self.asked("shipping_query")
        self.assertEqual(query["shipping_address"]["city"], "Berlin")
        ways = [{"id": "slow", "title": "By ship", "prices": [{"label": "Ship", "amount": 300}]},
                {"id": "fast", "title": "By air", "prices": [{"label": "Air", "amount": 900}]}]  # fmt: skip
        self.call("answerShippingQuery", shipping_query_id=query["id"], ok=True, shipping_options=ways)
        sheet.get_by_label("By air · 9.00 EUR").check()
        sheet.get_by_role("button", name="Pay", exact=True).click()
        query = self.asked("pre_checkout_query")
        self.assertEqual((query["shipping_option_id"], query["total_amount"]), ("fast", 2500 + 800 + 200 + 900))
        self.call("answerPreCheckoutQuery", pre_checkout_query_id=query["id"], ok=True)
        expect(sheet).to_contain_text("Paid 44.00 EUR")

    def test_an_answer_that_overtakes_the_call_that_asked_is_seen(self) -> None:
        self.call("sendInvoice", chat_id=ALICE, **TEA)

        def late(route: Route) -> None:
            response = route.fetch()
            self.call("answerPreCheckoutQuery", pre_checkout_query_id=response.json()["query_id"], ok=True)
            expect(self.messages()).to_have_count(2)  # the payment is there, so the answer is
            route.fulfill(response=response)

        self.page.route("**/sandbox/pay", late)
        self.messages().first.get_by_role("button", name="Pay 5").click()
        sheet = self.sheet("Pay with Stars")
        sheet.get_by_role("button", name="Pay 5").click()
        expect(sheet).to_contain_text("Paid 5")

    def test_an_invoice_s_link_is_paid_and_a_subscription_goes_on(self) -> None:
        link = self.call("createInvoiceLink", subscription_period=2_592_000, **TEA)
        self.send(link)
        self.messages().first.get_by_role("link").click()
        sheet = self.sheet("Pay with Stars")
        expect(sheet).to_contain_text("Every month")
        sheet.get_by_role("button", name="Pay 5 ⭐").click()
        self.call("answerPreCheckoutQuery", pre_checkout_query_id=self.asked("pre_checkout_query")["id"], ok=True)
        sheet.get_by_role("button", name="Close").click()
        paid = self.messages().last
        expect(paid).to_contain_text("Alice paid 5 ⭐, every month")
        self.choose(paid, "Next payment")
        expect(self.page.get_by_role("log").get_by_text("Alice paid 5 ⭐, every month")).to_have_count(2)


@needs_chromium
class ButtonTests(ShopCase):
    """What buttons do besides asking the bot."""

    def test_a_press_is_answered_by_a_toast_or_an_alert(self) -> None:
        message = self.keys({"text": "Press", "callback_data": "x"})
        for alert, role in ((False, "status"), (True, "dialog")):
            message.get_by_role("button", name="Press").click()
            query = self.asked("callback_query")
            self.call("answerCallbackQuery", callback_query_id=query["id"], text="Done.", show_alert=alert)
            expect(self.page.get_by_role(role).filter(has_text="Done.")).to_be_visible()  # type: ignore[arg-type]

    def test_a_text_is_copied(self) -> None:
        self.keys({"text": "Copy", "copy_text": {"text": "TEA-42"}}).get_by_role("button", name="Copy").click()
        expect(self.page.get_by_text("Copied.")).to_be_visible()
        self.assertEqual(self.page.evaluate("navigator.clipboard.readText()"), "TEA-42")

    def test_a_login_tells_the_page_who_one_is(self) -> None:
        self.context.route(
            "https://shop.example.org/**", lambda route: route.fulfill(body="in", content_type="text/html")
        )
        message = self.keys({"text": "Log in", "login_url": {"url": "https://shop.example.org/in"}})
        message.get_by_role("button", name="Log in").click()
        with self.context.expect_page() as opened:
            self.sheet("Log in").get_by_role("button", name="Log in").click()
        told = parse_qs(urlsplit(opened.value.url).query)
        self.assertEqual((told["id"], told["username"]), (["1"], ["alice"]))
        self.assertEqual(len(told["hash"][0]), 64)

    def test_a_web_app_is_opened_as_signed_for_who_presses(self) -> None:
        self.context.route(
            "https://shop.example.org/**", lambda route: route.fulfill(body="app", content_type="text/html")
        )
        message = self.keys({"text": "Shop", "web_app": {"url": "https://shop.example.org/app"}})
        message.get_by_role("button", name="Shop").click()
        sheet = self.sheet("Shop")
        query = sheet.locator("#query-id").inner_text()
        result = {"type": "article", "id": "1", "title": "T", "input_message_content": {"message_text": "Ordered"}}
        self.call("answerWebAppQuery", web_app_query_id=query, result=result)
        with self.context.expect_page() as opened:
            sheet.get_by_role("button", name="Open the page").click()
        self.assertIn("tgWebAppData=query_id", opened.value.url)
        sheet.get_by_role("button", name="Close").click()
        expect(self.messages().last).to_contain_text("via @sandbox_bot")
        expect(self.messages().last).to_contain_text("Ordered")

    def test_an_inline_query_is_typed_where_the_button_wants_it(self) -> None:
        here = {"text": "Here", "switch_inline_query_current_chat": "green"}
        there = {"text": "There", "switch_inline_query": "black"}
        groups = {"text": "A group", "switch_inline_query_chosen_chat": {"query": "red", "allow_group_chats": True}}
        message = self.keys(here, there, groups)
        message.get_by_role("button", name="Here", exact=True).click()
        field = self.page.get_by_label("Message", exact=True)
        expect(field).to_have_text("@sandbox_bot green")
        message.get_by_role("button", name="A group").click()
        chats = self.sheet("Choose a chat").get_by_role("listitem")
        expect(chats).to_have_count(1)
        self.page.keyboard.press("Escape")
        message.get_by_role("button", name="There").click()
        self.sheet("Choose a chat").get_by_role("button", name="Botdeck team").click()
        expect(self.page.get_by_role("heading", name="Botdeck team", level=1)).to_be_visible()
        expect(field).to_have_text("@sandbox_bot black")

    def test_a_link_that_adds_the_bot_asks_to_which_group(self) -> None:
        self.call("leaveChat", chat_id=TEAM)
        message = self.keys({"text": "Add me", "url": "https://t.me/sandbox_bot?startgroup=abc"})
        message.get_by_role("link", name="Add me").click()
        self.sheet("Add Sandbox bot to").get_by_role("button", name="Botdeck team").click()
        expect(self.messages().last).to_contain_text("/start@sandbox_bot abc")
        self.assertEqual(self.call("getChatMember", chat_id=TEAM, user_id=self.call("getMe")["id"])["status"], "member")
