"""One delivery to the webhook, whoever serves it: may it come in, and what does it hold?"""

import hmac
import json
from dataclasses import dataclass
from http import HTTPStatus

from botcore.exceptions import BotdeckError
from botcore.inbox.envelope import Envelope, read_envelope

PATH = "/telegram/webhook/"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (core.telegram.org/bots/api#setwebhook)
LARGEST = 2**20  # bytes of a body; an update is a few kB
RETRY_AFTER = 5  # seconds: Telegram obeys the header


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a delivery before its body is read; `length` is None when it is not said."""

    method: str
    content_type: str
    length: int | None
    secret: str


class Refused(BotdeckError):  # noqa: N818 (an answer, not an error of ours)
    """The delivery is not taken; the answer is the bare status, without a word why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


def check_head(head: Head, secret: str) -> None:
    """Raise Refused for what is no delivery of Telegram's. The secret comes first: strangers learn nothing else."""
    if head.method != "POST":
        raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
    if not secret or not _same(head.secret, secret):
        raise Refused(HTTPStatus.FORBIDDEN)
    if head.content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if head.length is not None and head.length > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _same(given: str, secret: str) -> bool:
    """Compare in constant time; what a stranger sends need not be text."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), secret.encode())


def read_body(body: bytes) -> Envelope:
    """Return the update; raise Refused for what is none."""
    if len(body) > LARGEST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    try:
        envelope = read_envelope(json.loads(body))
    except (ValueError, RecursionError):  # no JSON, no text, or nested beyond reason
        raise Refused(HTTPStatus.BAD_REQUEST) from None
    if not envelope.is_update:
        raise Refused(HTTPStatus.BAD_REQUEST)
    return envelope
