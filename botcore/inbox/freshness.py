"""How long somebody waits for the answer to an update of each kind. Pure: for the pipeline and for replays.

Telegram forgets an undelivered update of the kind after the same time, and refuses a later answer to a query; only a
payment it ends sooner than that.
"""

# Telegram's server says so itself: the add_update calls in Client.cpp of github.com/tdlib/telegram-bot-api.
DAY = 86_400.0  # seconds; also in core.telegram.org/bots/api#getting-updates
LIFETIMES = {
    "callback_query": 150.0,
    "shipping_query": 150.0,
    "pre_checkout_query": 10.0,  # core.telegram.org/bots/api#answerprecheckoutquery: the payment has failed by then
    "inline_query": 30.0,
    "chosen_inline_result": 600.0,
}
INTERACTIVE = frozenset(LIFETIMES)  # somebody looks at a button or a list; everything else waits a day


def lifetime(kind: str) -> float:
    """Return how many seconds after its arrival an update of this kind is still worth an answer."""
    return LIFETIMES.get(kind, DAY)


def is_expired(kind: str, age_seconds: float) -> bool:
    """Tell whether nobody waits for the answer any more."""
    return age_seconds > lifetime(kind)
