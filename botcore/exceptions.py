"""The error tree: what happens after an error depends only on its class. Every room may raise these."""


class BotdeckError(Exception):
    """The root of the project's own errors."""


class ConfigurationError(BotdeckError):
    """The set-up must change before a start can succeed; its text names the variable and the mend. Exit code 78."""


class UserError(BotdeckError):
    """Something that the person must do differently; its text is the sentence that they read. Never retried."""


class ValidationError(UserError):
    """A value from outside is not what was asked for; its text says so in one sentence."""


class Postponed(BotdeckError):  # noqa: N818 (not an error: an outcome)
    """The update cannot be handled now, through no fault of its own; it stays pending."""
