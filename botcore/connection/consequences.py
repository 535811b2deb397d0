"""Consequences: what follows from an error of the Bot API for the chat, the call and what waits.

The way out asks `after()` for each error and `rewrite()` before each call; the pipeline shows it each update.
"""

import logging
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import telegram
from django.db import DatabaseError, InterfaceError, transaction
from telegram.error import TelegramError

from botcore import metrics
from botcore.connection.meanings import Meaning, meaning, reach_after
from botcore.connection.plain import make_plain, words_of
from botcore.database import in_database, is_away, patiently
from botcore.outbox.services import cancel_chat
from botcore.people import selectors as people_read
from botcore.people import services as people
from botcore.people.models import Reach
from botcore.persistence import services as persistence
from botcore.tell import Tell

logger = logging.getLogger(__name__)

SUPERGROUP = -1_000_000_000_000  # supergroups and channels have ids at or below, basic groups above
LARGEST = 2**52  # core.telegram.org/bots/api#chat: ids have at most 52 significant bits
SHOWN = 200  # characters of a text that log and event keep
TOLD = 100  # different complaints about markup that become events, in the life of a process
REACH = {
    Meaning.BLOCKED: Reach.BLOCKED,
    Meaning.DEACTIVATED: Reach.DEACTIVATED,
    Meaning.KICKED: Reach.KICKED,
    Meaning.CHAT_GONE: Reach.KICKED,
}


@dataclass(frozen=True, slots=True)
class Retry:
    """The parameters are changed: make the call once more, and say then that this meaning was tried."""

    meaning: Meaning


@dataclass(frozen=True, slots=True)
class Benign:
    """The call is as good as done; its answer is True."""


