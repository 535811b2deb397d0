"""What the ledger keeps of a call's parameters: bounded JSON without files and secrets.

It begins with a mark when anything is not as it was sent: such a message cannot be sent again. Retention empties it
where the row has a key that must stay. Pure.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from botcore.logs import redact_token
from botcore.validators import storable

LEFT_OUT = "left_out"  # no parameter of the Bot API is called so
SECRETS = frozenset({"provider_token", "secret_token"})
HIDDEN = "[hidden]"
LONGEST_PAYLOAD = 40_000  # characters of JSON: more than any message's text has, 6 for each of its 4096
LONGEST_VALUE, LONGEST_NAME = 5_000, 100  # characters of one text: more than a message has; of a parameter's name
LONGEST_READ = 1_000_000  # characters of one text in which secrets are looked for
LONGEST_LIST, DEEPEST = 100, 8
_MARK = f'{{"{LEFT_OUT}":true,'
_LOGIN = re.compile(r"""(?<=://)[^\s/?#"'<>]+@""")
_QUERY = re.compile(
    r"""([?&;#][\w-]{0,40}(?:token|key|secret|password|passwd|pwd|signature|sig|auth)=)[^&;#\s"'<>]+""", re.IGNORECASE
)


def payload_of(data: Mapping[str, object]) -> str:
    """Return the parameters beside chat_id as JSON in ASCII."""
    written = _Written()
    said = {name: value for name, value in data.items() if name != "chat_id"}
    # how a text is written stands before it, so that a page that reads the beginning knows
    shown = written.mapping(dict(sorted(said.items(), key=lambda item: item[0] != "parse_mode")), depth=0)
    text = _json(shown if written.whole else {LEFT_OUT: True, **shown})
    return text if len(text) <= LONGEST_PAYLOAD else _json({LEFT_OUT: True, **_first(shown)})


def is_whole(payload: str) -> bool:
    """Tell whether these are the parameters as they were sent."""
    return bool(payload) and not payload.startswith(_MARK)


def unmarked(payload: str) -> str:
    """Return the parameters without the mark, as people read them."""
    return "{" + payload.removeprefix(_MARK) if payload.startswith(_MARK) else payload


def _first(shown: Mapping[str, object]) -> dict[str, object]:
    """Return the first parameters, those that are too long cut, as far as there is room."""
    first, room = dict[str, object](), LONGEST_PAYLOAD - len(_MARK)
    for name, value in shown.items():
        kept = value
        if len(_json({name: value})) > room:
            kept = value[: room // 20] if isinstance(value, str) else "[…]"  # JSON has up to 12 for one character
        room -= len(_json({name: kept}))
        if room < 0:
            break
        first[name] = kept
    return first


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, separators=(",", ":"))


def _seconds(value: datetime | timedelta) -> int | float:
    """Return a time as the Bot API has it; one without a zone is UTC to the library."""
    if isinstance(value, datetime):
        return int((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())
    seconds = value.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


class _Written:
    """Writes parameters as JSON can say them; `whole` until one of them is not what was sent."""

    def __init__(self) -> None:
        self.whole = True

    def mapping(self, value: Mapping[object, object], *, depth: int) -> dict[str, object]:
        """Return an object with its first values; secrets by their names only."""
        self.whole = self.whole and len(value) <= LONGEST_LIST
        return {
            self._text(str(name), LONGEST_NAME): self._instead(HIDDEN) if name in SECRETS else self._value(inner, depth)
            for name, inner in list(value.items())[:LONGEST_LIST]
        }

    def _value(self, value: object, depth: int) -> object:
        """Return a value."""
        match value:
            case None | bool() | int():
                return value
            case str():
                return self._text(value, LONGEST_VALUE)
            case float():
                return value if math.isfinite(value) else self._instead(str(value))
            case datetime() | timedelta():
                return _seconds(value)
            case bytes() | bytearray() | memoryview():
                return self._instead(f"[file of {len(value)} bytes]")
        return self._compound(value, depth + 1)

    def _compound(self, value: object, depth: int) -> object:
        """Return a list or an object; files by their names."""
        if hasattr(value, "input_file_content"):  # the library's file
            return self._instead(f"[file {self._text(str(getattr(value, 'filename', '')), LONGEST_NAME)}]")
        if depth > DEEPEST:
            return self._instead("[…]")
        if hasattr(value, "to_dict"):
            value = value.to_dict()
        if isinstance(value, Mapping):
            return self.mapping(value, depth=depth)
        if isinstance(value, Sequence):
            self.whole = self.whole and len(value) <= LONGEST_LIST
            return [self._value(inner, depth) for inner in value[:LONGEST_LIST]]
        return self._instead(f"[{type(value).__name__}]")

    def _text(self, value: str, most: int) -> str:
        """Return a text without secrets, and cut."""
        read = redact_token(value[:LONGEST_READ])
        read = _QUERY.sub(rf"\1{HIDDEN}", _LOGIN.sub(f"{HIDDEN}@", read))
        shown = storable(read)[:most]
        self.whole = self.whole and shown == value
        return shown

    def _instead(self, words: str) -> str:
        self.whole = False
        return words
