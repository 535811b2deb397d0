"""What is neither text nor file: locations, venues, contacts, dice; drafts, and photos of people."""

from typing import Any

import telegram

from sandbox.dice import FACES, thrown
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase

BERLIN: dict[str, Any] = {"latitude": 52.52, "longitude": "13.405"}


class Places(WorldCase):
    async def refused(self, method: str, words: str, **parameters: Any) -> None:
        with self.subTest(words, method=method):
            self.assertEqual(await self.error(method, chat_id=1, **parameters), (400, f"Bad Request: {words}"))

    async def test_a_location_is_where_it_is(self) -> None:
        sent = await self.result("sendLocation", chat_id=1, **BERLIN, horizontal_accuracy=9999)
        self.assertEqual(sent["location"], {"latitude": 52.52, "longitude": 13.405, "horizontal_accuracy": 1500.0})
        odd = await self.result("sendLocation", chat_id=1, latitude=" 1e1x", longitude="north")
        self.assertEqual(odd["location"], {"latitude": 10.0, "longitude": 0.0})

    async def test_wrong_places_are_refused(self) -> None:
        await self.refused("sendLocation", "latitude is empty", longitude=1)
        await self.refused("sendLocation", "longitude is empty", latitude=1, longitude=" ")
        await self.refused("sendLocation", "wrong location specified", latitude=91, longitude=1)
        await self.refused("sendLocation", "wrong location specified", latitude="1e999", longitude=1)
        await self.refused("sendVenue", "wrong venue location specified", latitude=1, longitude=-181)
        for name, value, what in (("live_period", 59, "period"), ("live_period", 86_401, "period")):
            await self.refused("sendLocation", f"wrong live location {what} specified", **BERLIN, **{name: value})
        live = {**BERLIN, "live_period": 60}
        await self.refused("sendLocation", "wrong live location heading specified", **live, heading=361)
        words = "wrong live location proximity alert radius specified"
        await self.refused("sendLocation", words, **live, proximity_alert_radius=100_001)

    async def test_a_live_location_moves_until_it_stops(self) -> None:
        sent = await self.result("sendLocation", chat_id=1, **BERLIN, live_period=60, heading=90)
        self.assertEqual((sent["location"]["live_period"], sent["location"]["heading"]), (60, 90))
        edit: dict[str, Any] = {"chat_id": 1, "message_id": sent["message_id"]}
        same: dict[str, Any] = {**edit, **BERLIN, "heading": 90}
        status, words = await self.error("editMessageLiveLocation", **same)
        self.assertTrue(words.startswith("Bad Request: message is not modified"), words)
        moved = await self.result("editMessageLiveLocation", **edit, latitude=1, longitude=2)
        self.assertEqual(moved["location"], {"latitude": 1.0, "longitude": 2.0, "live_period": 60})
        self.assertTrue(moved["edit_date"])
        longer = await self.result("editMessageLiveLocation", **edit, latitude=1, longitude=2, live_period=120)
        self.assertEqual(longer["location"]["live_period"], 120)
        stopped = await self.result("stopMessageLiveLocation", **edit)
        self.assertEqual(stopped["location"], {"latitude": 1.0, "longitude": 2.0})
        for method in ("stopMessageLiveLocation", "editMessageLiveLocation"):
            error = await self.error(method, **edit, latitude=1, longitude=2)
            self.assertEqual(error, (400, "Bad Request: there is no live location in the message to edit"))
        self.assertEqual(status, 400)

    async def test_a_live_location_ends_by_itself_unless_it_is_for_ever(self) -> None:
        for period, over in ((60, True), (0x7FFFFFFF, False)):
            sent = await self.result("sendLocation", chat_id=1, **BERLIN, live_period=period)
            self.clock.advance(60)
            edit: dict[str, Any] = {"chat_id": 1, "message_id": sent["message_id"], "latitude": 1, "longitude": 2}
            if over:
                error = await self.error("editMessageLiveLocation", **edit)
                self.assertEqual(error, (400, "Bad Request: message can't be edited"))
            else:
                await self.result("editMessageLiveLocation", **edit)

    async def test_a_venue_has_one_provider(self) -> None:
        venue = {**BERLIN, "title": "Café", "address": "Street 1", "google_place_id": "g", "foursquare_id": "f"}
        sent = await self.result("sendVenue", chat_id=1, **venue)
        self.assertEqual(sent["venue"], {
            "location": {"latitude": 52.52, "longitude": 13.405}, "title": "Café", "address": "Street 1",
            "foursquare_id": "f",
        })  # fmt: skip
        self.assertEqual(sent["location"], sent["venue"]["location"])


