"""Which types of updates a python-telegram-bot handler wants: the base of `allowed_updates`."""

from typing import Any

from telegram import Update
from telegram.constants import UpdateType
from telegram.ext import (
    BaseHandler,
    BusinessConnectionHandler,
    BusinessMessagesDeletedHandler,
    CallbackQueryHandler,
    ChatBoostHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    ConversationHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    PaidMediaPurchasedHandler,
    PollAnswerHandler,
    PollHandler,
    PreCheckoutQueryHandler,
    PrefixHandler,
    ShippingQueryHandler,
)

KINDS: dict[type[BaseHandler[Any, Any, Any]], tuple[str, ...]] = {
    BusinessConnectionHandler: (UpdateType.BUSINESS_CONNECTION,),
    BusinessMessagesDeletedHandler: (UpdateType.DELETED_BUSINESS_MESSAGES,),
    CallbackQueryHandler: (UpdateType.CALLBACK_QUERY,),
    ChatBoostHandler: (UpdateType.CHAT_BOOST, UpdateType.REMOVED_CHAT_BOOST),
    ChatJoinRequestHandler: (UpdateType.CHAT_JOIN_REQUEST,),
    ChatMemberHandler: (UpdateType.MY_CHAT_MEMBER, UpdateType.CHAT_MEMBER),
    ChosenInlineResultHandler: (UpdateType.CHOSEN_INLINE_RESULT,),
    CommandHandler: (UpdateType.MESSAGE,),
    InlineQueryHandler: (UpdateType.INLINE_QUERY,),
    MessageHandler: (UpdateType.MESSAGE,),
    MessageReactionHandler: (UpdateType.MESSAGE_REACTION, UpdateType.MESSAGE_REACTION_COUNT),
    PaidMediaPurchasedHandler: (UpdateType.PURCHASED_PAID_MEDIA,),
    PollAnswerHandler: (UpdateType.POLL_ANSWER,),
    PollHandler: (UpdateType.POLL,),
    PreCheckoutQueryHandler: (UpdateType.PRE_CHECKOUT_QUERY,),
    PrefixHandler: (UpdateType.MESSAGE,),
    ShippingQueryHandler: (UpdateType.SHIPPING_QUERY,),
}


def kinds_of(handler: BaseHandler[Any, Any, Any]) -> frozenset[str]:
    """Return the update types of a handler, of a conversation those of all its handlers, of a stranger every type."""
    if isinstance(handler, ConversationHandler):
        nested = [*handler.entry_points, *handler.fallbacks, *(h for state in handler.states.values() for h in state)]
        return frozenset().union(*(kinds_of(inner) for inner in nested))
    for known, kinds in KINDS.items():
        if isinstance(handler, known):
            return frozenset(str(kind.value) for kind in map(UpdateType, kinds))
    return frozenset(Update.ALL_TYPES)
