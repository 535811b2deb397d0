"""Methods about invite links and about who asks to join."""

from typing import Any

from sandbox.api.registry import Call, method
from sandbox.api.rights import need, user_of
from sandbox.api.targets import open_chat_of
from sandbox.chats import Chat
from sandbox.errors import bad_request
from sandbox.people import Person
from sandbox.profile import InviteLink

LONGEST_NAME, MOST_MEMBERS = 32, 99_999  # Bot API, createChatInviteLink
MONTH_SECONDS, MOST_STARS = 2_592_000, 10_000  # Bot API, createChatSubscriptionInviteLink
_NO_RIGHTS = "not enough rights to manage chat invite link"


@method("exportChatInviteLink")
async def export_chat_invite_link(call: Call) -> str:
    """Make a new primary link of the bot; the one before it ends."""
    chat = _chat(call)
    return _renew_primary(call, chat).url


@method("createChatInviteLink")
async def create_chat_invite_link(call: Call) -> dict[str, Any]:
    chat = _chat(call)
    link = InviteLink(call.bot)
    _fill(call, link)
    return call.world.make_link(chat, link).to_json()


@method("editChatInviteLink")
async def edit_chat_invite_link(call: Call) -> dict[str, Any]:
    link = _own_link(call, _chat(call))
    if link.is_primary or link.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED" if link.is_revoked else "CHAT_INVITE_PERMANENT")
    _fill(call, link)
    return link.to_json()


@method("createChatSubscriptionInviteLink")
async def create_chat_subscription_invite_link(call: Call) -> dict[str, Any]:
    chat = _chat(call)
    if not chat.is_channel:
        raise bad_request("CHAT_INVALID")
    period, price = call.parameters.integer("subscription_period"), call.parameters.integer("subscription_price")
    if period != MONTH_SECONDS or not 1 <= price <= MOST_STARS:
        raise bad_request("SUBSCRIPTION_PERIOD_INVALID" if period != MONTH_SECONDS else "STARS_AMOUNT_INVALID")
    link = InviteLink(call.bot, name=call.parameters.text("name")[:LONGEST_NAME], subscription=(period, price))
    return call.world.make_link(chat, link).to_json()


@method("editChatSubscriptionInviteLink")
async def edit_chat_subscription_invite_link(call: Call) -> dict[str, Any]:
    link = _own_link(call, _chat(call))
    if link.subscription is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    link.name = call.parameters.text("name")[:LONGEST_NAME]
    return link.to_json()


@method("revokeChatInviteLink")
async def revoke_chat_invite_link(call: Call) -> dict[str, Any]:
    """End a link; in the place of a primary one there is a new one at once."""
    chat = _chat(call)
    link = _own_link(call, chat)
    if link.is_revoked:
        raise bad_request("INVITE_HASH_EXPIRED")
    link.is_revoked = True
    if link.is_primary:
        _renew_primary(call, chat)
    return link.to_json()


@method("approveChatJoinRequest")
async def approve_chat_join_request(call: Call) -> bool:
    chat, person = _request(call)
    call.world.approve(chat, person, call.bot)
    return True


@method("declineChatJoinRequest")
async def decline_chat_join_request(call: Call) -> bool:
    call.world.decline(*_request(call))
    return True


def _chat(call: Call) -> Chat:
    chat = open_chat_of(call)
    if chat.person:
        raise bad_request("can't invite members to a private chat")
    need(call, chat, "can_invite_users", _NO_RIGHTS)
    return chat


def _renew_primary(call: Call, chat: Chat) -> InviteLink:
    before = chat.profile.primary_link(call.bot)
    if before:
        before.is_revoked = True
    return call.world.make_link(chat, InviteLink(call.bot, is_primary=True))


def _own_link(call: Call, chat: Chat) -> InviteLink:
    """The link that a call names, which must be one of the bot's. Raises ApiError."""
    link = chat.profile.links.get(call.parameters.text("invite_link"))
    if link is None or link.creator is not call.bot:
        raise bad_request("INVITE_HASH_EXPIRED")
    return link


def _fill(call: Call, link: InviteLink) -> None:
    """Take what a call says of a link. Raises ApiError."""
    parameters = call.parameters
    expires, limit = parameters.integer("expire_date", low=0), parameters.integer("member_limit", low=0)
    asks = parameters.flag("creates_join_request")
    if asks and limit:
        raise bad_request("member limit can't be specified for links requiring administrator approval")
    if expires and expires <= call.world.clock.now():
        raise bad_request("EXPIRE_DATE_INVALID")
    if limit > MOST_MEMBERS:
        raise bad_request("USAGE_LIMIT_INVALID")
    link.name = parameters.text("name")[:LONGEST_NAME]
    link.expire_date, link.member_limit, link.creates_join_request = expires, limit, asks


def _request(call: Call) -> tuple[Chat, Person]:
    """The chat, and who waits there. Raises ApiError."""
    chat, who = open_chat_of(call), user_of(call)
    if chat.person:
        raise bad_request("the chat can't have join requests")
    need(call, chat, "can_invite_users", "not enough rights to manage chat join requests")
    if call.world.standing(chat, who).is_inside:
        raise bad_request("USER_ALREADY_PARTICIPANT")
    if not isinstance(who, Person) or who.id not in chat.profile.requests:
        raise bad_request("HIDE_REQUESTER_MISSING")
    return chat, who