class Consequences:
    """Knows the groups' new ids, and acts on errors; nothing here raises because the database is away."""

    def __init__(self, *, bot_id: Callable[[], int | None], tell: Tell) -> None:
        self._bot_id = bot_id
        self._tell = tell
        self._aliases: dict[int, int] = {}
        self._complaints: set[str] = set()

    async def load(self) -> None:
        """Learn the new ids of groups from the database."""
        async for attempt in patiently("connection"):
            with attempt:
                self._aliases = await in_database(people_read.aliases)

    def rewrite(self, data: dict[str, Any]) -> None:
        """Put new ids in the place of old ones."""
        if not self._aliases:
            return
        for name in ("chat_id", "from_chat_id"):
            number = _number(data.get(name))
            if number in self._aliases:
                data[name] = self._aliases[number]

    async def after(
        self, endpoint: str, data: dict[str, Any], error: BaseException, *, tried: Collection[Meaning] = ()
    ) -> Retry | Benign | None:
        """Act on the error of a call with these parameters, which may change; None: it is the caller's."""
        means = meaning(error, endpoint)
        metrics.API_CONSEQUENCES.labels(means).inc()
        if means is Meaning.BENIGN:
            return Benign()
        if means in REACH:
            await self._lost(data, means)
        if means in tried:
            return None
        if means is Meaning.MIGRATED:
            return await self._follow(data, getattr(error, "new_chat_id", None))
        return self._make_plain(endpoint, data, error) if means is Meaning.ENTITIES else None

    async def observe(self, update: telegram.Update) -> None:
        """See the bot lose a chat, and a group become a supergroup: both the old one and the new one say so."""
        chat, reach = update.effective_chat, reach_after(update)
        if chat and reach is not Reach.OPEN:
            await _keep(_cancel, self._bot_id(), chat.id, reach)
        message = update.message
        if message is None:
            return
        if message.migrate_to_chat_id:
            await self.moved(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self.moved(message.migrate_from_chat_id, message.chat.id)

    async def moved(self, old_id: int, new_id: int) -> None:
        """Learn that a group has a new id, here and in the database."""
        if self._aliases.get(old_id) == new_id or not -LARGEST <= new_id < 0 or old_id == new_id:
            return
        self._aliases.pop(new_id, None)
        for oldest, old in self._aliases.items():
            if old == old_id:
                self._aliases[oldest] = new_id
        self._aliases[old_id] = new_id
        logger.info("the group %s is the supergroup %s now", old_id, new_id)
        await _keep(_move, self._bot_id(), old_id, new_id)

    async def _follow(self, data: dict[str, Any], new_id: object) -> Retry | None:
        old_id = _basic_group(data)
        if type(new_id) is not int or old_id is None:
            return None
        await self.moved(old_id, new_id)
        before = dict(data)
        self.rewrite(data)
        return Retry(Meaning.MIGRATED) if data != before else None

    async def _lost(self, data: dict[str, Any], means: Meaning) -> None:
        """Mark the chat and cancel what waits for it."""
        chat_id = _number(data.get("chat_id"))
        of_person = means in {Meaning.BLOCKED, Meaning.DEACTIVATED}
        if chat_id is None or (chat_id > 0) is not of_person or "business_connection_id" in data:
            return  # not about this chat, or not about the bot
        if not of_person and (_number(data.get("from_chat_id")) or 0) < 0:
            return  # it may be the chat that is copied from
        logger.info("cannot write to %s any more: %s", chat_id, means)
        await _keep(_lose, self._bot_id(), chat_id, means)

    def _make_plain(self, endpoint: str, data: dict[str, Any], error: BaseException) -> Retry | None:
        """Take the markup away: a text with stray signs is better than none."""
        text = words_of(data)[:SHOWN]
        if not make_plain(data):
            return None
        words = error.message if isinstance(error, TelegramError) else str(error)
        logger.error("%s: %s; the text goes out without markup: %r", endpoint, words, text)
        complaint = f"{endpoint}: {re.sub('[0-9]+', 'N', words[:SHOWN])}"
        if complaint not in self._complaints and len(self._complaints) < TOLD:
            self._complaints.add(complaint)
            why = re.sub('"[^"]*"', '"…"', words[:SHOWN])  # who reads events may not read what the bot says
            self._tell("markup", f"{endpoint}: {why}; such texts go out without markup, see the log.", level="error")
        return Retry(Meaning.ENTITIES)


@transaction.atomic
def _move(bot_id: int | None, old_id: int, new_id: int) -> None:
    if people.move_chat(old_id, new_id) and bot_id is not None:
        persistence.move_chat(bot_id, old_id, new_id)


@transaction.atomic
def _lose(bot_id: int | None, chat_id: int, means: Meaning) -> None:
    people.mark_unreachable(chat_id, REACH[means])
    _cancel(bot_id, chat_id, REACH[means])


def _cancel(bot_id: int | None, chat_id: int, reach: Reach) -> None:
    if bot_id is not None:
        cancel_chat(chat_id, bot_id=bot_id, reason=f"The chat cannot be reached: {reach.label}.")


async def _keep(service: Callable[..., None], *args: Any) -> None:
    """Write; should that fail, the call goes on, and the next such error says the same."""
    try:
        await in_database(service, *args)
    except (DatabaseError, InterfaceError) as exc:
        logger.warning("what Telegram said of a chat is not kept: %s", exc, exc_info=None if is_away(exc) else exc)


def _basic_group(data: dict[str, Any]) -> int | None:
    """Return the basic group that the call names, if it is one: only such a one can become a supergroup."""
    numbers = {_number(data.get(name)) for name in ("chat_id", "from_chat_id")}
    groups = [number for number in numbers if number is not None and SUPERGROUP < number < 0]
    return groups[0] if len(groups) == 1 else None


def _number(chat: object) -> int | None:
    """Return the chat as a number; None for an @name, or for none."""
    if isinstance(chat, int):
        return chat
    return int(chat) if isinstance(chat, str) and re.fullmatch(r"-?[0-9]{1,18}", chat.strip()) else None
