"""Takes a picture of every page, light and dark, wide and narrow: `screenshots.py ADDRESS NAME PASSWORD FOLDER`.

Ends with 1 when a page scrolls sideways or the browser's console complains, for example about the security policy.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page

from tests.browser.chromium import browser, listen

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = {1280: 800, 360: 740}
REFUSED = re.compile(r"with a status of 4\d\d")  # the browser itself says so of the pages that refuse


# Pages that lead on from the page of one row.
MORE = {
    "person": ("data",),
    "broadcast": ("edit", "amend", "files", "audience", "delivery", "start", "cancel"),
    "outgoing-sent": ("edit", "delete"),
}


def addresses(page: Page, base: str) -> Iterator[tuple[str, str]]:
    """Yield a name and an address for each page of the panel and of Django's admin."""
    yield from panel(page, base)
    yield "admin", "/admin/"
    for address in admin_lists(page, base):
        name = address.strip("/").replace("/", "-")
        yield name, address
        page.goto(base + address)
        link = page.locator("#result_list tbody th a").first
        if link.count():
            yield f"{name}-detail", str(link.get_attribute("href"))


def admin_lists(page: Page, base: str) -> list[str]:
    """Return the lists of all tables that Django's admin has, by its own index."""
    page.goto(f"{base}/admin/")
    return [str(link.get_attribute("href")) for link in page.locator("#content-main .module tr th a").all()]


def panel(page: Page, base: str) -> Iterator[tuple[str, str]]:
    """Yield a name and an address for each page of the panel, details by the first link of their list."""
    yield "overview", "/"
    for name in (
        "updates",
        "outbox",
        "broadcasts",
        "people",
        "chats",
        "access",
        "conversations",
        "feedback",
        "errors",
        "monitoring",
        "jobs",
        "retention",
        "alerts",
        "events",
        "audit",
        "settings",
    ):
        yield name, f"/{name}/"
    yield "growth", "/people/growth/"
    for name in ("usage", "sources", "funnels", "answers"):
        yield f"growth-{name}", f"/people/growth/{name}/"
    yield "segments", "/people/segments/"
    yield "tags-import", "/people/tags/"
    yield "quick-replies", "/conversations/replies/"
    yield "monitoring-day", "/monitoring/?range=day"
    yield "restart", "/monitoring/restart/"
    yield "job", "/jobs/roll_up/"
    yield "updates-failed", "/updates/?state=dead"
    yield "replay", "/updates/replay/?state=done"
    yield "outbox-queued", "/outbox/?state=queued"
    yield (
        "updates-narrowed",
        "/updates/?state=done&kind=message&from=7d&columns=state,attempts,update_id",
    )
    yield "errors-all", "/errors/?tab=all&sort=count"
    yield "errors-none", "/errors/?search=zzzzzz"
    yield "people-nobody", "/people/?search=zzzzzz"
    yield from details(page, base)
    yield "setting", "/settings/throttle.person_burst/"
    yield "commands", "/settings/commands/"
    yield "texts", "/settings/texts/"
    yield "webhook", "/settings/webhook/"
    yield "logs", "/settings/logs/"
    yield "account", "/account/"
    yield "find", "/find/?q=al"
    yield "account-password", "/account/password/"
    yield "account-factor", "/account/second-factor/"
    yield "accounts", "/accounts/"
    yield "login-gone", "/login/nothing/"
    yield "bad-request", "/updates/?state=nonsense"
    yield "not-found", "/updates/999999999/"


def details(page: Page, base: str) -> Iterator[tuple[str, str]]:
    """Yield the pages of the first row of each list, and those that lead on from there."""
    for name, list_address in (
        ("update", "/updates/"),
        ("update-failed", "/updates/?state=dead"),
        ("person", "/people/"),
        ("conversation", "/conversations/"),
        ("error", "/errors/?tab=all"),
        ("broadcast", "/broadcasts/"),
        ("segment", "/people/segments/"),
        ("outgoing", "/outbox/"),
        ("outgoing-sent", "/outbox/?state=sent"),
        ("outgoing-uncertain", "/outbox/?state=uncertain"),
    ):
        page.goto(base + list_address)
        link = page.locator("td.lead a").first
        if link.count():
            address = str(link.get_attribute("href"))
            yield name, address
            yield from ((f"{name}-{more}", f"{address}{more}/") for more in MORE.get(name, ()))
    page.goto(f"{base}/conversations/replies/")
    link = page.locator(".messages a.name").first
    if link.count():
        yield "quick-reply", str(link.get_attribute("href"))
    page.goto(f"{base}/outbox/")
    link = page.locator('td a[href^="/chats/"]').first
    if link.count():
        yield "chat", str(link.get_attribute("href"))


def login(page: Page, base: str, name: str, password: str) -> None:
    """Log in through the form."""
    page.goto(f"{base}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("form.stack button")
    page.wait_for_url(f"{base}/")


def shoot(page: Page, base: str, who: tuple[str, str], out: Path) -> Iterator[str]:
    """Take all pictures in one window; yield what is wrong, one sentence each."""
    look = out.name
    heard: list[str] = []
    listen(page, heard)
    page.goto(f"{base}/login/")
    page.screenshot(path=out.with_name(f"login-{look}.png"))
    login(page, base, *who)
    for name, address in list(addresses(page, base)):
        heard.clear()
        page.goto(base + address)
        page.wait_for_timeout(150)
        # A phone shows one screen: its bar of pages would stand in the middle of a longer picture.
        page.screenshot(path=out.with_name(f"{name}-{look}.png"), full_page=not look.endswith("360"))
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            yield f"{name}-{look}: scrolls {overflow} px sideways"
        yield from (f"{name}-{look}: {text}" for text in heard if not REFUSED.search(text))


def every_look(started: Browser, base: str, who: tuple[str, str], out: Path) -> Iterator[str]:
    """Take the pictures light and dark, wide and narrow."""
    for scheme in SCHEMES:
        for width, height in WIDTHS.items():
            context = started.new_context(color_scheme=scheme, viewport={"width": width, "height": height})
            yield from shoot(context.new_page(), base, who, out / f"{scheme}-{width}")
            context.close()


def main() -> int:
    """Run from the command line."""
    base, name, password, out = sys.argv[1:5]
    Path(out).mkdir(parents=True, exist_ok=True)
    with browser() as started:
        wrong = list(every_look(started, base.rstrip("/"), (name, password), Path(out)))
    print("\n".join(wrong) or "nothing to complain about")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
