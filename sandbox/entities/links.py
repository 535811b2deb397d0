"""Which addresses Telegram takes as links, and how it writes them."""

import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST = re.compile(r"(?:localhost|[^\s/:@.]+(?:\.[^\s/:@.]+)+|\[[0-9a-fA-F:.]+\])(?::\d+)?", re.IGNORECASE)
_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def checked_link(url: str) -> str | None:
    """Return the address as Telegram stores it, or None if it is no link for Telegram."""
    url = url.strip()
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
