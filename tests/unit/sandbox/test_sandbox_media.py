"""Files: sent in every way there is, sent again, downloaded, and forgotten when they become too many."""

import io
import json
import shutil
from typing import Any

import telegram
from telegram.error import BadRequest

from sandbox.files import BLOCK, FileStore, Upload
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

PICTURE = b"\x89PNG picture"


class Sending(ServerCase):
    async def content(self, file_id: str) -> bytes:
        return bytes(await (await self.bot.get_file(file_id)).download_as_bytearray())

    async def test_every_kind_of_file_is_sent_and_comes_back(self) -> None:
        send: dict[str, Any] = {
            "photo": self.bot.send_photo,
            "video": self.bot.send_video,
            "audio": self.bot.send_audio,
            "voice": self.bot.send_voice,
            "animation": self.bot.send_animation,
            "document": self.bot.send_document,
        }
        for kind, method in send.items():
            with self.subTest(kind):
                message = await method(1, PICTURE, caption="<b>Look</b>", parse_mode="HTML", filename="a.bin")
                sent = getattr(message, kind)
                file = sent[-1] if kind == "photo" else sent
                self.assertEqual(await self.content(file.file_id), PICTURE)
                self.assertEqual((message.caption, message.caption_entities[0].type), ("Look", "bold"))
                self.assertEqual((message.text, file.file_size), (None, len(PICTURE)))
                self.assertEqual(getattr(file, "file_name", "a.bin"), "a.bin")

    async def test_a_file_id_sends_the_same_file_again_and_only_for_its_bot(self) -> None:
        first = await self.bot.send_document(1, PICTURE, filename="a.png")
        assert first.document
        again = await self.bot.send_document(2, first.document.file_id)
        assert again.document
        self.assertEqual(again.document, first.document)
        other = await self.error("sendDocument", "77:x", chat_id=1, document=first.document.file_id)
        self.assertEqual(other, (400, "Bad Request: wrong file_id or the file is temporarily unavailable"))

    async def test_an_address_becomes_a_stub(self) -> None:
        message = await self.bot.send_document(1, "https://example.com/files/report.pdf?x=1")
        assert message.document
        self.assertEqual(
            (message.document.file_name, await self.content(message.document.file_id)), ("report.pdf", b"")
        )

    async def test_an_album_is_one_group_of_messages_with_attached_and_known_files(self) -> None:
        known = await self.bot.send_photo(1, PICTURE)
        album: list[telegram.InputMediaPhoto | telegram.InputMediaVideo] = [
            telegram.InputMediaPhoto(b"one", caption="<i>first</i>", parse_mode="HTML"),
            telegram.InputMediaVideo(b"two", duration=7),
            telegram.InputMediaPhoto(known.photo[-1].file_id),
        ]
        messages = await self.bot.send_media_group(1, album)
        self.assertEqual(len({message.media_group_id for message in messages}), 1)
        self.assertEqual((messages[0].caption, messages[1].caption), ("first", None))
        self.assertEqual(messages[1].video.duration.total_seconds() if messages[1].video else 0, 7)  # type: ignore[union-attr]
        self.assertEqual(await self.content(messages[0].photo[-1].file_id), b"one")
        self.assertEqual(messages[2].photo, known.photo)

    async def test_a_caption_is_edited_and_a_text_is_not_a_caption(self) -> None:
        photo = await self.bot.send_photo(1, PICTURE, caption="one")
        edited = await photo.edit_caption("two")
        self.assertEqual(edited.caption if isinstance(edited, telegram.Message) else "", "two")
        with self.assertRaisesRegex(BadRequest, "^Message is not modified"):
            await photo.edit_caption("two")
        with self.assertRaisesRegex(BadRequest, "^There is no text in the message to edit$"):
            await photo.edit_text("x")
        text = await self.bot.send_message(1, "x")
        with self.assertRaisesRegex(BadRequest, "^There is no caption in the message to edit$"):
            await text.edit_caption("x")
        await photo.edit_caption(None)
        self.assertEqual(self.world.messages(1)[0].text, "")

    async def test_a_download_is_only_for_the_bot_that_knows_the_file_and_is_never_a_page(self) -> None:
        message = await self.bot.send_document(1, b"<script>alert(1)</script>", filename="a.html")
        assert message.document
        path = (await self.result("getFile", file_id=message.document.file_id))["file_path"]
        async with self.http.get(f"/file/bot1:sandbox/{path}") as response:
            self.assertEqual((response.status, response.content_type), (200, "application/octet-stream"))
        for wrong in (f"/file/bot2:x/{path}", "/file/bot1:sandbox/documents/file_9.html", "/file/bot/x",
                      "/file/bot1:sandbox/../../server.py"):  # fmt: skip
            async with self.http.get(wrong) as response:
                self.assertEqual(response.status, 404)


