"""The bot itself, chats, members, commands, and what people do to a bot."""

from tests.unit.sandbox.conformance.stage import ALICE, BOB, Stage, scenario


@scenario
async def a_bot_and_its_chats_are_described(stage: Stage) -> None:
    await stage.call("getMe")
    channel, basic = stage.world.add_group("News", "channel").id, stage.world.add_group("Few", "group").id
    stage.world.set_forum(stage.group, on=True)
    for chat in (ALICE, stage.group, channel, basic):
        await stage.call("getChat", chat_id=chat)
        await stage.call("getChatMemberCount", chat_id=chat)
        await stage.call("getChatMember", chat_id=chat, user_id=ALICE)
        await stage.call("getChatMember", chat_id=chat, user_id=stage.bot.user_id)
    for chat in (stage.group, channel, basic):
        await stage.call("getChatAdministrators", chat_id=chat)
    await stage.call("sendChatAction", chat_id=ALICE, action="typing")
    await stage.call("leaveChat", chat_id=basic)


@scenario
async def a_bot_is_blocked_removed_and_taken_back(stage: Stage) -> None:
    world = stage.world
    world.block(ALICE)
    world.unblock(ALICE)
    world.kick(BOB, stage.group)
    world.add(BOB, stage.group)
    channel = world.add_group("News", "channel").id
    world.kick(BOB, channel)
    world.migrate(world.add_group("Few", "group").id)


@scenario
async def commands_are_set_read_and_removed(stage: Stage) -> None:
    scope = {"type": "chat", "chat_id": ALICE}
    commands = [{"command": "start", "description": "Begin"}]
    await stage.call("setMyCommands", commands=commands, scope=scope, language_code="ru")
    assert await stage.call("getMyCommands", scope=scope, language_code="ru") == commands
    await stage.call("deleteMyCommands", scope=scope, language_code="ru")