class Things(ServerCase):
    async def test_a_contact_has_a_number_and_a_name(self) -> None:
        sent = await self.bot.send_contact(1, "+49 30 1", "Dora", last_name="D")
        assert sent.contact
        self.assertEqual((sent.contact.phone_number, sent.contact.last_name, sent.contact.vcard),
                         ("+49 30 1", "D", None))  # fmt: skip
        for given, words in (
            ({"first_name": "A"}, 'parameter "phone_number" is required'),
            ({"phone_number": "1"}, 'parameter "first_name" is required'),
            ({"phone_number": "1", "first_name": "A", "vcard": "x" * 2049}, "vcard is too long"),
        ):
            with self.subTest(words):
                self.assertEqual(await self.error("sendContact", chat_id=1, **given), (400, f"Bad Request: {words}"))

    async def test_every_dice_shows_one_of_its_faces(self) -> None:
        for emoji, faces in {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "⚽️": 5, "🎰": 64}.items():
            sent = await self.bot.send_dice(1, emoji=emoji)
            assert sent.dice
            self.assertEqual(sent.dice.emoji, emoji[0])
            self.assertIn(sent.dice.value, range(1, faces + 1))
        sent = await self.bot.send_dice(1)
        self.assertEqual(sent.dice.emoji if sent.dice else "", "🎲")
        self.assertEqual(await self.error("sendDice", chat_id=1, emoji="x"), (400, "Bad Request: EMOTICON_INVALID"))

    async def test_each_face_comes_up(self) -> None:
        for emoji, faces in FACES.items():
            seen = {(thrown(emoji) or {})["value"] for _ in range(faces * 60)}
            self.assertEqual((min(seen), max(seen), len(seen)), (1, faces, faces))

    async def test_places_and_things_are_copied_and_forwarded(self) -> None:
        said = await self.bot.send_location(1, 1.5, 2.5)
        copied = await self.bot.copy_message(2, 1, said.message_id)
        forwarded = await self.bot.forward_message(2, 1, said.message_id)
        self.assertEqual(forwarded.location, said.location)
        self.assertEqual(self.world.messages(2)[0].message_id, copied.message_id)
        self.assertEqual(self.world.messages(2)[0].to_json()["location"], {"latitude": 1.5, "longitude": 2.5})
        with self.assertRaisesRegex(telegram.error.BadRequest, "^There is no text in the message to edit$"):
            await said.edit_text("x")


class Drafts(WorldCase):
    async def test_a_draft_is_seen_and_not_kept(self) -> None:
        events: list[dict[str, Any]] = []
        self.world.watch(events.append)
        for text in ("*Hel*", ""):
            draft: dict[str, Any] = {"chat_id": 1, "draft_id": 7, "text": text, "parse_mode": "Markdown"}
            self.assertTrue(await self.result("sendMessageDraft", **draft))
        shown = [(event["chat"], event["draft"], event["text"], len(event["entities"]))
                 for event in events if event["type"] == "draft"]  # fmt: skip
        self.assertEqual(shown, [(1, 7, "Hel", 1), (1, 7, "", 0)])
        self.assertEqual(self.world.messages(1), [])

    async def test_it_needs_a_number_a_person_and_a_text_that_is_not_too_long(self) -> None:
        for given, words in (
            ({"chat_id": 1}, "RANDOM_ID_INVALID"),
            ({"chat_id": GROUP_ID, "draft_id": 1}, "PEER_ID_INVALID"),
            ({"chat_id": 1, "draft_id": 1, "text": "x" * 4097}, "message is too long"),
            ({"chat_id": 99, "draft_id": 1}, "chat not found"),
        ):
            with self.subTest(words):
                self.assertEqual(await self.error("sendMessageDraft", **given), (400, f"Bad Request: {words}"))


class Photos(WorldCase):
    async def test_nobody_has_one(self) -> None:
        for user_id in (1, self.world.bot().user_id):
            await self.call("getMe")
            found = await self.result("getUserProfilePhotos", user_id=user_id)
            self.assertEqual(found, {"total_count": 0, "photos": []})
        self.assertEqual((await self.error("getUserProfilePhotos"))[1], "Bad Request: invalid user_id specified")
        self.assertEqual((await self.error("getUserProfilePhotos", user_id=99))[1], "Bad Request: user not found")
