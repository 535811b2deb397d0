"""Why a file cannot be had from Telegram, in words for who asked for it, with the status of the page that says so."""

from http import HTTPStatus

from django.utils.translation import gettext as _

from botcore.exceptions import UserError


class NotFetched(UserError):  # noqa: N818 (no fault of ours)
    """The file cannot be had from Telegram."""

    def __init__(self, status: HTTPStatus, words: str, *, seconds: int = 0) -> None:
        """`seconds` is when it may be asked for again."""
        super().__init__(words)
        self.status = status
        self.seconds = seconds


def gone() -> NotFetched:
    """Say that Telegram knows no such file, or not for this bot."""
    return NotFetched(HTTPStatus.NOT_FOUND, _("Telegram does not have this file any more, or not for this bot."))


def too_big() -> NotFetched:
    """Say that Telegram gives files of this size to no bot."""
    words = _("It is larger than 20 MB: Telegram gives such a file to no bot. Open the chat in Telegram to see it.")
    return NotFetched(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)


def away() -> NotFetched:
    """Say that there is no connection, or an answer that means nothing."""
    return NotFetched(HTTPStatus.BAD_GATEWAY, _("Telegram cannot be reached right now. Try again later."))


def slow() -> NotFetched:
    """Say that no answer came in time."""
    return NotFetched(HTTPStatus.GATEWAY_TIMEOUT, _("Telegram did not answer in time. Try again later."))


def rejected() -> NotFetched:
    """Say that the token is not taken, or that this process has none."""
    words = _("Telegram does not take the bot's token that the web process has (TELEGRAM_BOT_TOKEN).")
    return NotFetched(HTTPStatus.BAD_GATEWAY, words)


def flooded(seconds: int) -> NotFetched:
    """Say that Telegram was asked too often."""
    words = _("Telegram was asked for too many files. Try again in a minute.")
    return NotFetched(HTTPStatus.SERVICE_UNAVAILABLE, words, seconds=seconds)


def busy(seconds: int) -> NotFetched:
    """Say that this process fetches as many files as it may."""
    words = _("Other files are being fetched from Telegram. Try again in a moment.")
    return NotFetched(HTTPStatus.SERVICE_UNAVAILABLE, words, seconds=seconds)


def on_the_servers_disk() -> NotFetched:
    """Say that a Bot API server of one's own was started with --local, and hands out paths of its machine."""
    words = _("The Bot API server keeps its files on its own disk (--local): it does not hand them out.")
    return NotFetched(HTTPStatus.BAD_GATEWAY, words)


def out_of_range() -> NotFetched:
    """Say that the file has no such part."""
    words = _("The file has no such part.")
    return NotFetched(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, words)
