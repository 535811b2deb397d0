"""What an error of the way out says about the call: was it made?"""


class NotSent(Exception):  # noqa: N818 (says what happened, beside an error's class)
    """Marks errors of calls that certainly did not reach Telegram: they may be made again."""
