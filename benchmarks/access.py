"""What access costs an update: `python -m benchmarks.access`. The throttle alone, and gate and role check together.

CPU of many rounds over decoded updates of many people, as they come from the pipeline; the smallest round is the
figure, for what disturbs a round only adds. No database is open: a query would be an error.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import django

django.setup()

import telegram  # noqa: E402

from botcore.access.book import BOOK, KeptOut, Snapshot, role_of  # noqa: E402
from botcore.access.roles import Role  # noqa: E402
from botcore.access.throttle import THROTTLE, Pace, Throttle, Turn  # noqa: E402
from botcore.inbox.store import Pending  # noqa: E402
from botcore.pipeline.attempt import Attempt, Claim  # noqa: E402
from botcore.pipeline.decode import user_profile  # noqa: E402
from botcore.pipeline.gate import judge  # noqa: E402
from botcore.pipeline.rights import actor_of, needed_role  # noqa: E402
from botcore.pipeline.terms import Terms  # noqa: E402

PEOPLE, UPDATES, ROUNDS = 5_000, 20_000, 9
BANNED, ROLES = 10_000, 50
TERMS = Terms("echo.echo", Role.MEMBER)


def main() -> None:
    """Print the figures."""
    fill_book()
    attempts = [attempt(number) for number in range(UPDATES)]
    throttle, pace = Throttle(), Pace(per_minute=60, burst=20)
    keys = [(str(number % PEOPLE), number / 100) for number in range(UPDATES)]
    report("throttle: one turn", lambda: turn_all(throttle, pace, keys), throttle)
    report("gate and role: one update", lambda: pass_all(attempts), THROTTLE)


def fill_book() -> None:
    """Let there be bans and roles, as in a bot that has been used for long."""
    kept = {10**9 + number: KeptOut(number, is_ban=True, until=None, reason="") for number in range(BANNED)}
    roles = {2 * 10**9 + number: Role.MODERATOR for number in range(ROLES)}
    BOOK.turn(Snapshot(1, roles, kept, frozenset()), BOOK.begin())


def attempt(number: int) -> Attempt:
    """Return an update of somebody, decoded."""
    person, at = 1_000 + number % PEOPLE, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number / 100)
    sender = {"id": person, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Somebody"}
    raw = {"message_id": number + 1, "from": sender, "chat": chat, "date": int(at.timestamp()), "text": "hello"}
    body = {"update_id": number + 1, "message": raw}
    pending = Pending(number + 1, number + 1, "message", person, person, json.dumps(body), at)
    update = telegram.Update.de_json(body, None)
    return Attempt(pending, update, Claim(), user_profile(update))


def turn_all(throttle: Throttle, pace: Pace, keys: Sequence[tuple[str, float]]) -> None:
    """Let all through."""
    if any(throttle.turn(key, pace, at, row) is not Turn.THROUGH for row, (key, at) in enumerate(keys)):
        raise RuntimeError("somebody was refused")


def pass_all(attempts: Sequence[Attempt]) -> None:
    """Do for each what pipeline and guard do between decoding and the handler."""
    for one in attempts:
        if judge(one) is not None or role_of(one.pending.user_id) < needed_role(TERMS):
            raise RuntimeError("somebody was refused")
        actor_of(one)


def report(what: str, work: Callable[[], object], throttle: Throttle) -> None:
    """Print the CPU of one, of the fastest round and of the median; each round begins without debts."""
    spent = []
    for _ in range(ROUNDS):
        throttle.clear()
        began = time.process_time()
        work()
        spent.append((time.process_time() - began) / UPDATES * 1e6)
    print(f"{what}: {min(spent):.2f} µs (median of {ROUNDS} rounds {statistics.median(spent):.2f})")


if __name__ == "__main__":
    main()
