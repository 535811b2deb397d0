"""One download in a process of its own, for its memory: `benchmarks.panel_export people 1000000` prints JSON."""

import json
import os
import sys
import time
from pathlib import Path

from django.contrib.auth.models import User

import benchmarks  # noqa: F401 (sets Django up)
from benchmarks.panel_browser import Browser
from botcore.models import LimitUse


def memory() -> float:
    """Return the memory that this process has now, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> None:
    """Download up to so many rows and tell."""
    kind, most = sys.argv[1], int(sys.argv[2])
    browser = Browser(User.objects.get(username="bench"))
    LimitUse.objects.all().delete()  # more exports than an account may begin in a minute
    browser.get("/updates/")  # whatever a page needs is there
    before = most_ever = memory()
    began = time.perf_counter()
    status, blocks = browser.open(f"/exports/{kind}.csv")
    assert status == 200, status
    rows = size = 0
    first = 0.0
    for block in blocks:
        first = first or time.perf_counter() - began
        rows += block.count(b"\n")
        size += len(block)
        most_ever = max(most_ever, memory())
        if rows > most:
            break
    told = {"rows": rows, "bytes": size, "seconds": time.perf_counter() - began}
    print(json.dumps({**told, "first_ms": first * 1000, "grown_mib": most_ever - before}))


if __name__ == "__main__":
    main()
