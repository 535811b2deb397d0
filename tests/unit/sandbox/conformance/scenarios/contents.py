"""Messages that are no texts: places, contacts, dice, stickers, paid media, drafts; and what is pinned."""

from sandbox.standing import ALL_RIGHTS
from tests.unit.sandbox.conformance.stage import ALICE, BOB, Stage, scenario

HERE = {"latitude": 52.5, "longitude": 13.4}


@scenario
async def places_are_sent_and_followed(stage: Stage) -> None:
    await stage.call("sendLocation", chat_id=ALICE, **HERE)
    await stage.call("sendVenue", chat_id=ALICE, **HERE, title="Hall", address="Main street")
    live = await stage.call("sendLocation", chat_id=ALICE, **HERE, live_period=600)
    place = {"chat_id": ALICE, "message_id": live["message_id"]}
    await stage.call("editMessageLiveLocation", **place, latitude=52.6, longitude=13.4)
    await stage.call("stopMessageLiveLocation", **place)


@scenario
async def other_contents_are_sent(stage: Stage) -> None:
    await stage.call("sendContact", chat_id=ALICE, phone_number="+49", first_name="Bob")
    for emoji in ("🎲", "🎰"):
        await stage.call("sendDice", chat_id=ALICE, emoji=emoji)
    await stage.call("sendSticker", chat_id=ALICE, sticker=b"x")
    await stage.call("sendVideoNote", chat_id=ALICE, video_note=b"x")
    parts = [{"type": "photo", "media": "https://a.example/a.jpg"}, {"type": "video", "media": "attach://film"}]
    await stage.call("sendPaidMedia", chat_id=ALICE, star_count=5, media=parts, film=b"x")
    await stage.call("sendMessageDraft", chat_id=ALICE, draft_id=7, text="Hel", can_stop=True)
    stage.world.stop_draft(ALICE)


@scenario
async def messages_are_pinned_and_many_deleted(stage: Stage) -> None:
    stage.world.promote(ALICE, stage.group, stage.bot, ALL_RIGHTS)
    for chat in (ALICE, stage.group):
        sent = await stage.call("sendMessage", chat_id=chat, text="x", disable_notification=True, protect_content=True)
        await stage.call("pinChatMessage", chat_id=chat, message_id=sent["message_id"])
        await stage.call("getChat", chat_id=chat)
        await stage.call("unpinChatMessage", chat_id=chat, message_id=sent["message_id"])
        await stage.call("unpinAllChatMessages", chat_id=chat)
        await stage.call("deleteMessages", chat_id=chat, message_ids=[sent["message_id"]])


@scenario
async def polls_are_voted_in_and_closed(stage: Stage) -> None:
    for more in ({"is_anonymous": False}, {"type": "quiz", "correct_option_ids": [0], "explanation": "<b>so</b>"}):
        options = [{"text": "Tea"}, {"text": "Coffee"}]
        sent = await stage.call("sendPoll", chat_id=stage.group, question="Which?", options=options, **more)
        stage.world.vote(ALICE, stage.group, sent["message_id"], [0])
        await stage.call("stopPoll", chat_id=stage.group, message_id=sent["message_id"])


@scenario
async def polls_show_files_places_and_links(stage: Stage) -> None:
    shown = [
        {"type": "photo", "media": "attach://a"},
        {"type": "live_photo", "media": "attach://b", "photo": "attach://a"},
        {"type": "sticker", "media": "attach://a"},
        {"type": "link", "url": "https://a.example"},
        {"type": "location", **HERE},
        {"type": "venue", **HERE, "title": "Hall", "address": "Main street"},
    ]
    options = [{"text": str(number), "media": media} for number, media in enumerate(shown)]
    quiz = {"type": "quiz", "correct_option_ids": [0], "explanation": "so"}
    more = {
        "media": {"type": "animation", "media": "attach://b"},
        "explanation_media": {"type": "audio", "media": "attach://b"},
    }
    await stage.call("sendPoll", chat_id=ALICE, question="?", options=options, **quiz, **more, a=b"1", b=b"2")


@scenario
async def people_send_anything_and_change_it(stage: Stage) -> None:
    world = stage.world
    stage.world.promote(ALICE, stage.group, stage.bot, ALL_RIGHTS)
    post = world.say(ALICE, stage.group, "hello")
    world.rewrite(ALICE, stage.group, post.message_id, "good morning")
    world.give_reaction(BOB, stage.group, post.message_id, "👍")
    world.forward(ALICE, stage.group, [post.message_id], ALICE)
    world.ask(ALICE, ALICE, "Tea?", ["Yes", "No"])
    channel = world.add_group("News", "channel").id
    told = await stage.call("sendMessage", chat_id=channel, text="news")
    world.give_reaction(BOB, channel, told["message_id"], "👍")
