"""Addresses of rows: a list makes hundreds of them, and each way is asked of the resolver once a process."""

from functools import cache

from django.urls import reverse

MARK = 31_415_926_535  # stands for the row's number while the way is asked for


def of_row(page: str, key: int) -> str:
    """Return where a row's page is, such as /people/17/ for ("person", 17)."""
    before, after = _around(page)
    return f"{before}{key:d}{after}"


@cache
def _around(page: str) -> tuple[str, str]:
    before, _, after = reverse(f"dashboard:{page}", args=[MARK]).partition(str(MARK))
    return before, after
