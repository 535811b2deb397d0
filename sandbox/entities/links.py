"""Which addresses Telegram takes as links, emoji and times, and how it writes them."""

import re
from urllib.parse import urlsplit

from sandbox.terms import MessageEntityType as Kind

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_OWN_SCHEME = re.compile(r"\A(tg|ton|tonsite):(?!//)", re.IGNORECASE)
_HOST = re.compile(r"(?:localhost|[^\s/:@.]+(?:\.[^\s/:@.]+)+|\[[0-9a-fA-F:.]+\])(?::\d+)?", re.IGNORECASE)
_PICTURE = re.compile(r"tg:(?://)?(emoji|time)/?\?([^#]*)", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_TIME_FORMAT = re.compile(r"[rR]|[tTdDwW]*")
_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def checked_link(url: str) -> str | None:
    """Return the address as Telegram stores it, or None if it is no link for Telegram."""
    url = _OWN_SCHEME.sub(r"\1://", url.strip())
    if not _SCHEME.match(url) or _HOST.match(url.split("/", 1)[0]):
        url = f"http://{url}"
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or re.search(r"\s", url):
        return None
    if parts.scheme in {"http", "https"}:
        if not _HOST.fullmatch(parts.netloc.rpartition("@")[2]):
            return None
        return url if parts.path or parts.query or parts.fragment else f"{url}/"
    return url if parts.netloc else None


def picture(url: str) -> tuple[Kind, str, str] | None:
    """Return what `![…](url)` shows: an emoji and its id, or a time in seconds since 1970 and its format, if any."""
    match = _PICTURE.match(url)
    if match is None:
        return None
    given = [parameter.partition("=")[::2] for parameter in match[2].split("&")]
    if match[1].lower() == "emoji":
        emoji = next((value for name, value in given if name == "id"), "")
        return (Kind.CUSTOM_EMOJI, emoji, "") if _fits(emoji, 2**63) else None
    moments = [value for name, value in given if name == "unix"]
    form = dict(given).get("format", "")
    if not moments or not all(_fits(value, 2**31) for value in moments) or not _TIME_FORMAT.fullmatch(form):
        return None
    return Kind.DATE_TIME, moments[-1], form


def _fits(digits: str, limit: int) -> bool:
    return _NUMBER.fullmatch(digits) is not None and int(digits) < limit
