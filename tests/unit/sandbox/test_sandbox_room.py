"""What the chat page's room asks the control API: deletions, pins, polls as one person sees them, links, invoices."""

import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from telegram.constants import ReactionEmoji

from sandbox import pages
from sandbox.standing import ALL_PERMISSIONS
from sandbox.world import GROUP_ID
from tests.unit.sandbox.goods import CAKE
from tests.unit.sandbox.kit import TOKEN, ServerCase

ALICE, BOB = 1, 2


class Messages(ServerCase):
    async def test_a_person_deletes_any_message_of_their_own_chat_with_a_bot(self) -> None:
        sent = await self.result("sendMessage", chat_id=ALICE, text="x")
        wish = {"person": ALICE, "chat": ALICE, "message": sent["message_id"]}
        self.assertEqual(await self.post("/sandbox/delete", json={**wish, "person": BOB}), self.refusal("Bob", "write"))
        self.assertEqual((await self.post("/sandbox/delete", json=wish))[0], 200)
        self.assertEqual(self.world.messages(ALICE), [])
        self.assertEqual(await self.result("getUpdates"), [])  # bots hear of no deletion

    def refusal(self, name: str, what: str) -> tuple[int, dict[str, str]]:
        return 400, {"error": f"{name} cannot {what} in another person's private chat."}

    async def test_in_a_group_others_messages_need_the_right(self) -> None:
        mine, other = (self.world.say(person, GROUP_ID, "x").message_id for person in (BOB, ALICE))
        wish = {"person": BOB, "chat": GROUP_ID}
        self.assertEqual((await self.post("/sandbox/delete", json={**wish, "message": mine}))[0], 200)
        refused = (400, {"error": "Bob has no right to do this here (can_delete_messages)."})
        self.assertEqual(await self.post("/sandbox/delete", json={**wish, "message": other}), refused)
        self.world.promote(ALICE, GROUP_ID, self.world.person(BOB), {"can_delete_messages"})
        self.assertEqual((await self.post("/sandbox/delete", json={**wish, "message": other}))[0], 200)

    async def test_people_pin_where_they_may(self) -> None:
        number = self.world.say(ALICE, GROUP_ID, "x").message_id
        self.world.restrict(ALICE, GROUP_ID, self.world.person(BOB), ALL_PERMISSIONS - {"can_pin_messages"})
        wish = {"chat": GROUP_ID, "message": number}
        self.assertEqual((await self.post("/sandbox/pin", json={**wish, "person": BOB}))[0], 400)
        self.assertEqual((await self.post("/sandbox/pin", json={**wish, "person": ALICE}))[0], 200)
        self.assertEqual((await self.post("/sandbox/unpin", json={**wish, "person": BOB}))[0], 400)

    async def test_all_pinned_messages_are_told_the_newest_first(self) -> None:
        events: list[dict[str, Any]] = []
        self.world.watch(events.append)
        numbers = [self.world.say(ALICE, ALICE, text).message_id for text in "ab"]
        for number in numbers:
            self.world.pin_message(ALICE, ALICE, number)
        _, body = await self.get("/sandbox/chats/1/messages")
        self.assertEqual([pin["message_id"] for pin in body["pins"]], numbers[::-1])
        told = [[pin["text"] for pin in event["pins"]] for event in events if event["type"] == "pinned"]
        self.assertEqual(told, [["a"], ["b", "a"]])

    async def test_the_state_tells_the_newest_message_of_each_chat_and_who_reacted(self) -> None:
        number = self.world.say(ALICE, GROUP_ID, "y" * 200).message_id
        self.world.give_reaction(BOB, GROUP_ID, number, "🔥")
        _, state = await self.get("/sandbox/state")
        lasts = {chat["chat"]: chat.get("last") for chat in state["chats"]}
        self.assertEqual((lasts[GROUP_ID]["text"], lasts[GROUP_ID]["from"]["id"], lasts[BOB]), ("y" * 100, ALICE, None))
        _, body = await self.get(f"/sandbox/chats/{GROUP_ID}/messages")
        self.assertEqual(body["messages"][0]["reacted"], {str(BOB): "🔥"})


