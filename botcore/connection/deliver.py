"""From a row of the outbox to a call to Telegram, and from its answer or error to what becomes of the row."""

import json
import logging
import warnings
from collections.abc import Awaitable, Mapping
from contextlib import ExitStack
from pathlib import Path
from secrets import SystemRandom
from typing import IO, Any

from telegram import InputFile, InputMedia
from telegram.error import EndPointNotFound, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.warnings import PTBUserWarning

from botcore.connection.breaker import is_failure
from botcore.connection.enclosed import fetched
from botcore.connection.errors import NotSent, UncertainError, flood_wait
from botcore.connection.known_files import Held, KnownFiles
from botcore.connection.way_out import Wish
from botcore.logs import error_text
from botcore.media.attachments import kept
from botcore.outbox.calls import enclosed_in
from botcore.outbox.content import Enclosed
from botcore.outbox.models import OutgoingState, Priority
from botcore.outbox.progress import Sent
from botcore.outbox.store import Ready
from botcore.uploads import in_file_thread, open_regular

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 1000  # of calls that never reached Telegram: about 16 hours
LONGEST_PAUSE = 60.0  # seconds between them
TOKEN_PAUSE = 60.0  # seconds between calls whose token was rejected: it may be mended
REJECTED = "Telegram rejects the bot's token."
PLAIN = "Telegram did not take the formatting, so it went out without: {}"
_random = SystemRandom()

Fetched = Mapping[Enclosed, IO[bytes]]


class Deliverer:
    """Makes one bot's calls; an instance is the sender's `deliver`."""

    def __init__(self, bot: ExtBot[Any], files: KnownFiles) -> None:
        self._bot = bot
        self._files = files
        # Raw answers on purpose: only the message's id is needed, and decoding a message costs more than sending it.
        warnings.filterwarnings(
            "ignore", message=r"Please use 'Bot\.(send|copy|forward|edit|delete)", category=PTBUserWarning
        )

    async def __call__(self, message: Ready) -> Sent:
        """Send it; text whose formatting Telegram does not take is sent without it, see consequences.py."""
        try:
            return await self._try(message, json.loads(message.payload))
        except (TelegramError, OSError) as exc:
            sent = after(exc, message.attempts)
            is_usual = sent.state == OutgoingState.QUEUED or isinstance(exc, Forbidden)
            level = logging.INFO if is_usual else logging.WARNING
            logger.log(level, "message %s to chat %s is %s: %s", message.pk, message.chat_id, sent.state, sent.error)
            return sent

    async def _try(self, message: Ready, parameters: dict[str, Any]) -> Sent:
        # "photo", of sendPhoto
        kind, file = next(((name, file) for name, value in parameters.items() if (file := _file_of(value))), ("", None))

        plain: list[str] = []

        def call(file: Held | str) -> Awaitable[object]:
            return self._call(message, {**parameters, kind: file} if isinstance(file, str) else parameters, plain)

        if file:
            result = await self._files.send(kind, file, call)
        else:
            result = await self._call(message, parameters, plain)
        error = PLAIN.format(plain[0]) if plain else ""
        return Sent(OutgoingState.SENT, message_id=message_id_of(result), error=error, files=kept(result))

    async def _call(self, message: Ready, parameters: dict[str, Any], plain: list[str]) -> object:
        wish = Wish(Priority(message.priority), message.pk, plain=plain)
        with ExitStack() as files:
            opened = parameters
            if _has_files(parameters):
                enclosed = {file: await fetched(file, files) for file in enclosed_in(parameters)}
                opened = await in_file_thread(_with_files, parameters, enclosed, files)
            return await self._bot.do_api_request(
                message.method,
                api_kwargs={"chat_id": message.chat_id, **opened},
                rate_limit_args=wish if self._bot.rate_limiter else None,
            )


