"""Text from people → checked values; this is where all others import them from, `botcore/checked/` has them by subject.

Pure functions: a wrong value raises ValidationError with one translated sentence that says what to write.
"""

from botcore.checked.choices import choice, closest, member, one_of
from botcore.checked.moments import moment
from botcore.checked.numbers import boolean, chat_id, integer, number, telegram_id, whole
from botcore.checked.references import ChatReference, chat_reference, person_reference, username
from botcore.checked.shown import shown
from botcore.checked.structures import callback_payload, cron, json_value, url
from botcore.checked.texts import cut_to, deep_link_source, storable, text
from botcore.checked.times import as_duration, duration, for_how_long
from botcore.checked.words import Word, words

__all__ = [
    "ChatReference",
    "Word",
    "as_duration",
    "boolean",
    "callback_payload",
    "chat_id",
    "chat_reference",
    "choice",
    "closest",
    "cron",
    "cut_to",
    "deep_link_source",
    "duration",
    "for_how_long",
    "integer",
    "json_value",
    "member",
    "moment",
    "number",
    "one_of",
    "person_reference",
    "shown",
    "storable",
    "telegram_id",
    "text",
    "url",
    "username",
    "whole",
    "words",
]
