"""Reading the pages of lists."""

import re


def ids(page: str) -> list[int]:
    """Return the rows' ids in their order."""
    return [int(number) for number in re.findall(r'<tr id="[a-z]+-(\d+)">', page)]


def links(page: str) -> list[str]:
    """Return every address in the page."""
    return [link.replace("&amp;", "&") for link in re.findall(r'href="([^"]*)"', page)]


def polled(page: str) -> str:
    """Return the query that an open page asks with."""
    found = re.search(r'id="live"[^>]* hx-get="([^"]+)"', page)
    return found[1].replace("&amp;", "&") if found else ""