class Polls(ServerCase):
    async def poll(self, **more: Any) -> tuple[str, int]:
        wish = {"question": "2 + 2?", "options": ["3", "4"], **more}
        sent = await self.result("sendPoll", chat_id=ALICE, **wish)
        return sent["poll"]["id"], sent["message_id"]

    async def seen(self, poll: str, person: int = ALICE) -> dict[str, Any]:
        status, body = await self.get(f"/sandbox/polls/{poll}?person={person}")
        self.assertEqual(status, 200)
        return dict(body)

    async def test_what_is_right_is_told_after_the_vote_only(self) -> None:
        poll, message = await self.poll(type="quiz", correct_option_ids=[1], explanation="Count.")
        self.assertNotIn("correct_option_ids", (await self.seen(poll))["poll"])
        self.world.vote(ALICE, ALICE, message, [0])
        told = await self.seen(poll)
        self.assertEqual((told["chosen"], told["poll"]["correct_option_ids"]), ([0], [1]))
        self.assertEqual((told["poll"]["explanation"], told["voters"]), ("Count.", None))
        self.assertNotIn("correct_option_ids", (await self.seen(poll, BOB))["poll"])

    async def test_voters_are_told_where_they_are_no_secret(self) -> None:
        poll, message = await self.poll(is_anonymous=False)
        self.world.vote(ALICE, ALICE, message, [1])
        self.assertEqual((await self.seen(poll, BOB))["voters"], [[], [ALICE]])
        self.assertEqual((await self.get("/sandbox/polls/9?person=1"))[0], 404)


class Links(ServerCase):
    async def test_a_person_makes_a_link_which_others_follow_until_it_is_revoked(self) -> None:
        _, body = await self.post("/sandbox/groups", json={"title": "Club", "person": ALICE, "members": []})
        chat = body["chat"]["chat"]
        self.assertEqual((await self.post("/sandbox/link", json={"person": BOB, "chat": chat}))[0], 400)
        wish = {"person": ALICE, "chat": chat, "name": "Friends", "join_by_request": True}
        _, made = await self.post("/sandbox/link", json=wish)
        link = made["link"]["invite_link"]
        self.assertEqual((made["link"]["name"], made["link"]["creates_join_request"]), ("Friends", True))
        joined = await self.post("/sandbox/join", json={"person": BOB, "link": link})
        self.assertEqual(joined, (200, {"joined": False, "chat": chat}))
        await self.post("/sandbox/link", json={"person": ALICE, "chat": chat, "revoke": link})
        refused = (400, {"error": "This invite link has expired."})
        self.assertEqual(await self.post("/sandbox/join", json={"person": 3, "link": link}), refused)

    async def test_only_its_maker_and_the_owner_revoke_a_link(self) -> None:
        _, made = await self.post("/sandbox/link", json={"person": ALICE, "chat": GROUP_ID})
        wish = {"person": BOB, "chat": GROUP_ID, "revoke": made["link"]["invite_link"]}
        self.assertEqual(await self.post("/sandbox/link", json=wish), (400, {"error": "Bob did not make this link."}))