def message_id_of(result: object) -> int | None:
    """Return the id of the message that a call made, the first of several; None when the answer names none."""
    if isinstance(result, list | tuple):
        result = result[0] if result else None
    number = result.get("message_id") if isinstance(result, dict) else getattr(result, "message_id", None)
    return number if isinstance(number, int) and abs(number) < 2**63 else None


def after(error: Exception, attempts: int) -> Sent:
    """Return what becomes of a message whose call failed; `attempts` is how often it was tried before."""
    state = state_after(error)
    if state == OutgoingState.QUEUED and attempts >= MOST_ATTEMPTS:
        state = OutgoingState.FAILED
    return Sent(state, error=_words_of(error), wait_seconds=_pause_after(error, attempts))


def _words_of(error: Exception) -> str:
    """Say what went wrong to whoever reads the row."""
    if isinstance(error, InvalidToken | EndPointNotFound):
        return REJECTED
    if isinstance(error, OSError) and error.filename:
        return f"The file {Path(error.filename).name} cannot be read: {error.strerror}."
    return error_text(error)


def state_after(error: BaseException) -> OutgoingState:
    """Return QUEUED for what certainly was not sent, UNCERTAIN for what may have been, FAILED for what is refused."""
    if isinstance(error, NotSent):
        return OutgoingState.QUEUED if error.again else OutgoingState.FAILED
    if isinstance(error, RetryAfter | InvalidToken | EndPointNotFound):
        return OutgoingState.QUEUED
    if isinstance(error, UncertainError) or is_failure(error):
        return OutgoingState.UNCERTAIN
    return OutgoingState.FAILED


def _pause_after(error: Exception, attempts: int) -> float:
    if isinstance(error, RetryAfter):
        return flood_wait(error)
    if isinstance(error, InvalidToken | EndPointNotFound):
        return TOKEN_PAUSE
    longest = min(LONGEST_PAUSE, 2.0 ** min(attempts, 10))
    return _random.uniform(longest / 2, longest)


def _has_files(parameters: dict[str, Any]) -> bool:
    """Tell whether there may be files to open."""
    return "media" in parameters or any(_file_of(value) or _is_text_file(value) for value in parameters.values())


def _with_files(parameters: dict[str, Any], enclosed: Fetched, files: ExitStack) -> dict[str, Any]:
    """Open the files of this machine; raise OSError for one that is gone. They are read while they are sent."""
    opened = dict(parameters)
    for name, value in parameters.items():
        if file := _file_of(value):
            opened[name] = _open(file, enclosed, files)
        elif _is_text_file(value):
            opened[name] = InputFile(value["text"].encode(), filename=value["name"])
    if isinstance(media := parameters.get("media"), list):
        opened["media"] = [_item(item, enclosed, files) for item in media]
    return opened


def _item(item: dict[str, Any], enclosed: Fetched, files: ExitStack) -> object:
    """Return an album's item as the library's own object, which takes a file along.

    It is the one for all kinds: that of one kind would read a file whose path is given as a text.
    """
    file, rest = _file_of(item["media"]), {**item}
    kind, media, parse_mode = rest.pop("type"), rest.pop("media"), rest.pop("parse_mode", None)
    sent = _open(file, enclosed, files, attach=True) if file else media
    return InputMedia(kind, sent, parse_mode=parse_mode, api_kwargs=rest)


def _is_text_file(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"name", "text"}


def _file_of(value: object) -> Path | Enclosed | None:
    """Return what a parameter says of a file: one of this machine, or one that came from a page."""
    if isinstance(value, dict) and value.keys() == {"file"}:
        return Path(str(value["file"]))
    return Enclosed.read(value)


def _open(file: Path | Enclosed, enclosed: Fetched, files: ExitStack, *, attach: bool = False) -> InputFile:
    content = enclosed[file] if isinstance(file, Enclosed) else files.enter_context(open_regular(file))
    return InputFile(content, filename=file.name, attach=attach, read_file_handle=False)
