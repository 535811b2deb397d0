"""A headless Chromium for tests: Debian's, driven by Playwright, which brings none of its own."""

import shutil
import unittest
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
needs_chromium = unittest.skipUnless(CHROMIUM, "no Chromium on this machine: apt install chromium")


@contextmanager
def browser(*more: str) -> Iterator[Browser]:
    """Start a browser, with more arguments if wanted, and close it."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *more])
        try:
            yield started
        finally:
            started.close()


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what the page complains about: errors, warnings and reports of the content security policy."""

    def note(kind: str, text: str) -> None:
        """Keep a serious line."""
        if kind in {"error", "warning"}:
            complaints.append(f"{page.url}: {text}")

    page.on("console", lambda message: note(message.type, message.text))
    page.on("pageerror", lambda error: note("error", str(error)))
