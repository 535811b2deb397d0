"""What a bot says of itself, the stickers there are, and how it takes its leave."""

from typing import Any

from sandbox.stickers import CUSTOM_EMOJI, SET_NAME
from tests.unit.sandbox.conformance.stage import ALICE, Stage, scenario

SHOP = {"type": "web_app", "text": "Shop", "web_app": {"url": "https://shop.example"}}


@scenario
async def a_bot_introduces_itself(stage: Stage) -> None:
    for words, parameter in (
        ("Name", "name"),
        ("Description", "description"),
        ("ShortDescription", "short_description"),
    ):
        given: dict[str, Any] = {parameter: "Words", "language_code": "ru"}
        await stage.call(f"setMy{words}", **given)
        await stage.call(f"getMy{words}", language_code="ru")
    await stage.call("setChatMenuButton", chat_id=ALICE, menu_button=SHOP)
    await stage.call("getChatMenuButton", chat_id=ALICE)
    await stage.call("getChatMenuButton")
    await stage.call("setMyDefaultAdministratorRights", rights={"can_pin_messages": True})
    await stage.call("getMyDefaultAdministratorRights")
    await stage.call("getUserProfilePhotos", user_id=ALICE)


@scenario
async def stickers_are_read(stage: Stage) -> None:
    await stage.call("getStickerSet", name=SET_NAME)
    await stage.call("getCustomEmojiStickers", custom_emoji_ids=list(CUSTOM_EMOJI)[:2])


@scenario
async def a_server_is_left(stage: Stage) -> None:
    stage.clock.advance(600)  # before, the server refuses it
    await stage.call("close")


@scenario
async def a_bot_logs_out(stage: Stage) -> None:
    await stage.call("logOut")


@scenario
async def a_bot_shows_its_face(stage: Stage) -> None:
    await stage.call("setMyProfilePhoto", photo={"type": "static", "photo": "attach://face"}, face=b"picture")
    await stage.call("getUserProfilePhotos", user_id=stage.bot.user_id)
    await stage.call("removeMyProfilePhoto")
    await stage.call("getUserProfileAudios", user_id=ALICE)
