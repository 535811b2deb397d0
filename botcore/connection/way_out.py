"""What callers say of a call: how urgent it is."""

from dataclasses import dataclass

from botcore.outbox.models import Priority


@dataclass(frozen=True, slots=True)
class Wish:
    """Passed as `rate_limit_args`; `outgoing` is the outbox' row of the call, which then is in no ledger again."""

    priority: Priority
    outgoing: int | None = None
    paid: bool = False