class Paying(ServerCase):
    async def test_an_invoice_tells_what_it_asks_for_and_takes_a_tip(self) -> None:
        tips = {"max_tip_amount": 300, "suggested_tip_amounts": [100, 200]}
        sent = await self.result("sendInvoice", chat_id=BOB, **{**CAKE, "is_flexible": False, **tips})
        _, body = await self.get(f"/sandbox/chats/{BOB}/invoice?person={BOB}&message={sent['message_id']}")
        told = body["invoice"]
        self.assertEqual((told["max_tip_amount"], told["suggested_tip_amounts"]), (300, [100, 200]))
        self.assertEqual([price["label"] for price in told["prices"]], [price["label"] for price in CAKE["prices"]])
        wish = {"person": BOB, "chat": BOB, "message": sent["message_id"]}
        refused = (400, {"error": "A tip is at most 300 here."})
        self.assertEqual(await self.post("/sandbox/pay", json={**wish, "tip": 301}), refused)
        await self.post("/sandbox/pay", json={**wish, "tip": 300})
        (update,) = await self.result("getUpdates")
        self.assertEqual(update["pre_checkout_query"]["total_amount"], told["total_amount"] + 300)

    async def test_tips_that_are_no_rising_row_below_the_highest_are_refused(self) -> None:
        for tips in ([200, 100], [400], [0], [1, 2, 3, 4, 5]):
            with self.subTest(tips):
                wish = {**CAKE, "max_tip_amount": 300, "suggested_tip_amounts": tips}
                answer = await self.error("sendInvoice", chat_id=BOB, **wish)
                self.assertEqual(answer, (400, "Bad Request: TIP_AMOUNT_INVALID"))

    async def test_the_page_hears_which_question_was_answered(self) -> None:
        events: list[dict[str, Any]] = []
        self.world.watch(events.append)
        link = await self.result("createInvoiceLink", **{**CAKE, "is_flexible": False})
        _, body = await self.get(f"/sandbox/linked_invoice?link={link.replace('$', '%24')}")
        self.assertEqual((body["bot"], body["invoice"]["title"]), (1, CAKE["title"]))
        _, asked = await self.post("/sandbox/pay_link", json={"person": BOB, "link": link})
        await self.result("answerPreCheckoutQuery", pre_checkout_query_id=asked["query_id"], ok=True)
        told = [event["pre_checkout_query"] for event in events if event["type"] == "answer"]
        self.assertEqual(told, [asked["query_id"]])


class Signed(ServerCase):
    def check(self, told: dict[str, str], key: bytes) -> None:
        """Check a signature as a page's server does."""
        given = told.pop("hash")
        lines = "\n".join(f"{name}={value}" for name, value in sorted(told.items()))
        self.assertEqual(given, hmac.new(key, lines.encode(), "sha256").hexdigest())

    async def test_a_web_app_is_told_who_opened_it(self) -> None:
        _, body = await self.post("/sandbox/web_app", json={"person": ALICE, "chat": ALICE})
        told = dict(parse_qsl(body["init_data"]))
        self.assertEqual((json.loads(told["user"])["id"], told["query_id"]), (ALICE, body["query_id"]))
        self.check(told, hmac.digest(b"WebAppData", TOKEN.encode(), "sha256"))

    async def test_a_login_button_leads_to_a_signed_address(self) -> None:
        button = {"text": "Log in", "login_url": {"url": "https://example.org/in?x=1"}}
        markup = {"inline_keyboard": [[button]]}
        sent = await self.result("sendMessage", chat_id=ALICE, text="x", reply_markup=markup)
        wish = {"person": ALICE, "chat": ALICE, "message": sent["message_id"]}
        self.assertEqual((await self.post("/sandbox/login", json={**wish, "url": "https://evil.example"}))[0], 400)
        _, body = await self.post("/sandbox/login", json={**wish, "url": button["login_url"]["url"]})  # type: ignore[index]
        told = dict(parse_qsl(urlsplit(body["url"]).query))
        self.assertEqual((told.pop("x"), told["id"], told["username"]), ("1", "1", "alice"))
        self.check(told, hashlib.sha256(TOKEN.encode()).digest())


class Page(ServerCase):
    async def test_what_plays_comes_as_what_it_is(self) -> None:
        policy = (await self.http.get("/")).headers["Content-Security-Policy"]
        self.assertIn("media-src 'self'", policy)

    async def test_each_person_is_told_their_own_menu_button(self) -> None:
        button = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://example.org"}}
        await self.result("setChatMenuButton", chat_id=ALICE, menu_button=button)
        for person, kind in ((ALICE, "web_app"), (BOB, "commands")):
            _, body = await self.get(f"/sandbox/chats/{person}/commands?person={person}")
            self.assertEqual(body["menu_button"]["type"], kind)

    def test_the_picker_offers_every_reaction_there_is(self) -> None:
        written = Path(pages.FOLDER, "reactions.js").read_text()
        offered = " ".join(re.findall(r'"([^"]*)"', written.partition("EMOJI = (")[2].partition(").split")[0]))
        self.assertEqual(offered.split(), [str(emoji) for emoji in ReactionEmoji])
