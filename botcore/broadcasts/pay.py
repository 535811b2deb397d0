"""Paid broadcasts: up to 1 000 messages a second for Stars, what that costs at most, and what Telegram refuses without.

Telegram takes a tenth of a Star for each message that arrives beyond the free 30 a second, from bots with at least
10 000 Stars and as many active people a month (core.telegram.org/bots/faq, allow_paid_broadcast).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from botcore.broadcasts.models import Broadcast
from botcore.exceptions import ValidationError
from botcore.runtime import settings as runtime

FLAG = "allow_paid_broadcast"
BIGGEST = 2**31 - 1  # what the column holds
FREE_PER_SECOND, MESSAGES_A_STAR = 30, 10
NO_STARS = "balance_too_low"  # what Telegram's refusal says, in any case
OFF = "Paid broadcasts were switched off. Switch them on again, then resume it."
REFUSED = (
    "Telegram takes no more paid messages: the bot's Stars do not suffice. What it refused is not lost: top up the "
    "balance, then resume it."
)


@dataclass(frozen=True)
class Price:
    """At most so many Stars, and about how many at so many messages a second, if little else is sent meanwhile."""

    most: int
    about: int
    per_second: int


def per_second() -> int:
    """Return how many paid messages go a second; 0: nobody may pay."""
    return int(runtime.value("broadcasts.paid_per_second"))


def price(people: int | None) -> Price | None:
    """Return what it costs to write to so many people; None for too many to count, and while nobody may pay."""
    rate = per_second()
    if people is None or not rate:
        return None
    beyond = people * max(0, rate - FREE_PER_SECOND)
    return Price(_stars(people), -(-beyond // (rate * MESSAGES_A_STAR)), rate)


def check_allowed() -> None:
    """Refuse to pay while that is off."""
    if not per_second():
        raise ValidationError(_("Paid broadcasts are off: see the setting broadcasts.paid_per_second."))


def agree(row: Broadcast, stars: int | None) -> None:
    """Note what was agreed to; refuse to begin one that is paid for without a yes to what it costs now at most."""
    row.stars = None
    if not row.is_paid:
        return
    check_allowed()
    found = price(row.total)
    if found is None:
        raise ValidationError(_("There are too many people to say what it costs: it cannot be paid for."))
    if stars is None or stars < found.most:
        words = _("It costs at most %(stars)s Stars: say yes to that first.")
        raise ValidationError(words % {"stars": f"{found.most:,}"})
    row.stars = min(stars, BIGGEST)


def left(row: Broadcast) -> int | None:
    """Return how many more may be queued for what was agreed to; None without a bound."""
    return row.stars * MESSAGES_A_STAR - row.queued if row.is_paid and row.stars is not None else None


def complaint(row: Broadcast) -> str:
    """Return why it must not go on because of money; "" when it may."""
    return OFF if row.is_paid and not per_second() else ""


def too_many(row: Broadcast) -> str:
    """Say that more people are to get it than was agreed to."""
    return (
        f"The {row.stars or 0:,} Stars that were agreed to are for {row.queued:,} people, and there are more now. "
        "Who resumes it agrees to a tenth of a Star for each of them."
    )


def marked(row: Broadcast, payloads: Mapping[int, str]) -> Mapping[int, str]:
    """Return each one's payload as Telegram is to be asked."""
    if not row.is_paid:
        return payloads
    made = {payload: _flagged(payload) for payload in set(payloads.values())}
    return {person: made[payload] for person, payload in payloads.items()}


def _flagged(payload: str) -> str:
    return json.dumps({**json.loads(payload), FLAG: True}, separators=(",", ":"))


def _stars(people: int) -> int:
    return -(-people // MESSAGES_A_STAR)
