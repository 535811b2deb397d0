"""Takes a picture of every page, light and dark, wide and narrow: `screenshots.py http://127.0.0.1:8000 NAME PASSWORD OUT`.

Ends with 1 when a page scrolls sideways or the browser's console complains, for example about the security policy.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {1280: 800, 360: 740}
ADMIN = ["update", "user", "feedback", "heartbeat", "updatecount", "lane", "chat"]


def addresses(page: Page, base: str) -> Iterator[tuple[str, str]]:
    """Yield a name and an address for each page, details by the first link of their list."""
    yield "overview", "/"
    for name in ("updates", "people", "feedback"):
        yield name, f"/{name}/"
    yield "updates-failed", "/updates/?state=dead"
    yield "people-nobody", "/people/?search=zzzzzz"
    for name, list_address in (
        ("update", "/updates/"),
        ("update-failed", "/updates/?state=dead"),
        ("person", "/people/"),
    ):
        page.goto(base + list_address)
        link = page.locator("td.lead a").first
        if link.count():
            yield name, str(link.get_attribute("href"))
    yield "bad-request", "/updates/?state=nonsense"
    yield "not-found", "/updates/999999999/"
    yield "admin", "/admin/"
    for model in ADMIN:
        yield f"admin-{model}", f"/admin/botcore/{model}/"
        page.goto(f"{base}/admin/botcore/{model}/")
        link = page.locator("#result_list tbody th a").first
        if link.count():
            yield f"admin-{model}-detail", str(link.get_attribute("href"))


def login(page: Page, base: str, name: str, password: str) -> None:
    """Log in through the form."""
    page.goto(f"{base}/login/")
    page.fill("#id_username", name)
    page.fill("#id_password", password)
    page.click("form.stack button")
    page.wait_for_url(f"{base}/")


def shoot(browser: Browser, base: str, who: tuple[str, str], out: Path) -> list[str]:
    """Take all pictures; return what is wrong, one sentence each."""
    wrong: list[str] = []
    for scheme in ("light", "dark"):
        for width, height in WIDTHS.items():
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": height}, device_scale_factor=1
            )
            page = context.new_page()
            page.on("console", lambda said: said.type in {"error", "warning"} and heard.append(said.text))
            heard: list[str] = []
            page.goto(f"{base}/login/")
            page.screenshot(path=out / f"login-{scheme}-{width}.png")
            login(page, base, *who)
            for name, address in list(addresses(page, base)):
                heard.clear()
                page.goto(base + address)
                page.wait_for_timeout(150)
                page.screenshot(path=out / f"{name}-{scheme}-{width}.png", full_page=True)
                overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if overflow > 0:
                    wrong.append(f"{name} at {width}: scrolls {overflow} px sideways")
                wrong += [f"{name} at {width}: {text}" for text in heard if "status of 40" not in text]
            context.close()
    return wrong


def main() -> int:
    """Run from the command line."""
    base, name, password, out = sys.argv[1:5]
    Path(out).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        wrong = shoot(browser, base.rstrip("/"), (name, password), Path(out))
        browser.close()
    print("\n".join(wrong) or "nothing to complain about")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
