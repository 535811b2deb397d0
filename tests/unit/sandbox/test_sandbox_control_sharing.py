"""The control API's part about messages, over HTTP."""

import json
from typing import Any

import aiohttp

from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase

PICTURE = b"\x89PNG picture"


class Sharing(ServerCase):
    async def updates(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.result("getUpdates")
        return found

    async def send(self, **wish: Any) -> tuple[int, Any]:
        return await self.post("/sandbox/send", json={"person": 1, "chat": 1, **wish})

    async def form(self, *files: tuple[str, str], **fields: Any) -> tuple[int, Any]:
        """Send files, by name and content type, as a browser's form does."""
        form = aiohttp.FormData({"person": "1", "chat": "1", **fields})
        for name, content_type in files:
            form.add_field("file", PICTURE, filename=name, content_type=content_type)
        return await self.post("/sandbox/send", data=form)

    async def test_a_file_comes_in_a_form_and_the_bot_downloads_it(self) -> None:
        status, body = await self.form(("a.png", "image/png"), caption="look")
        (update,) = await self.updates()
        self.assertEqual((status, body["messages"][0]["caption"]), (200, "look"))
        file = await self.bot.get_file(update["message"]["photo"][0]["file_id"])
        self.assertEqual(bytes(await file.download_as_bytearray()), PICTURE)
        async with self.http.get(f"/sandbox/files/{file.file_id}") as response:
            self.assertEqual((response.content_type, await response.read()), ("image/png", PICTURE))

    async def test_what_a_file_is_sent_as_can_be_said_and_else_follows_its_type(self) -> None:
        for name, content_type, fields, kind in (
            ("a.png", "image/png", {"kind": "document"}, "document"),
            ("a.ogg", "audio/ogg", {"kind": "voice", "duration": "7"}, "voice"),
            ("a.mp3", "audio/mpeg", {"title": "Song"}, "audio"),
            ("a.mp4", "video/mp4", {}, "video"),
            ("a.bin", "", {}, "document"),
        ):
            with self.subTest(kind):
                _, body = await self.form((name, content_type or "application/octet-stream"), **fields)
                sent = body["messages"][0][kind]
                self.assertEqual(str(sent.get("duration", 0)), fields.get("duration", str(sent.get("duration", 0))))
                self.assertEqual(sent.get("title"), fields.get("title"))

    async def test_many_files_are_an_album_with_one_caption(self) -> None:
        _, body = await self.form(("a.png", "image/png"), ("b.mp4", "video/mp4"), caption="both")
        first, second = body["messages"]
        self.assertEqual((first["media_group_id"], first["caption"]), (second["media_group_id"], "both"))
        self.assertNotIn("caption", second)

    async def test_other_things_come_as_json(self) -> None:
        said = self.world.say(1, 1, "x").message_id
        for wish, name in (
            ({"location": {"latitude": 1, "longitude": 2.5}}, "location"),
            ({"contact": {}}, "contact"),
            ({"contact": {"phone_number": "1", "first_name": "Dora"}}, "contact"),
            ({"dice": "🎲", "reply_to": said}, "dice"),
            ({"poll": {"question": "?", "options": ["a", "b"], "anonymous": False, "correct": [1]}}, "poll"),
        ):
            with self.subTest(name):
                status, body = await self.send(**wish)
                self.assertEqual((status, name in body["messages"][0]), (200, True), body)
        self.assertEqual(self.world.messages(1)[4].reply_to, self.world.messages(1)[0])
        poll = self.world.messages(1)[-1].to_json()["poll"]
        self.assertEqual((poll["type"], poll["is_anonymous"]), ("quiz", False))

    async def test_messages_are_changed_reacted_to_forwarded_and_pinned(self) -> None:
        number = self.world.say(1, 1, "one").message_id
        wish = {"person": 1, "chat": 1, "message": number}
        _, body = await self.post("/sandbox/edit", json={**wish, "text": "two"})
        self.assertEqual(body["message"]["text"], "two")
        self.assertEqual(await self.post("/sandbox/react", json={**wish, "emoji": "👍"}), (200, {}))
        _, body = await self.get("/sandbox/chats/1/messages")
        self.assertEqual(body["messages"][0]["reactions"], ["👍"])
        _, body = await self.post("/sandbox/forward", json={**wish, "to": GROUP_ID})
        self.assertEqual(body["message"]["forward_origin"]["sender_user"]["id"], 1)
        _, body = await self.post(
            "/sandbox/forward", json={"person": 1, "chat": 1, "messages": [number], "to": GROUP_ID}
        )
        self.assertEqual([message["text"] for message in body["messages"]], ["two"])
        await self.post("/sandbox/pin", json=wish)
        self.assertEqual((await self.result("getChat", chat_id=1))["pinned_message"]["text"], "two")
        await self.post("/sandbox/unpin", json=wish)
        self.assertNotIn("pinned_message", await self.result("getChat", chat_id=1))

    async def test_people_vote_and_close_their_polls(self) -> None:
        sent = await self.result("sendPoll", chat_id=1, question="?", options=["a", "b"])
        wish = {"person": 1, "chat": 1, "message": sent["message_id"]}
        _, body = await self.post("/sandbox/vote", json={**wish, "options": [1]})
        self.assertEqual(body["poll"]["options"][1]["voter_count"], 1)
        self.assertEqual((await self.post("/sandbox/stop_poll", json=wish))[0], 400)
        _, body = await self.send(poll={"question": "?", "options": ["a"]})
        own = {**wish, "message": body["messages"][0]["message_id"]}
        _, body = await self.post("/sandbox/stop_poll", json=own)
        self.assertTrue(body["poll"]["is_closed"])

    async def test_a_keyboard_is_seen_and_its_keys_are_pressed(self) -> None:
        none = {"message": None, "keyboard": None}
        self.assertEqual(await self.get("/sandbox/chats/1/keyboard?person=1"), (200, none))
        markup = {"keyboard": [["Yes"]]}
        sent = await self.result("sendMessage", chat_id=1, text="?", reply_markup=markup)
        _, shown = await self.get("/sandbox/chats/1/keyboard?person=1")
        self.assertEqual(shown, {"message": sent["message_id"], "keyboard": {"keyboard": [[{"text": "Yes"}]]}})
        _, body = await self.post("/sandbox/key", json={"person": 1, "chat": 1, "text": "Yes"})
        self.assertEqual(body["message"]["text"], "Yes")

    async def test_people_format_what_they_write_by_entities(self) -> None:
        bold, link = {"type": "bold", "offset": 3, "length": 4}, {"type": "text_link", "offset": 3, "length": 4}
        wish = {"person": 1, "chat": 1, "text": "😀 **a** b", "entities": [bold]}
        _, body = await self.post("/sandbox/say", json=wish)
        said = body["message"]
        self.assertEqual((said["text"], said["entities"]), (wish["text"], [bold]))
        changed = {**wish, "message": said["message_id"], "entities": [{**link, "url": "https://example.org/"}]}
        _, body = await self.post("/sandbox/edit", json=changed)
        self.assertEqual(body["message"]["entities"], [{**link, "url": "https://example.org/"}])
        _, body = await self.form(("a.png", "image/png"), caption="look", entities=json.dumps([{**bold, "offset": 0}]))
        self.assertEqual(body["messages"][0]["caption_entities"], [{**bold, "offset": 0}])
        for update in (await self.updates())[:2]:
            self.assertTrue(next(iter(value for name, value in update.items() if name != "update_id"))["entities"])

    async def test_formatting_that_is_none_is_refused(self) -> None:
        for entities, words in (
            ("x", 'The field "entities" is not valid JSON.'),
            ({}, 'The field "entities" must be a list.'),
            ([{"type": "loud", "offset": 0, "length": 1}], "cannot be read: Bad Request: can't parse MessageEntity"),
        ):
            with self.subTest(words):
                wish = {"person": 1, "chat": 1, "text": "x", "entities": entities}
                status, body = await self.post("/sandbox/say", json=wish)
                self.assertEqual(status, 400)
                self.assertIn(words, body["error"])
        self.assertEqual(self.world.messages(1), [])

    async def test_a_poll_replies_as_everything_does(self) -> None:
        said = self.world.say(1, 1, "x").message_id
        _, body = await self.send(poll={"question": "?", "options": ["a"]}, reply_to=said)
        self.assertEqual(body["messages"][0]["reply_to_message"]["message_id"], said)

    async def test_keys_that_ask_for_users_and_chats_are_answered(self) -> None:
        keys = [{"text": "Who", "request_users": {"request_id": 1}},
                {"text": "Where", "request_chat": {"request_id": 2, "chat_is_channel": False}}]  # fmt: skip
        await self.result("sendMessage", chat_id=1, text="?", reply_markup={"keyboard": [keys]})
        _, body = await self.post("/sandbox/key", json={"person": 1, "chat": 1, "text": "Who", "users": [2]})
        self.assertEqual(body["message"]["users_shared"]["users"], [{"user_id": 2}])
        _, body = await self.post(
            "/sandbox/key", json={"person": 1, "chat": 1, "text": "Where", "shared_chat": GROUP_ID}
        )
        self.assertEqual(body["message"]["chat_shared"]["chat_id"], GROUP_ID)
        updates = [update["message"] for update in await self.updates()]
        self.assertEqual([update.keys() & {"users_shared", "chat_shared"} for update in updates],
                         [{"users_shared"}, {"chat_shared"}])  # fmt: skip

    async def test_wrong_wishes_are_refused_with_one_sentence(self) -> None:
        cases: list[tuple[str, dict[str, Any], int, str]] = [
            ("send", {}, 400, "There is nothing to send: a file in a form, a location, contact, dice or poll."),
            ("send", {"location": 1}, 400, 'The field "location" must be an object.'),
            ("send", {"location": {}}, 400, 'The field "location" must have a latitude and a longitude.'),
            ("send", {"location": {"latitude": 91, "longitude": 0}}, 400,
             "A latitude is at most 90 and a longitude at most 180 degrees."),
            ("send", {"contact": {"first_name": "x"}}, 400, "A contact has a phone_number and a first_name."),
            ("send", {"dice": "x"}, 400, "There is no dice 'x'."),
            ("send", {"poll": {"question": "?", "options": []}}, 400,
             "A poll has a question and one to twelve options."),
            ("send", {"poll": {"question": "?", "options": [1]}}, 400,
             'The field "options" must be a list of strings.'),
            ("send", {"poll": {"question": "?", "options": ["a"], "correct": [1]}}, 400,
             "The options of this poll are 0 to 0."),
            ("send", {"chat": 99, "dice": ""}, 404, "There is no chat 99."),
            ("edit", {"message": 9, "text": "x"}, 404, "There is no message 9 in chat 1."),
            ("vote", {"message": 9, "options": 1}, 400, 'The field "options" must be a list of integers.'),
            ("key", {"text": "x"}, 400, "Alice sees no key 'x'."),
        ]  # fmt: skip
        for path, wish, status, sentence in cases:
            with self.subTest(sentence):
                answer = await self.post(f"/sandbox/{path}", json={"person": 1, "chat": 1, **wish})
                self.assertEqual(answer, (status, {"error": sentence}))
        status, body = await self.form(("a.png", "image/png"), kind="film")
        self.assertEqual((status, body["error"].startswith("The kind of a file must be one of")), (400, True))
        broken = {"Content-Type": "multipart/form-data"}
        self.assertEqual(await self.post("/sandbox/send", data=b"x", headers=broken),
                         (400, {"error": "The form cannot be read."}))  # fmt: skip
        self.assertEqual((await self.post("/sandbox/send", data=json.dumps([])))[0], 400)
