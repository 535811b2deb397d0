"""Who somebody is, signed with a bot's token: what a Web App's page and a site that one logs in to are told."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.people import Person

WEB_APP_KEY = b"WebAppData"  # core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app


def web_app_data(token: str, person: Person, query_id: str, now: int) -> str:
    """Return the initData of a Web App, as a query string."""
    user = {"id": person.id, "first_name": person.first_name, **_known(person), "allows_write_to_pm": True}
    if person.language:
        user["language_code"] = person.language
    told = {"query_id": query_id, "user": json.dumps(user, ensure_ascii=False), "auth_date": str(now)}
    key = hmac.digest(WEB_APP_KEY, token.encode(), "sha256")
    return urlencode({**told, "hash": _signature(key, told)})


def login_address(token: str, person: Person, url: str, now: int) -> str:
    """Return where a LoginUrl leads: its address with the fields of core.telegram.org/widgets/login."""
    told = {"id": str(person.id), "first_name": person.first_name, **_known(person), "auth_date": str(now)}
    signed = urlencode({**told, "hash": _signature(hashlib.sha256(token.encode()).digest(), told)})
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=f"{parts.query}&{signed}" if parts.query else signed))


def _known(person: Person) -> dict[str, str]:
    given = {"last_name": person.last_name, "username": person.username}
    return {name: value for name, value in given.items() if value}


def _signature(key: bytes, told: Mapping[str, str]) -> str:
    lines = "\n".join(f"{name}={value}" for name, value in sorted(told.items()))
    return hmac.new(key, lines.encode(), "sha256").hexdigest()
