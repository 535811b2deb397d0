"""Files: sent, grouped, changed and fetched."""

from tests.unit.sandbox.conformance.stage import ALICE, Stage, scenario

SINGLE = ("Photo", "Video", "Animation", "Audio", "Voice", "Document")


@scenario
async def every_kind_of_file_is_sent(stage: Stage) -> None:
    for kind in SINGLE:
        given = {kind.lower(): b"content", "caption": "<b>x</b>", "parse_mode": "HTML"}
        await stage.call(f"send{kind}", chat_id=ALICE, **given)


@scenario
async def a_live_photo_is_sent_and_copied(stage: Stage) -> None:
    sent = await stage.call("sendLivePhoto", chat_id=ALICE, live_photo=b"film", photo=b"picture", caption="x")
    await stage.call("forwardMessage", chat_id=ALICE, from_chat_id=ALICE, message_id=sent["message_id"])
    part = {"type": "live_photo", "media": sent["live_photo"]["file_id"], "photo": sent["photo"][0]["file_id"]}
    await stage.call("sendMediaGroup", chat_id=ALICE, media=[part, part])


@scenario
async def an_album_is_sent_and_copied(stage: Stage) -> None:
    media = [{"type": "photo", "media": "attach://a", "caption": "first"}, {"type": "video", "media": "attach://b"}]
    await stage.call("sendMediaGroup", chat_id=ALICE, media=media, a=b"1", b=b"2")


@scenario
async def a_file_is_fetched_and_a_message_gets_another(stage: Stage) -> None:
    sent = await stage.call("sendDocument", chat_id=ALICE, document=b"content")
    await stage.call("getFile", file_id=sent["document"]["file_id"])
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}
    await stage.call("editMessageCaption", **place, caption="other")
    await stage.call("editMessageMedia", **place, media={"type": "photo", "media": "https://a.example/a.jpg"})
