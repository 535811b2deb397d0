"""What Telegram calls things, and how much it takes: the kinds and limits of the Bot API that the sandbox needs.

Names are those of python-telegram-bot's constants, with which a test compares the values; loading that library takes
longer than all of the sandbox.
"""

from enum import StrEnum

FORUM_ICON_COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
REACTION_EMOJI = frozenset({
    "👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "🤬", "😢", "🎉", "🤩", "🤮", "💩", "🙏", "👌",
    "🕊", "🤡", "🥱", "🥴", "😍", "🐳", "❤️\u200d🔥", "🌚", "🌭", "💯", "🤣", "⚡", "🍌", "🏆", "💔", "🤨", "😐",
    "🍓", "🍾", "💋", "🖕", "😈", "😴", "😭", "🤓", "👻", "👨\u200d💻", "👀", "🎃", "🙈", "😇", "😨", "🤝", "✍",
    "🤗", "🫡", "🎅", "🎄", "☃", "💅", "🤪", "🗿", "🆒", "💘", "🙉", "🦄", "😘", "💊", "🙊", "😎", "👾",
    "🤷\u200d♂️", "🤷", "🤷\u200d♀️", "😡",
})  # fmt: skip


class ChatType(StrEnum):
    """The type of a chat."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatMemberStatus(StrEnum):
    """What somebody is in a chat."""

    ADMINISTRATOR = "administrator"
    OWNER = "creator"
    BANNED = "kicked"
    LEFT = "left"
    MEMBER = "member"
    RESTRICTED = "restricted"


class MessageEntityType(StrEnum):
    """The kinds of entities in a text."""

    BLOCKQUOTE = "blockquote"
    BOLD = "bold"
    BOT_COMMAND = "bot_command"
    CASHTAG = "cashtag"
    CODE = "code"
    CUSTOM_EMOJI = "custom_emoji"
    DATE_TIME = "date_time"
    EMAIL = "email"
    EXPANDABLE_BLOCKQUOTE = "expandable_blockquote"
    HASHTAG = "hashtag"
    ITALIC = "italic"
    MENTION = "mention"
    PHONE_NUMBER = "phone_number"
    PRE = "pre"
    SPOILER = "spoiler"
    STRIKETHROUGH = "strikethrough"
    TEXT_LINK = "text_link"
    TEXT_MENTION = "text_mention"
    UNDERLINE = "underline"
    URL = "url"


class UpdateType(StrEnum):
    """The kinds of updates."""

    MESSAGE = "message"
    EDITED_MESSAGE = "edited_message"
    CHANNEL_POST = "channel_post"
    EDITED_CHANNEL_POST = "edited_channel_post"
    INLINE_QUERY = "inline_query"
    CHOSEN_INLINE_RESULT = "chosen_inline_result"
    CALLBACK_QUERY = "callback_query"
    SHIPPING_QUERY = "shipping_query"
    PRE_CHECKOUT_QUERY = "pre_checkout_query"
    POLL = "poll"
    POLL_ANSWER = "poll_answer"
    MY_CHAT_MEMBER = "my_chat_member"
    CHAT_MEMBER = "chat_member"
    CHAT_JOIN_REQUEST = "chat_join_request"
    CHAT_BOOST = "chat_boost"
    REMOVED_CHAT_BOOST = "removed_chat_boost"
    MESSAGE_REACTION = "message_reaction"
    MESSAGE_REACTION_COUNT = "message_reaction_count"
    BUSINESS_CONNECTION = "business_connection"
    BUSINESS_MESSAGE = "business_message"
    EDITED_BUSINESS_MESSAGE = "edited_business_message"
    DELETED_BUSINESS_MESSAGES = "deleted_business_messages"
    PURCHASED_PAID_MEDIA = "purchased_paid_media"
    MANAGED_BOT = "managed_bot"
    GUEST_MESSAGE = "guest_message"


class ChatAction(StrEnum):
    """What a bot can seem to be doing."""

    CHOOSE_STICKER = "choose_sticker"
    FIND_LOCATION = "find_location"
    RECORD_VOICE = "record_voice"
    RECORD_VIDEO = "record_video"
    RECORD_VIDEO_NOTE = "record_video_note"
    TYPING = "typing"
    UPLOAD_VOICE = "upload_voice"
    UPLOAD_DOCUMENT = "upload_document"
    UPLOAD_PHOTO = "upload_photo"
    UPLOAD_VIDEO = "upload_video"
    UPLOAD_VIDEO_NOTE = "upload_video_note"


class BotCommandScopeType(StrEnum):
    """For whom commands are."""

    DEFAULT = "default"
    ALL_PRIVATE_CHATS = "all_private_chats"
    ALL_GROUP_CHATS = "all_group_chats"
    ALL_CHAT_ADMINISTRATORS = "all_chat_administrators"
    CHAT = "chat"
    CHAT_ADMINISTRATORS = "chat_administrators"
    CHAT_MEMBER = "chat_member"


class DiceEmoji(StrEnum):
    """The dice that can be thrown."""

    DICE = "🎲"
    DARTS = "🎯"
    BASKETBALL = "🏀"
    FOOTBALL = "⚽"
    SLOT_MACHINE = "🎰"
    BOWLING = "🎳"


class BotCommandLimit:
    """Characters of a command and its description, and how many there are in a list."""

    MIN_COMMAND = 1
    MAX_COMMAND = 32
    MIN_DESCRIPTION = 1
    MAX_DESCRIPTION = 256
    MAX_COMMAND_NUMBER = 100


class BulkRequestLimit:
    """Messages that are copied, forwarded or deleted at once."""

    MAX_LIMIT = 100


class CallbackQueryLimit:
    """Characters of a notice."""

    ANSWER_CALLBACK_QUERY_TEXT_LENGTH = 200


class InlineKeyboardButtonLimit:
    """Bytes of a button's data."""

    MIN_CALLBACK_DATA = 1
    MAX_CALLBACK_DATA = 64


class InlineQueryLimit:
    """Results of an inline query."""

    RESULTS = 50


class InlineQueryResultLimit:
    """Bytes of a result's id."""

    MIN_ID_LENGTH = 1
    MAX_ID_LENGTH = 64


class InvoiceLimit:
    """Characters of an invoice, and bytes of its payload."""

    MIN_TITLE_LENGTH = 1
    MAX_TITLE_LENGTH = 32
    MIN_DESCRIPTION_LENGTH = 1
    MAX_DESCRIPTION_LENGTH = 255
    MIN_PAYLOAD_LENGTH = 1
    MAX_PAYLOAD_LENGTH = 128


class MediaGroupLimit:
    """Files of an album."""

    MIN_MEDIA_LENGTH = 2
    MAX_MEDIA_LENGTH = 10


class MessageLimit:
    """Characters of a text and of a caption."""

    MAX_TEXT_LENGTH = 4096
    CAPTION_LENGTH = 1024


class PollingLimit:
    """Updates in one answer."""

    MIN_LIMIT = 1
    MAX_LIMIT = 100
