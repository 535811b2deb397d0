"""Errors of every class, with secrets in their way: nothing that is ever written, sent or shown holds one of them."""

import http.cookiejar
import re
import unittest
import urllib.error
import urllib.parse
import urllib.request

from botcore.crashes import CRASHES, PLANTED_PASSWORD, PLANTED_TOKEN
from tests.process.test_errors import everything_written
from tests.processes import PATIENCE, Stack, eventually

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"
KEY = "a-key-of-this-test-that-nobody-else-has-51"
SECRETS = (TOKEN, TOKEN.partition(":")[2], PLANTED_TOKEN, PLANTED_TOKEN.partition(":")[2], PLANTED_PASSWORD, KEY)
NAME, PASSWORD = "operator", "a-long-password-1"
PEOPLE = (1, 2, 3)
SEEN = "from botcore.models import Update; print(Update.objects.filter(finished_at__isnull=False).count())"
GROUPS = "from botcore.models import ErrorGroup; print(*ErrorGroup.objects.values_list('pk', flat=True))"


class Visitor:
    """An operator with a browser of the simplest kind, who reads every page that a page leads to."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()), urllib.request.ProxyHandler({})
        )
        self.pages: dict[str, str] = {}

    def log_in(self) -> None:
        """Log in through the form."""
        form = self.read("/login/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token
        fields = {"username": NAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1]}
        request = urllib.request.Request(
            f"{self._base}/login/", urllib.parse.urlencode(fields).encode(), {"Referer": f"{self._base}/login/"}
        )
        self._opener.open(request, timeout=PATIENCE).close()

    def read(self, path: str) -> str:
        """Return a page, also one with an error."""
        try:
            address = urllib.parse.quote(path, safe="%/:=&?~+!$,;'@()*")  # as a browser does
            with self._opener.open(f"{self._base}{address}", timeout=PATIENCE) as response:
                body: bytes = response.read()
        except urllib.error.HTTPError as error:
            body = error.read()
        self.pages[path] = body.decode()
        return self.pages[path]

    def crawl(self, most: int = 400) -> None:
        """Read what can be reached from the overview and from Django's admin, without changing anything."""
        waiting = ["/", "/admin/", "/metrics", "/statusz", "/readyz"]
        while waiting and len(self.pages) < most:
            path = waiting.pop(0)
            if path in self.pages or re.search(r"logout|/static/|jsi18n|\.(css|js|svg)", path):
                continue
            links = re.findall(r'href="([^"#]*)"', self.read(path))
            waiting += [urllib.parse.urljoin(path, link.replace("&amp;", "&")) for link in links if "//" not in link]


class NoSecretTests(unittest.TestCase):
    """The sandbox, a bot with a token of the real form, the web, and somebody who reads everything."""

    def setUp(self) -> None:
        """Start everything."""
        self.stack = self.enterContext(
            Stack(TELEGRAM_BOT_TOKEN=TOKEN, DJANGO_SECRET_KEY=KEY, BOT_SANDBOX="1", BOT_ATTEMPTS="1", LOG_LEVEL="DEBUG")
        )
        self.stack.migrate()
        arguments = ["--no-input", "--username", NAME, "--email", "o@example.org"]
        self.stack.manage("createsuperuser", *arguments, DJANGO_SUPERUSER_PASSWORD=PASSWORD)
        self.stack.start_sandbox()

    def shell(self, code: str) -> str:
        """Run a line in Django's shell."""
        return self.stack.manage("shell", "--verbosity", "0", "-c", code).strip()

    def test_rows_logs_spool_and_pages_hold_none(self) -> None:
        bot = self.stack.start_bot()
        for number, kind in enumerate(CRASHES):
            self.stack.say(PEOPLE[number % len(PEOPLE)], f"/crash {kind}")
        eventually(lambda: int(self.shell(SEEN)) >= len(CRASHES), what="all of them have happened")
        self.assertEqual(bot.stop(), 0, bot.output)
        groups = self.shell(GROUPS).split()
        self.assertGreaterEqual(len(groups), 10)
        web = self.stack.start_web()
        visitor = Visitor(self.stack.web_url)
        visitor.log_in()
        visitor.crawl()
        for group in groups:
            self.assertIn(f"/errors/{group}/", visitor.pages)
        self.assertEqual(web.stop(), 0, web.output)
        written = "\n".join([everything_written(self.stack), *visitor.pages.values(), *self.said()])
        for secret in SECRETS:
            place = written.find(secret)
            self.assertEqual(place, -1, written[max(0, place - 300) : place + 300])

    def said(self) -> list[str]:
        """Return what the bot told people."""
        return [text for person in PEOPLE for text in self.stack.bot_texts(person)]
