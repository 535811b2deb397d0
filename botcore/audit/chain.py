"""What seals a row of the audit: SHA-256 over its content and the seal of the row before. Pure."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address

SEALED = ("at", "channel", "actor", "actor_id", "action", "target", "before", "after", "ip", "request_id", "previous")


def digest(facts: Mapping[str, object]) -> str:
    """Return the seal of a row with these columns, 64 hexadecimal digits."""
    content = {name: _plain(facts[name]) for name in SEALED}
    content["ip"] = address(content["ip"])
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def address(text: object) -> str | None:
    """Return an address in one form, for databases give it back in others; None for what is none."""
    try:
        found = ip_address(str(text or "").partition("%")[0])
    except ValueError:
        return None
    return str(getattr(found, "ipv4_mapped", None) or found)


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
