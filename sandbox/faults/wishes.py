"""A fault as a tester asks for it: every field is checked, and one that would mean nothing is refused."""

from typing import Any

from sandbox.errors import Refused
from sandbox.faults.kinds import KINDS, OUTAGE, Delivery
from sandbox.wishes import Wish

TEXTS = ("method", "description")
INTEGERS = ("chat", "bot", "count", "retry_after", "status", "migrate_to", "latency_ms")
NUMBERS = ("probability", "from", "for")
NAMES = frozenset({"kind", "performed", *TEXTS, *INTEGERS, *NUMBERS})
RENAMED = {"from": "starts", "for": "lasts"}  # words that Python keeps for itself
LONGEST_LATENCY_MS = 600_000
LONGEST_WINDOW = 31_536_000  # seconds: a year
_WITHOUT_BODY = frozenset({204, 205, 304})  # RFC 9110: whoever meets a body there takes it for the next answer
_WINDOW = frozenset({"kind", "bot", "from", "for"})


def read_fault(wish: Wish) -> dict[str, Any]:
    """Read one fault, as `FaultBox.add` takes it. Raises Refused."""
    wish.only(NAMES)
    if wish.text("kind") not in KINDS:
        raise Refused(f"The kind must be one of {', '.join(sorted(KINDS))}.")
    given: dict[str, Any] = {"kind": wish.text("kind"), "performed": wish.flag("performed")}
    given |= {name: wish.optional_text(name) for name in TEXTS}
    given |= {name: wish.optional_integer(name) for name in INTEGERS}
    given |= {name: wish.optional_number(name) for name in NUMBERS}
    known = {name: value for name, value in given.items() if value is not None}
    _check(known)
    _check_meaning(wish, known)
    return {RENAMED.get(name, name): value for name, value in known.items()}


def _check(given: dict[str, Any]) -> None:
    if not 0 < given.get("probability", 1) <= 1:
        raise Refused('The field "probability" must be above 0 and at most 1.')
    if given.get("count", 1) < 1 or given.get("retry_after", 1) < 1:
        raise Refused('The fields "count" and "retry_after" must be at least 1.')
    if not 0 <= given.get("latency_ms", 0) <= LONGEST_LATENCY_MS:
        raise Refused('The field "latency_ms" must be between 0 and 600000.')
    if not 200 <= given.get("status", 500) <= 599:
        raise Refused('The field "status" must be between 200 and 599.')
    if given["kind"] == "error" and given.get("status") in _WITHOUT_BODY:
        raise Refused('An answer with the status 204, 205 or 304 has no body: take the kind "empty".')
    if not (0 <= given.get("from", 0) <= LONGEST_WINDOW and 0 < given.get("for", 1) <= LONGEST_WINDOW):
        raise Refused('The field "from" must not be negative, and "for" must be above 0: seconds, a year at most.')


def _check_meaning(wish: Wish, given: dict[str, Any]) -> None:
    kind = given["kind"]
    if kind == "migrate" and not given.get("migrate_to"):
        raise Refused('A fault of the kind "migrate" needs the field "migrate_to".')
    if kind == OUTAGE and "for" not in given:
        raise Refused('A fault of the kind "outage" needs the field "for": after so many seconds all is well again.')
    if kind == OUTAGE:
        wish.only(_WINDOW)
    elif kind in set(Delivery):
        wish.only(_WINDOW | {"chat", "count", "probability"})