class Replaced(ServerCase):
    """editMessageMedia."""

    async def test_a_file_takes_the_place_of_another_with_caption_and_buttons(self) -> None:
        button = telegram.InlineKeyboardMarkup([[telegram.InlineKeyboardButton("more", callback_data="more")]])
        sent = await self.bot.send_photo(1, PICTURE, caption="one", reply_markup=button)
        other = telegram.InputMediaPhoto(b"other", caption="<b>two</b>", parse_mode="HTML")
        edited = await sent.edit_media(other, reply_markup=button)
        assert isinstance(edited, telegram.Message)
        self.assertEqual((edited.message_id, edited.caption, edited.reply_markup), (sent.message_id, "two", button))
        self.assertEqual(bytes(await (await edited.photo[-1].get_file()).download_as_bytearray()), b"other")
        self.assertTrue(edited.edit_date)
        bare = await sent.edit_media(telegram.InputMediaDocument(edited.photo[-1].file_id))
        assert isinstance(bare, telegram.Message)
        self.assertEqual((bare.caption, bare.reply_markup, bare.photo, bool(bare.document)), (None, None, (), True))

    async def test_a_text_gets_a_file_and_a_voice_does_not(self) -> None:
        text = await self.bot.send_message(1, "x")
        edited = await text.edit_media(telegram.InputMediaPhoto(PICTURE))
        self.assertEqual(edited.text if isinstance(edited, telegram.Message) else "?", None)
        voice = await self.bot.send_voice(1, b"sound")
        with self.assertRaisesRegex(BadRequest, "^There is no media in the message to edit$"):
            await voice.edit_media(telegram.InputMediaPhoto(PICTURE))

    async def test_the_same_again_is_no_change(self) -> None:
        sent = await self.bot.send_photo(1, PICTURE, caption="one")
        with self.assertRaisesRegex(BadRequest, "^Message is not modified"):
            await sent.edit_media(telegram.InputMediaPhoto(sent.photo[-1].file_id, caption="one"))

    async def test_an_album_stays_one(self) -> None:
        photos = await self.bot.send_media_group(1, [telegram.InputMediaPhoto(b"a"), telegram.InputMediaPhoto(b"b")])
        await photos[0].edit_media(telegram.InputMediaVideo(b"film"))
        with self.assertRaisesRegex(BadRequest, "^Message content type can't be used in an album$"):
            await photos[1].edit_media(telegram.InputMediaAnimation(b"film"))
        with self.assertRaisesRegex(BadRequest, "^Can't change media type in the album$"):
            await photos[1].edit_media(telegram.InputMediaDocument(b"text"))

    async def test_what_is_no_media_is_said_so_before_the_message_is_looked_for(self) -> None:
        wrong: dict[str, str] = {
            "{": "can't parse input media JSON object",
            "[]": "can't parse InputMedia: expected an Object",
            "{}": "can't parse InputMedia: Can't find field \"type\"",
            '{"type": "voice", "media": "x"}': 'can\'t parse InputMedia: type "voice" is not supported',
            '{"type": "photo"}': "can't parse InputMedia: media not found",
            '{"type": "photo", "media": "attach://none"}': "can't parse InputMedia: media not found",
            '{"type": "photo", "media": "unknown"}': "invalid file_id",
        }
        for media, words in wrong.items():
            with self.subTest(media):
                self.assertEqual(
                    await self.error("editMessageMedia", chat_id=1, message_id=9, media=media),
                    (400, f"Bad Request: {words}"),
                )
        sent = await self.bot.send_photo(1, PICTURE)
        good = json.dumps({"type": "photo", "media": sent.photo[-1].file_id})
        self.assertEqual(
            await self.error("editMessageMedia", chat_id=1, message_id=999, media=good),
            (400, "Bad Request: message to edit not found"),
        )


