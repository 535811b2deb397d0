"""Members, links, requests to join, and what a group says of itself."""

from typing import Any

from sandbox.chats import Chat
from sandbox.standing import ALL_RIGHTS
from sandbox.stickers import SET_NAME
from tests.unit.sandbox.conformance.stage import ALICE, BOB, CHARLIE, Stage, scenario

MONTH = 2_592_000


def club(stage: Stage) -> Chat:
    """A group of Alice's with nobody else in it than the bot, which may do everything."""
    group = stage.world.add_group("Club", person_id=ALICE, members=[stage.bot])
    stage.world.promote(ALICE, group.id, stage.bot, ALL_RIGHTS)
    return group


@scenario
async def members_are_promoted_restricted_and_banned(stage: Stage) -> None:
    group = stage.group
    stage.world.promote(ALICE, group, stage.bot, ALL_RIGHTS)
    bob = {"chat_id": group, "user_id": BOB}
    await stage.call("promoteChatMember", **bob, can_pin_messages=True)
    await stage.call("setChatAdministratorCustomTitle", **bob, custom_title="Gardener")
    await stage.call("getChatAdministrators", chat_id=group)
    await stage.call("getChatMember", **bob)
    await stage.call("promoteChatMember", **bob)
    await stage.call("setChatMemberTag", **bob, tag="Guest")
    stage.world.say(BOB, group, "hello")
    await stage.call("getChatMember", **bob)
    await stage.call("restrictChatMember", **bob, permissions={"can_send_messages": False}, until_date=2_000_000_000)
    await stage.call("getChatMember", **bob)
    await stage.call("banChatMember", **bob)
    await stage.call("getChatMember", **bob)
    await stage.call("unbanChatMember", **bob)
    await stage.call("getUserChatBoosts", **bob)
    await stage.call("setChatPermissions", chat_id=group, permissions={"can_send_messages": True})
    channel = stage.world.add_group("News", "channel").id
    await stage.call("banChatSenderChat", chat_id=group, sender_chat_id=channel)
    await stage.call("unbanChatSenderChat", chat_id=group, sender_chat_id=channel)


@scenario
async def people_come_by_links_and_leave(stage: Stage) -> None:
    world, group = stage.world, club(stage)
    primary = await stage.call("exportChatInviteLink", chat_id=group.id)
    link = await stage.call("createChatInviteLink", chat_id=group.id, name="Flyer", member_limit=5)
    world.join(BOB, link=link["invite_link"])
    wish = {"chat_id": group.id, "invite_link": link["invite_link"]}
    await stage.call("editChatInviteLink", **wish, name="Poster")
    await stage.call("revokeChatInviteLink", **wish)
    await stage.call("revokeChatInviteLink", chat_id=group.id, invite_link=primary)
    world.leave(group, world.person(BOB))
    channel = world.add_group("News", "channel").id
    price: dict[str, Any] = {"subscription_period": MONTH, "subscription_price": 50}
    paid = await stage.call("createChatSubscriptionInviteLink", chat_id=channel, **price)
    await stage.call("editChatSubscriptionInviteLink", chat_id=channel, invite_link=paid["invite_link"], name="Fans")


@scenario
async def people_ask_to_join(stage: Stage) -> None:
    world, group = stage.world, club(stage)
    link = await stage.call("createChatInviteLink", chat_id=group.id, creates_join_request=True)
    for person in (BOB, CHARLIE):
        world.join(person, link=link["invite_link"])
    await stage.call("approveChatJoinRequest", chat_id=group.id, user_id=BOB)
    await stage.call("declineChatJoinRequest", chat_id=group.id, user_id=CHARLIE)


@scenario
async def a_bot_decides_who_may_join(stage: Stage) -> None:
    world, group = stage.world, club(stage)
    stage.bot.profile.abilities["supports_join_request_queries"] = True
    world.set_guard(ALICE, group.id, stage.bot)
    await stage.call("getChat", chat_id=group.id)
    link = await stage.call("createChatInviteLink", chat_id=group.id, creates_join_request=True)
    for person, result in ((BOB, "approve"), (CHARLIE, "queue")):
        world.join(person, link=link["invite_link"])
        asked = {"chat_join_request_query_id": list(world.join_queries)[-1]}
        await stage.call("sendChatJoinRequestWebApp", **asked, web_app_url="https://a.example")
        await stage.call("answerChatJoinRequestQuery", **asked, result=result)


@scenario
async def a_group_changes_what_it_says_of_itself(stage: Stage) -> None:
    group = stage.group
    stage.world.promote(ALICE, group, stage.bot, ALL_RIGHTS)
    await stage.call("setChatTitle", chat_id=group, title="Friends")
    await stage.call("setChatDescription", chat_id=group, description="Of the house")
    await stage.call("setChatPhoto", chat_id=group, photo=b"picture")
    await stage.call("setChatStickerSet", chat_id=group, sticker_set_name=SET_NAME)
    await stage.call("getChat", chat_id=group)
    await stage.call("deleteChatStickerSet", chat_id=group)
    await stage.call("deleteChatPhoto", chat_id=group)


@scenario
async def a_forum_has_its_general_topic(stage: Stage) -> None:
    stage.world.set_forum(stage.group, on=True)
    await stage.call("editGeneralForumTopic", chat_id=stage.group, name="Hall")
    for deed in ("close", "reopen", "hide", "unhide"):
        await stage.call(f"{deed}GeneralForumTopic", chat_id=stage.group)
    await stage.call("getForumTopicIconStickers")
    topic = await stage.call("createForumTopic", chat_id=stage.group, name="News")
    place = {"chat_id": stage.group, "message_thread_id": topic["message_thread_id"]}
    await stage.call("unpinAllForumTopicMessages", **place)
    await stage.call("unpinAllGeneralForumTopicMessages", chat_id=stage.group)
