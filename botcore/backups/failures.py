"""What ends a backup or a restore; each carries the sentence that is told."""

from botcore.exceptions import BotdeckError


class BackupFailed(BotdeckError):  # noqa: N818 (what happened)
    """The copy of the database could not be made."""


class RestoreRefused(BotdeckError):  # noqa: N818 (what happened)
    """The database stays as it was."""


def reason(exc: BaseException) -> str:
    """Return the first line of what an error says, else its name."""
    return (str(exc).strip().splitlines() or [type(exc).__name__])[0]