class Shown(ServerCase):
    async def test_the_page_gets_pictures_as_pictures_and_anything_else_as_bytes(self) -> None:
        seen = []
        for name in ("a.png", "a.svg", "a.html"):
            message = await self.bot.send_document(1, PICTURE, filename=name)
            assert message.document
            async with self.http.get(f"/sandbox/files/{message.document.file_id}") as response:
                policy = response.headers["Content-Security-Policy"]
                seen.append((response.status, response.content_type, await response.read() == PICTURE))
                self.assertTrue(policy.startswith("default-src 'none'"), policy)
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
        other = (200, "application/octet-stream", True)
        self.assertEqual(seen, [(200, "image/png", True), other, other])
        self.assertEqual((await self.get("/sandbox/files/x"))[0], 404)


class Wrong(WorldCase):
    async def test_files_that_are_none_are_refused(self) -> None:
        cases: list[tuple[dict[str, Any], str]] = [
            ({}, "there is no photo in the request"),
            ({"photo": "AgADBAAD"}, "invalid file_id"),
            ({"photo": "https://"}, "wrong HTTP URL specified"),
            ({"photo": "ftp://example.com/a.png"}, "wrong HTTP URL specified"),
            ({"photo": "attach://nowhere"}, "can't find the file attach://nowhere in the request"),
            ({"photo": b""}, "file must be non-empty"),
            ({"photo": b"x", "caption": "x" * 1025}, "message caption is too long"),
            ({"photo": b"x", "caption": "<b>"  , "parse_mode": "HTML"},
             'can\'t parse entities: Can\'t find end tag corresponding to start tag "b"'),
        ]  # fmt: skip
        for parameters, words in cases:
            with self.subTest(words):
                self.assertEqual(await self.error("sendPhoto", chat_id=1, **parameters), (400, f"Bad Request: {words}"))
        self.assertEqual((await self.error("sendPhoto", chat_id=99, photo=b"x"))[1], "Bad Request: chat not found")
        self.assertEqual(self.world.messages(1), [])

    async def test_wrong_albums_are_refused_whole(self) -> None:
        photo = {"type": "photo", "media": "https://example.com/a.jpg"}
        for album in ("{", [], [photo], [photo] * 11, [photo, 1], [photo, {"type": "voice", "media": "x"}],
                      [photo, {"type": "document", "media": "https://example.com/a"}],
                      [photo, {"type": "photo", "media": "unknown"}], {"a": 1}, None):  # fmt: skip
            with self.subTest(album):
                self.assertEqual((await self.error("sendMediaGroup", chat_id=1, media=album))[0], 400)
        self.assertEqual(self.world.messages(1), [])

    async def test_what_is_too_big_to_be_uploaded_is_not_kept(self) -> None:
        words = "Bad Request: file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes"
        for kind, size, error in (
            ("document", 50 * 2**20 + 1, (413, "Request Entity Too Large")),
            ("photo", 10 * 2**20 + 1, (400, words)),
        ):
            with self.subTest(kind):
                given: dict[str, Any] = {kind: Upload("a", "x/y", io.BytesIO(bytes(size)))}
                self.assertEqual(await self.error(f"send{kind}", chat_id=1, **given), error)
                self.assertEqual(self.world.files._known, {})
                given[kind] = Upload("a", "x/y", io.BytesIO(bytes(size - 1)))
                await self.result(f"send{kind.capitalize()}", chat_id=1, **given)
                self.world.files = FileStore()

    async def test_what_get_file_refuses(self) -> None:
        self.assertEqual(await self.error("getFile"), (400, "Bad Request: file_id not specified"))
        self.assertEqual(await self.error("getFile", file_id="x"), (400, "Bad Request: invalid file_id"))
        big = self.world.files.keep(1, "documents", Upload("a", "text/plain", io.BytesIO(bytes(20 * 2**20 + 1))))
        self.assertEqual(await self.error("getFile", file_id=big.file_id), (400, "Bad Request: file is too big"))


