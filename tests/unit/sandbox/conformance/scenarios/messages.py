"""Texts, replies, copies, reactions and topics."""

from tests.unit.sandbox.conformance.stage import ALICE, BOB, Stage, scenario

BUTTONS = {"inline_keyboard": [[{"text": "Yes", "callback_data": "yes"}, {"text": "Site", "url": "https://a.example"}]]}
RICH = '<b>bold</b> <a href="https://a.example">link</a> <pre><code class="language-python">x</code></pre> @alice /go'


@scenario
async def a_text_is_sent_changed_and_deleted(stage: Stage) -> None:
    sent = await stage.call("sendMessage", chat_id=ALICE, text=RICH, parse_mode="HTML", reply_markup=BUTTONS)
    place = {"chat_id": ALICE, "message_id": sent["message_id"]}
    await stage.call("editMessageText", **place, text="other")
    await stage.call("editMessageReplyMarkup", **place, reply_markup=BUTTONS)
    await stage.call("sendMessage", chat_id=ALICE, text="x", reply_parameters={"message_id": sent["message_id"]})
    await stage.call("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await stage.call("deleteMessage", **place)


@scenario
async def reactions_of_others_are_taken_away(stage: Stage) -> None:
    stage.world.promote(ALICE, stage.group, stage.bot, {"can_delete_messages"})
    post = stage.world.say(ALICE, stage.group, "hello")
    for method, place in (
        ("deleteMessageReaction", {"message_id": post.message_id}),
        ("deleteAllMessageReactions", {}),
    ):
        stage.world.give_reaction(BOB, stage.group, post.message_id, "👍")
        await stage.call(method, chat_id=stage.group, user_id=BOB, **place)


@scenario
async def people_write_and_answer(stage: Stage) -> None:
    post = stage.world.say(ALICE, stage.group, "hello https://a.example #tag")
    stage.world.say(BOB, stage.group, "/start@sandbox_bot", post.message_id)
    stage.world.say(BOB, BOB, "in private")


@scenario
async def messages_are_copied_and_forwarded(stage: Stage) -> None:
    post = stage.world.say(ALICE, ALICE, "hello")
    one = {"chat_id": stage.group, "from_chat_id": ALICE, "message_id": post.message_id}
    many = {"chat_id": stage.group, "from_chat_id": ALICE, "message_ids": [post.message_id]}
    await stage.call("copyMessage", **one)
    await stage.call("forwardMessage", **one)
    await stage.call("copyMessages", **many)
    await stage.call("forwardMessages", **many)


@scenario
async def a_post_of_a_channel_is_sent_and_forwarded(stage: Stage) -> None:
    channel = stage.world.add_group("News", "channel").id
    sent = await stage.call("sendMessage", chat_id=channel, text="x")
    await stage.call("forwardMessage", chat_id=ALICE, from_chat_id=channel, message_id=sent["message_id"])


@scenario
async def a_person_writes_in_a_channel(stage: Stage) -> None:
    channel = stage.world.add_group("News", "channel")
    post = stage.world.say(ALICE, channel.id, "hello")
    stage.world.rewrite(ALICE, channel.id, post.message_id, "good morning")


@scenario
async def a_forum_has_topics(stage: Stage) -> None:
    world, group = stage.world, stage.group
    world.set_forum(group, on=True)
    topic = await stage.call("createForumTopic", chat_id=group, name="News")
    place = {"chat_id": group, "message_thread_id": topic["message_thread_id"]}
    await stage.call("sendMessage", **place, text="in the topic")
    await stage.call("editForumTopic", **place, name="Old news")
    await stage.call("closeForumTopic", **place)
    await stage.call("reopenForumTopic", **place)
    await stage.call("deleteForumTopic", **place)
    chat, alice = world.group_chat(group), world.person(ALICE)
    opened = world.open_topic(chat, alice, "Hers")
    world.say(BOB, group, "in hers", topic=opened.id)
    world.edit_topic(chat, opened, alice, {"name": "Mine"})
    world.close_topic(chat, opened, alice)
    world.reopen_topic(chat, opened, alice)
