"""What seals a row of the audit: SHA-256 over its content and the seal of the row before. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime

SEALED = ("at", "channel", "actor", "actor_id", "action", "target", "before", "after", "ip", "request_id", "previous")


def digest(facts: Mapping[str, object]) -> str:
    """Return the seal of a row with these columns, 64 hexadecimal digits."""
    content = {name: _plain(facts[name]) for name in SEALED}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