class Kept(WorldCase):
    async def test_the_oldest_files_go_when_there_are_too_many_bytes(self) -> None:
        store = self.world.files = FileStore(kept_bytes=2 * BLOCK)
        sent = [
            (await self.result("sendDocument", chat_id=1, document=bytes([number]) * 10))["document"]["file_id"]
            for number in range(3)
        ]
        on_disk = [path.name for path in store._place().iterdir()]
        self.assertEqual(sorted(on_disk), ["2", "3"])
        gone = (400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        self.assertEqual(await self.error("getFile", file_id=sent[0]), gone)
        self.assertEqual(await self.error("sendDocument", chat_id=1, document=sent[0]), gone)
        self.assertEqual((await self.result("getFile", file_id=sent[1]))["file_size"], 10)

    async def test_empty_files_that_stand_for_addresses_go_too(self) -> None:
        store = self.world.files = FileStore(kept_bytes=2 * BLOCK)
        for _ in range(5):
            await self.result("sendPhoto", chat_id=1, photo="https://example.org/a.jpg")
        self.assertEqual(len(list(store._place().iterdir())), 2)

    async def test_a_directory_that_somebody_cleared_away_is_made_again(self) -> None:
        await self.result("sendDocument", chat_id=1, document=b"x")
        shutil.rmtree(self.world.files._place())
        self.assertEqual([content for _, content in self.world.files.newest(100)], [None])
        sent = await self.result("sendDocument", chat_id=1, document=b"xy")
        self.assertEqual((await self.result("getFile", file_id=sent["document"]["file_id"]))["file_size"], 2)

    async def test_the_directory_goes_with_the_world(self) -> None:
        await self.result("sendDocument", chat_id=1, document=b"x")
        place = self.world.files._place()
        self.assertTrue(place.is_dir())
        self.world.files = FileStore()
        self.assertFalse(place.exists())


class Copies(ServerCase):
    async def test_a_copy_has_no_origin_and_a_forwarded_message_has(self) -> None:
        photo = await self.bot.send_photo(1, PICTURE, caption="one")
        copied = await self.bot.copy_message(2, 1, photo.message_id, caption="two")
        forwarded = await self.bot.forward_message(GROUP_ID, 1, photo.message_id)
        (copy,) = self.world.messages(2)
        self.assertEqual(
            (copy.message_id, copy.text, copy.media and copy.media.kind), (copied.message_id, "two", "photo")
        )
        self.assertEqual((forwarded.caption, forwarded.photo), ("one", photo.photo))
        self.assertIsInstance(forwarded.forward_origin, telegram.MessageOriginUser)
        self.assertNotIn("forward_origin", copy.to_json())

    async def test_a_forwarded_message_keeps_its_first_origin(self) -> None:
        said = self.world.say(1, 1, "hi")
        once = await self.bot.forward_message(2, 1, said.message_id)
        twice = await self.bot.forward_message(3, 2, once.message_id)
        origin = twice.forward_origin
        self.assertEqual(origin.sender_user.id if isinstance(origin, telegram.MessageOriginUser) else 0, 1)

    async def test_many_are_copied_at_once_and_those_that_are_gone_are_skipped(self) -> None:
        sent = [(await self.bot.send_message(1, text)).message_id for text in "abc"]
        await self.bot.delete_message(1, sent[1])
        copied = await self.bot.copy_messages(2, 1, sent)
        forwarded = await self.bot.forward_messages(3, 1, sent)
        self.assertEqual([post.text for post in self.world.messages(2)], ["a", "c"])
        self.assertEqual((len(copied), len(forwarded)), (2, 2))

    async def test_what_is_not_there_cannot_be_copied(self) -> None:
        wanted: dict[str, Any] = {"chat_id": 1, "from_chat_id": 2, "message_id": 9}
        for method, words in (
            ("copyMessage", "message to copy not found"),
            ("forwardMessage", "message to forward not found"),
        ):
            self.assertEqual(await self.error(method, **wanted), (400, f"Bad Request: {words}"))
        self.assertEqual((await self.error("copyMessage", **{**wanted, "from_chat_id": 99}))[0], 400)
        for numbers in ([], list(range(1, 102)), ["1"], "x", [9]):
            with self.subTest(numbers):
                body: dict[str, Any] = {"chat_id": 1, "from_chat_id": 2, "message_ids": numbers}
                self.assertEqual((await self.error("copyMessages", **body))[0], 400)
