"""The chat page when answers are late or refused: nothing typed is lost, nothing goes to a wrong chat or message."""

from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import needs_chromium
from tests.browser.composer_case import ComposerCase, file
from tests.browser.room_case import ALICE, TEAM, RoomCase
from tests.processes import eventually

GROUP, BOT = "Botdeck team", "Sandbox bot"
REFUSED = '{"error": "Not now."}'


class Held:
    """Calls that the sandbox has not answered yet."""

    def __init__(self, page: Page, address: str) -> None:
        self.routes: list[Route] = []
        self._page, self._is_holding = page, True
        page.route(address, lambda route: self._meet(route))  # noqa: PLW0108 (it wants a function)

    def _meet(self, route: Route) -> None:
        """Keep a call, or let it go by."""
        if self._is_holding:
            self.routes.append(route)
        else:
            route.continue_()

    def wait(self, count: int = 1) -> None:
        """Wait until so many calls hang."""
        eventually(lambda: self._page.evaluate("1") and len(self.routes) >= count, what="the page calls")

    def let_go(self) -> None:
        """Answer them, and whatever comes from now on."""
        self._is_holding = False
        for route in self.routes:
            route.continue_()


@needs_chromium
class Writing(ComposerCase):
    """What somebody wrote while the sandbox does not answer."""

    def go(self, title: str) -> None:
        """Look at another chat."""
        self.page.locator("#chats").get_by_role("button", name=title, exact=True).click()
        expect(self.page.get_by_role("heading", name=title, exact=True)).to_be_visible()

    def refuse(self, held: Held) -> None:
        """Refuse the first call; the browser says so on the console, too."""
        held.routes.pop(0).fulfill(status=400, body=REFUSED)
        expect(self.page.get_by_text("Not now.")).to_be_visible()
        self.assertEqual(len(self.complaints), 1)
        self.complaints.clear()

    def test_files_go_to_the_chat_where_they_were_chosen_although_another_one_is_seen(self) -> None:
        self.choose_files(file("a.png"), file("b.txt", "text/plain", b"b"))
        held = Held(self.page, "**/sandbox/send")
        self.write("Both", "<Enter>")
        held.wait()
        self.go(GROUP)
        expect(self.page.locator("#tray")).to_be_hidden()
        self.write("For the group")
        held.let_go()
        self.go(BOT)
        expect(self.page.locator("#tray")).to_be_hidden()
        expect(self.field).to_have_text("")
        photo, document = self.update("message"), self.update("message")
        self.assertEqual([photo["chat"]["id"], document["chat"]["id"]], [1, 1])
        self.assertEqual((photo["caption"], document["document"]["file_name"]), ("Both", "b.txt"))
        self.go(GROUP)
        expect(self.field).to_have_text("For the group")

    def test_files_that_were_chosen_wait_for_the_return_to_their_chat(self) -> None:
        self.choose_files(file("a.png"))
        self.go(GROUP)
        expect(self.page.locator("#tray")).to_be_hidden()
        self.go(BOT)
        expect(self.page.locator("#parcels li")).to_have_count(1)

    def test_a_text_that_is_refused_late_comes_back_to_its_chat_only(self) -> None:
        held = Held(self.page, "**/sandbox/say")
        self.write("For the bot", "<Enter>")
        held.wait()
        self.go(GROUP)
        self.write("For the group")
        self.refuse(held)
        expect(self.field).to_have_text("For the group")
        self.go(BOT)
        expect(self.field).to_have_text("For the bot")

    def test_a_text_that_is_refused_late_stands_before_what_was_typed_since(self) -> None:
        held = Held(self.page, "**/sandbox/say")
        self.write("a", "<Control+a>", "<Control+b>", "<End>", "<Enter>")
        held.wait()
        self.write("b")
        self.refuse(held)
        expect(self.field.locator("strong")).to_have_text("a")
        self.assertEqual(self.field.evaluate("field => field.value"), "a\nb")

    def test_a_result_that_is_refused_gives_the_words_back(self) -> None:
        self.write("@sandbox_bot tea")
        asked = self.update("inline_query")
        result = {"type": "article", "id": "1", "title": "Tea", "input_message_content": {"message_text": "T"}}
        self.call("answerInlineQuery", inline_query_id=asked["id"], results=[result])
        held = Held(self.page, "**/sandbox/choose")
        self.page.get_by_role("option", name="Tea").click()
        held.wait()
        self.refuse(held)
        expect(self.field).to_have_text("@sandbox_bot tea")

    def test_of_many_files_too_many_it_is_said_how_many(self) -> None:
        self.choose_files(*(file(f"{number}.png") for number in range(15)))
        expect(self.page.locator("#parcels li")).to_have_count(10)
        toast = self.page.locator(".toast")
        expect(toast).to_contain_text("10.png is one too many: an album has at most 10.")
        expect(toast).to_contain_text("3 more cannot be added either.")

    def test_an_impatient_press_records_once(self) -> None:
        self.page.evaluate("""() => {
            const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
            window.streams = [];
            navigator.mediaDevices.getUserMedia = async (wish) => {
                const stream = await asked(wish);
                window.streams.push(stream);
                return stream;
            };
            const button = document.getElementById("record-button");
            button.click();
            button.click();
        }""")
        self.page.get_by_role("button", name="Throw the recording away").click()
        expect(self.page.locator("#recorder")).to_be_hidden()
        live = "() => window.streams.map((one) => one.getTracks()[0].readyState)"
        self.assertEqual(self.page.evaluate(live), ["ended"])


