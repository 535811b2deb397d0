"""What bots have called: the newest calls, bounded in number and bytes, for a tester to search.

Written down at every call, so it is cheap: what is long is cut, a file is its name; a token is never shown.
"""

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import islice
from sys import getsizeof
from typing import Any
from urllib.parse import quote

from sandbox.clock import Clock
from sandbox.faults import Fault
from sandbox.files import Upload

CALLS_KEPT = 2_000
BYTES_KEPT = 8 * 2**20
PARAMETERS_SHOWN, VALUE_LENGTH, ANSWER_LENGTH = 40, 500, 2_000
ITEMS_SHOWN = 3  # of a list that is answered, such as updates
OVERHEAD, SMALL_CALL = 400, 4_000  # bytes of a call besides its texts, and of one as it came; roughly
FIELDS = 12  # of a message that is small; what may be in one that is not
_LARGE = frozenset({"reply_to_message", "poll"})
SECRETS = frozenset({"secret_token", "provider_token"})
HIDDEN = "(hidden)"
_ANY_TOKEN = re.compile(r"\b[0-9]{6,12}(:|%3A)[A-Za-z0-9_-]{30,}")
_CLASS = re.compile(r"[1-5]xx")


@dataclass(eq=False, slots=True)
class Logged:
    """One call; `status` is the answer's, or what was done to the caller. What is small is put in words late."""

    number: int
    at: float
    method: str
    bot: int
    status: str
    milliseconds: float
    fault: Fault | None
    token: str
    given: Mapping[str, Any] | None
    body: Any
    size: int = SMALL_CALL
    parameters: Mapping[str, str] = field(default_factory=dict)
    answer: str = ""

    def put_in_words(self) -> "Logged":
        """Let go of what was given and answered, and keep what is shown of it."""
        if self.given is not None:
            token, body, given = self.token, self.body, islice(self.given.items(), PARAMETERS_SHOWN)
            self.parameters = {
                _cut(name, token, 64): HIDDEN if name in SECRETS and value else _cut(value, token, VALUE_LENGTH)
                for name, value in given
            }
            self.answer = "" if body is None else _cut(_shortened(body), token, ANSWER_LENGTH)
            self.method = _cut(self.method, token, 64)
            self.given, self.body, self.token = None, None, ""
        return self

    def measured(self) -> int:
        """Return how many bytes it takes, roughly."""
        return OVERHEAD + getsizeof(self.answer) + sum(map(getsizeof, self.parameters.values()))

    def to_json(self) -> dict[str, Any]:
        parameters = {_without_tokens(name): _without_tokens(value) for name, value in self.parameters.items()}
        return {
            "id": self.number,
            "at": self.at,
            "method": _without_tokens(self.method),
            "bot": self.bot,
            "chat": self.parameters.get("chat_id"),
            "parameters": parameters,
            "status": self.status,
            "answer": _without_tokens(self.answer),
            "milliseconds": round(self.milliseconds, 2),
            "fault": {"id": self.fault.id, "kind": self.fault.kind} if self.fault else None,
        }


@dataclass(frozen=True, slots=True)
class Search:
    """What calls a tester looks for; what is empty or None holds for all. Methods are patterns as in a fault."""

    method: str = ""
    without: str = ""
    chat: int | None = None
    bot: int | None = None
    status: str = ""
    text: str = ""
    before: int | None = None
    limit: int = 100

    def finds(self, call: Logged) -> bool:
        if self.before is not None and call.number >= self.before:
            return False
        if self.bot not in {None, call.bot} or (self.without and _is_one_of(call.method, self.without)):
            return False
        if self.chat is not None and str(self.chat) != call.parameters.get("chat_id"):
            return False
        if self.method and not _is_one_of(call.method, self.method):
            return False
        return _has_status(call, self.status) and (not self.text or _contains(call, self.text.lower()))


