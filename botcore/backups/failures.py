"""What ends a backup or a restore; each carries the sentence that is told."""

from botcore.exceptions import BotdeckError


class BackupFailed(BotdeckError):  # noqa: N818 (what happened)
    """The copy of the database could not be made."""


class RestoreRefused(BotdeckError):  # noqa: N818 (what happened)
    """The database stays as it was."""