@needs_chromium
class Reading(RoomCase):
    """What is shown while, and after, the sandbox does not answer."""

    def test_nothing_can_be_done_to_the_last_chats_messages_while_the_next_one_is_loaded(self) -> None:
        self.send("Private")
        self.send("Team", TEAM)
        expect(self.messages()).to_contain_text("Private")
        held = Held(self.page, f"**/sandbox/chats/{TEAM}/messages?*")
        self.page.locator("#chats").get_by_role("button", name=GROUP, exact=True).click()
        held.wait()
        log = self.page.get_by_role("log", include_hidden=True)
        expect(log).to_have_attribute("inert", "")
        held.let_go()
        expect(self.messages()).to_contain_text("Team")
        self.assertFalse(log.evaluate("log => log.inert"))

    def test_a_chat_that_could_not_be_loaded_is_asked_for_again(self) -> None:
        self.send("Here")
        tries = [1]
        answer = {"status": 502, "body": "<html>"}
        self.page.route(
            "**/sandbox/chats/*/messages?*",
            lambda route: route.fulfill(**answer) if tries and tries.pop() else route.continue_(),
        )
        self.page.reload()
        expect(self.messages()).to_contain_text("Here")
        self.send("And this")
        expect(self.messages().last).to_contain_text("And this")
        self.assertEqual(len(self.complaints), 1)
        self.complaints.clear()

    def test_a_change_of_an_old_message_that_is_not_shown_does_not_make_it_the_newest(self) -> None:
        old = self.send("Old")
        self.send("New")

        def without_the_first(route: Route) -> None:
            """Answer as where there is more than is told of."""
            answer = route.fetch()
            told: dict[str, Any] = answer.json()
            route.fulfill(response=answer, json={**told, "messages": told["messages"][1:]})

        self.page.route("**/sandbox/chats/*/messages?*", without_the_first)
        self.page.reload()
        expect(self.messages()).to_have_count(1)
        self.call("editMessageText", chat_id=ALICE, message_id=old, text="Changed")
        self.send("Newest")
        expect(self.messages()).to_contain_text(["New", "Newest"])

    def test_however_many_people_come_the_state_is_asked_for_once_at_a_time(self) -> None:
        held = Held(self.page, "**/sandbox/state")
        for number in range(20):
            self.stack.sandbox("people", first_name=f"P{number}")
        held.wait()
        self.send("After all of them")
        expect(self.messages().last).to_contain_text("After all of them")
        self.assertEqual(len(held.routes), 1)
        held.let_go()
        self.page.get_by_role("button", name="All people").click()
        expect(self.sheet("You are").get_by_role("button", name="P19", exact=True)).to_be_visible()

    def test_keyboards_that_follow_each_other_are_asked_for_once_at_a_time_and_the_last_is_shown(self) -> None:
        held = Held(self.page, "**/sandbox/chats/*/keyboard?*")
        for number in range(5):
            self.send(f"Key {number}", reply_markup={"keyboard": [[f"K{number}"]]})
        held.wait()
        expect(self.messages()).to_have_count(5)
        self.assertEqual(len(held.routes), 1)
        held.let_go()
        keys = self.page.get_by_role("group", name="The bot's keyboard").get_by_role("button")
        expect(keys).to_have_text(["K4"])

    def test_a_double_click_on_pay_asks_once(self) -> None:
        prices = [{"label": "Tea", "amount": 5}]
        self.call(
            "sendInvoice", chat_id=ALICE, title="Tea", description="Green", payload="x", currency="XTR", prices=prices
        )
        held = Held(self.page, "**/sandbox/chats/*/invoice?*")
        self.messages().locator(".key").evaluate("key => (key.click(), key.click())")
        held.wait()
        held.let_go()
        expect(self.page.get_by_role("dialog", name="Pay with Stars")).to_have_count(1)

    def test_of_more_than_a_thousand_messages_the_newest_are_kept(self) -> None:
        numbers = [self.send(str(number)) for number in range(100)]
        for _ in range(10):
            self.call("forwardMessages", chat_id=ALICE, from_chat_id=ALICE, message_ids=numbers)
        self.send("The last")
        expect(self.messages().last).to_contain_text("The last")
        eventually(lambda: self.messages().count() <= 1000, what="old messages go")
        self.assertGreaterEqual(self.messages().count(), 500)
        left = "log => log.scrollHeight - log.scrollTop - log.clientHeight"
        self.assertLess(self.page.get_by_role("log").evaluate(left), 60)

    def test_an_answer_begun_in_another_world_is_not_one_to_a_message_of_this_world(self) -> None:
        self.send("Of the old world")
        self.messages().first.hover()
        self.messages().first.get_by_role("button", name="Reply", exact=True).click()
        self.page.get_by_label("Message", exact=True).fill("Typed")
        expect(self.page.locator("#reply")).to_be_visible()
        self.sandbox.stop()
        expect(self.page.locator("#away")).to_be_visible()
        self.stack.start_sandbox()
        self.call("getMe")
        expect(self.page.locator("#away")).to_be_hidden()
        expect(self.messages()).to_have_count(0)
        expect(self.page.locator("#reply")).to_be_hidden()
        expect(self.page.get_by_label("Message", exact=True)).to_have_text("Typed")
        self.complaints.clear()  # the browser tells of every try