class CallLog:
    """The newest calls of all bots."""

    def __init__(self, clock: Clock, *, calls: int = CALLS_KEPT, size: int = BYTES_KEPT) -> None:
        self._clock = clock
        self._most_calls, self._most_bytes = calls, size
        self._calls: deque[Logged] = deque()
        self._bytes = 0
        self._next = 1

    def add(  # noqa: PLR0913 (a line of the log has so many columns)
        self,
        token: str,
        method: str,
        parameters: Mapping[str, Any],
        began: float,
        *,
        bot: int,
        status: str,
        body: Any = None,
        fault: Fault | None = None,
    ) -> None:
        """Write a call down; `began` is a moment of the monotonic clock, `body` the answer's if there was one."""
        took = (self._clock.monotonic() - began) * 1000
        call = Logged(self._next, self._clock.now(), method, bot, status, took, fault, token, parameters, body)
        if not (_is_small(parameters) and _answers_little(body)):
            call.size = call.put_in_words().measured()
        self._next += 1
        self._calls.append(call)
        self._bytes += call.size
        while len(self._calls) > self._most_calls or self._bytes > self._most_bytes:
            self._bytes -= self._calls.popleft().size

    def clear(self) -> None:
        self._calls.clear()
        self._bytes = 0

    def find(self, search: Search) -> list[Logged]:
        """Return the newest calls that fit, the newest first."""
        return list(islice(self._matches(search), search.limit))

    def __len__(self) -> int:
        return len(self._calls)

    def _matches(self, search: Search) -> Iterator[Logged]:
        return (call for call in reversed(self._calls) if search.finds(call.put_in_words()))


def _is_small(parameters: Mapping[str, Any]) -> bool:
    """Tell whether parameters may be kept as they came until somebody looks."""
    for value in parameters.values():
        if isinstance(value, str):
            if len(value) > VALUE_LENGTH:
                return False
        elif value is not None and not isinstance(value, int):
            return False
    return len(parameters) <= PARAMETERS_SHOWN


def _answers_little(body: Any) -> bool:
    result = body.get("result") if isinstance(body, dict) else None
    if not isinstance(result, dict):
        return not isinstance(result, list) or not result
    text = result.get("text") or result.get("caption") or ""
    marks = len(result.get("entities") or result.get("caption_entities") or ())
    return len(text) <= VALUE_LENGTH and max(marks, len(result)) <= FIELDS and result.keys().isdisjoint(_LARGE)


def _cut(value: Any, token: str, length: int) -> str:
    text = value if isinstance(value, str) else _in_words(value)
    for spelling in _spellings(token):
        if spelling in text:
            text = text.replace(spelling, HIDDEN)
    return text if len(text) <= length else f"{text[:length]}…"


def _in_words(value: Any) -> str:
    if isinstance(value, Upload):
        return f"(file {value.name}, {value.content_type})"
    if isinstance(value, bytes):
        return f"(file, {len(value)} bytes)"
    return json.dumps(value, ensure_ascii=False, default=str)


@lru_cache(maxsize=64)
def _spellings(token: str) -> tuple[str, ...]:
    """How a token may stand in a text; in an address its colon may be written otherwise."""
    return tuple(dict.fromkeys((token, quote(token, safe="")))) if token else ()


def _shortened(body: Any) -> Any:
    result = body.get("result") if isinstance(body, dict) else None
    if isinstance(result, list) and len(result) > ITEMS_SHOWN:
        return {**body, "result": [*result[:ITEMS_SHOWN], f"… and {len(result) - ITEMS_SHOWN} more"]}
    return body


def _without_tokens(text: str) -> str:
    """Hide what looks like the token of any bot: one may speak of another."""
    return _ANY_TOKEN.sub(HIDDEN, text)


def _is_one_of(method: str, patterns: str) -> bool:
    return any(fnmatchcase(method.lower(), pattern) for pattern in patterns.lower().split("|"))


def _has_status(call: Logged, wanted: str) -> bool:
    if wanted == "failed":
        return call.status != "200"
    if _CLASS.fullmatch(wanted):
        return len(call.status) == 3 and call.status[0] == wanted[0]
    return wanted in {"", call.status}


def _contains(call: Logged, text: str) -> bool:
    fields = (call.method, call.answer, *call.parameters, *call.parameters.values())
    return any(text in field.lower() for field in fields)
