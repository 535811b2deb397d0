"""Methods that make somebody something else in a chat: banned, restricted, promoted, named; and what all may do."""

from dataclasses import replace

from sandbox.api.registry import Call, method
from sandbox.api.rights import need, need_supergroup, need_supergroup_or_channel, permissions_of, user_of
from sandbox.api.targets import named_chat, open_chat_of
from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.people import Person
from sandbox.standing import LEFT, MEMBER, RIGHTS, Standing, administrator, banned, restricted, titled, until_date
from sandbox.terms import ChatMemberStatus, ChatType

LONGEST_TITLE = 16  # Bot API, setChatAdministratorCustomTitle and setChatMemberTag
_NO_RIGHTS = "not enough rights to restrict/unrestrict chat member"
_FIRST_EMOJI = 0x2190  # arrows, signs and pictures begin here; letters of other scripts that lie above are few


@method("kickChatMember")  # its name before, which the real server still knows
@method("banChatMember")
async def ban_chat_member(call: Call) -> bool:
    chat, who = open_chat_of(call), user_of(call)
    if chat.person:
        raise bad_request("can't ban members in private chats")
    _check_may_restrict(call, chat, who)
    until = until_date(call.parameters.integer("until_date"), call.world.clock.now())
    call.world.change(chat, who, call.bot, banned(until))
    if call.parameters.flag("revoke_messages"):
        call.world.delete_all_of(chat, who)
    return True


@method("unbanChatMember")
async def unban_chat_member(call: Call) -> bool:
    chat, who = open_chat_of(call), user_of(call)
    need_supergroup_or_channel(chat)
    before = call.world.standing(chat, who)
    if call.parameters.flag("only_if_banned") and not before.is_banned:
        return True
    if before.status != ChatMemberStatus.LEFT:
        _check_may_restrict(call, chat, who)
        call.world.change(chat, who, call.bot, LEFT)
    return True


@method("restrictChatMember")
async def restrict_chat_member(call: Call) -> bool:
    permissions, chat, who = permissions_of(call), open_chat_of(call), user_of(call)
    need_supergroup(chat)
    _check_may_restrict(call, chat, who)
    until = until_date(call.parameters.integer("until_date"), call.world.clock.now())
    call.world.change(chat, who, call.bot, restricted(permissions, until, call.world.standing(chat, who)))
    return True


@method("promoteChatMember")
async def promote_chat_member(call: Call) -> bool:
    chat, who = open_chat_of(call), user_of(call)
    need_supergroup_or_channel(chat)
    before, mine = call.world.standing(chat, who), call.world.standing(chat, call.bot)
    rights = frozenset(name for name in RIGHTS if call.parameters.flag(name))
    anonymous = call.parameters.flag("is_anonymous")
    if who is call.bot and rights:
        raise bad_request("can't promote self")
    if before.is_owner:
        raise bad_request("can't remove chat owner")
    if not rights and not anonymous and not before.is_administrator:
        if before.is_inside:
            return True
        raise bad_request("bots can't add new chat members")
    _check_may_promote(chat, call, who, before, mine)
    if not rights <= mine.rights and not mine.is_owner:
        raise bad_request("RIGHT_FORBIDDEN")
    by = call.bot.user_id
    promoted = administrator(rights, by, is_anonymous=anonymous, title=before.title) if rights or anonymous else MEMBER
    call.world.change(chat, who, call.bot, promoted)
    return True


@method("setChatAdministratorCustomTitle")
async def set_chat_administrator_custom_title(call: Call) -> bool:
    chat, who, title = open_chat_of(call), user_of(call), call.parameters.text("custom_title").strip()
    need_supergroup(chat)
    before = call.world.standing(chat, who)
    if before.is_owner:
        raise bad_request("only the owner can edit their custom title")
    if not before.is_administrator:
        raise bad_request("user is not an administrator")
    if before.promoted_by != call.bot.user_id:
        raise bad_request("not enough rights to change custom title of the user")
    _check_words(title, "CUSTOM_TITLE")
    call.world.change(chat, who, call.bot, titled(before, title))
    return True


@method("setChatMemberTag")
async def set_chat_member_tag(call: Call) -> bool:
    """Name a regular member; nobody hears of it."""
    chat, who, tag = open_chat_of(call), user_of(call), call.parameters.text("tag").strip()
    if chat.type not in {ChatType.GROUP, ChatType.SUPERGROUP}:
        raise bad_request("method is available for group and supergroup chats only")
    need(call, chat, "can_manage_tags", "not enough rights to manage tags of members")
    before = call.world.standing(chat, who)
    if before.is_administrator:
        raise bad_request("user is an administrator of the chat")
    if not before.is_inside:
        raise bad_request("member not found")
    _check_words(tag, "TAG")
    chat.standings[who.user_id] = replace(before, tag=tag)
    call.world.emit({"type": "people"})
    return True


@method("setChatPermissions")
async def set_chat_permissions(call: Call) -> bool:
    permissions, chat = permissions_of(call), open_chat_of(call)
    if chat.person or chat.is_channel:
        raise bad_request(f"can't change {'private' if chat.person else 'channel'} chat permissions")
    need(call, chat, "can_restrict_members", "not enough rights to change chat permissions")
    chat.profile.permissions = permissions
    call.world.emit({"type": "chats"})
    return True


@method("banChatSenderChat")
async def ban_chat_sender_chat(call: Call) -> bool:
    chat, sender = _chats(call)
    chat.profile.banned_chats.add(sender.id)
    return True


@method("unbanChatSenderChat")
async def unban_chat_sender_chat(call: Call) -> bool:
    chat, sender = _chats(call)
    chat.profile.banned_chats.discard(sender.id)
    return True


def _check_words(words: str, what: str) -> None:
    """A title and a tag are short and without pictures. Raises ApiError."""
    if len(words) > LONGEST_TITLE:
        raise bad_request(f"{what}_INVALID")
    if any(ord(letter) >= _FIRST_EMOJI and not letter.isalnum() for letter in words):
        raise bad_request(f"{what}_EMOJI_NOT_ALLOWED")


def _chats(call: Call) -> tuple[Chat, Chat]:
    """The chat, and the one that no longer speaks there, or may again. Raises ApiError."""
    chat, sender = open_chat_of(call), named_chat(call, "sender_chat_id")
    if chat.person:
        raise bad_request("can't ban members in private chats")
    if chat.type == ChatType.GROUP:
        raise bad_request("can't ban chats in basic groups")
    need(call, chat, "can_restrict_members", _NO_RIGHTS)
    return chat, sender


def _check_may_restrict(call: Call, chat: Chat, who: Person | Bot) -> None:
    """Refuse as the real server does, in its order. Raises ApiError."""
    before = call.world.standing(chat, who)
    if before.is_owner:
        raise bad_request("can't remove chat owner")
    if who is call.bot:
        raise bad_request("can't restrict self")
    need(call, chat, "can_restrict_members", _NO_RIGHTS)
    if before.is_administrator and before.promoted_by != call.bot.user_id:
        raise bad_request("user is an administrator of the chat")


def _check_may_promote(chat: Chat, call: Call, who: Person | Bot, before: Standing, mine: Standing) -> None:
    if who is not call.bot:
        need(call, chat, "can_promote_members", "not enough rights")
    if before.is_banned:
        raise bad_request("USER_KICKED")
    if not before.is_inside:
        raise bad_request("USER_NOT_MUTUAL_CONTACT")
    if before.is_administrator and who is not call.bot and before.promoted_by != call.bot.user_id and not mine.is_owner:
        raise bad_request("CHAT_ADMIN_REQUIRED")
