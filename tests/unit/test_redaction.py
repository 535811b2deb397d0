"""Redaction: no secret stays in a text, ordinary words do, and hostile texts cost no more than their length."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from unittest import mock

from django.conf import settings
from django.test import SimpleTestCase, override_settings

from botcore.logs import is_secret_name, keep_secret, redact, redact_token, redacted_value

SECRET = "hunter2hunter2"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
PRIVATE_KEY = f"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n{SECRET}\n-----END RSA PRIVATE KEY-----"
DATABASE = {"ENGINE": "django.db.backends.dummy", "USER": "bot", "NAME": "bots", "PASSWORD": "p/ss word"}


@contextmanager
def databases(default: dict[str, str]) -> Iterator[None]:
    """Put a database into the settings' dict, which Django does not let be overridden."""
    with mock.patch.dict(settings.DATABASES, {"other": default}):
        keep_secret(f"{default['PASSWORD']} is new")  # what was known before is looked up again
        yield
    keep_secret(f"{default['PASSWORD']} is old")


class SecretTests(SimpleTestCase):
    """What is hidden."""

    def test_values_of_secret_names_in_any_writing(self) -> None:
        for text, expected in {
            f"password={SECRET}": "password=[hidden]",
            f"PASSWD = {SECRET}, then": "PASSWD = [hidden], then",
            f"db_pwd: {SECRET}": "db_pwd: [hidden]",
            f"f(api_key='{SECRET}', n=1)": "f(api_key='[hidden]', n=1)",
            f'{{"client_secret": "{SECRET}", "n": 1}}': '{"client_secret": "[hidden]", "n": 1}',
            f"{{'apikey': '{SECRET}', 'n': 1}}": "{'apikey': '[hidden]', 'n': 1}",
            f"{{b'X-Api-Key': b'{SECRET}'}}": "{b'X-Api-Key': b'[hidden]'}",
            f"os.environ['SENTRY_DSN'] = '{SECRET}'": "os.environ['SENTRY_DSN'] = '[hidden]'",
            f"https://h/x?access_token={SECRET}&n=1": "https://h/x?access_token=[hidden]&n=1",
            f"next=%2Fx%3Ftoken%3D{SECRET}": "next=%2Fx%3Ftoken%3D[hidden]",
            f"Cookie: sessionid={SECRET}; csrftoken=x\nHost: h": "Cookie: [hidden]\nHost: h",
            f"Set-Cookie: a={SECRET}; Path=/": "Set-Cookie: [hidden]",
            f"Authorization: Digest u={SECRET}, x": "Authorization: [hidden]",
            f"session id: {SECRET}": "session id: [hidden]",
            f"session_key={SECRET}": "session_key=[hidden]",
            f"csrfmiddlewaretoken={SECRET}": "csrfmiddlewaretoken=[hidden]",
            f"host=h password={SECRET} dbname=x": "host=h password=[hidden] dbname=x",
            f"credentials => {SECRET}": "credentials => [hidden]",
            f"secret key: {SECRET}": "secret key: [hidden]",
            f"İ password={SECRET} n": "İ password=[hidden] n",
        }.items():
            with self.subTest(text):
                self.assertEqual(redact(text), expected)

    def test_quotes_inside_a_value_do_not_end_it(self) -> None:
        for value in (f'a"{SECRET}', f"a'{SECRET}", f"a\\{SECRET}", f"a,{SECRET}", f"a b {SECRET}"):
            fields = {"password": value, "n": 1}
            for text in (repr(fields), json.dumps(fields), json.dumps(json.dumps(fields))):
                with self.subTest(text):
                    self.assertNotIn(SECRET, redact(text))
                    self.assertTrue(redact(text).endswith(text[-2:]))

    def test_a_quote_that_nobody_closes_hides_its_line(self) -> None:
        self.assertEqual(redact(f"password='{SECRET} and\nmore"), "password='[hidden]\nmore")

    def test_logins_in_addresses(self) -> None:
        for scheme in ("postgres", "redis", "https", "amqp"):
            with self.subTest(scheme):
                self.assertEqual(redact(f"at {scheme}://bot:{SECRET}@h:1/x"), f"at {scheme}://[hidden]@h:1/x")
        self.assertEqual(redact(f"redis://:{SECRET}@h"), "redis://[hidden]@h")
        self.assertNotIn(SECRET, redact(json.dumps(f"https://bot:{SECRET}@h/").replace("/", "\\/")))

    def test_values_of_authorization(self) -> None:
        self.assertEqual(redact("sent Bearer a1b2c3d4e5 to"), "sent Bearer [hidden] to")
        self.assertEqual(redact("('authorization', 'Basic dXNlcjpwYXNz')"), "('authorization', 'Basic [hidden]')")

    def test_web_tokens_and_private_keys(self) -> None:
        self.assertEqual(redact(f"it is {JWT}."), "it is [hidden].")
        self.assertEqual(redact(f"a {PRIVATE_KEY} b"), "a [hidden] b")
        self.assertEqual(redact(PRIVATE_KEY[:60]), "[hidden]")  # cut

    def test_one_time_codes_where_they_stand(self) -> None:
        secret, typed = "aB3-_" * 8 + "xyz", "ABCD-EFGH-JKLM-NPQR"
        for text in (
            f"Gone: /login/{secret}/",
            f"https://bot.example.org/login/{secret}",
            f"next=%2Flogin%2F{secret}%2F",
            json.dumps({"url": f"https://h/login/{secret}/"}),
            f"/link {typed}",
            f"/link@bot  {typed.lower()}",
            f"/link {typed.replace('-', '')}",
            json.dumps({"text": f"/link\n{typed}"}),
            f"https://t.me/bot?start=link_{typed}",
            f"/start link_{typed}",
        ):
            for hide in (redact, redact_token):
                with self.subTest(text):
                    self.assertIn("[hidden]", hide(text))
                    self.assertNotIn(secret, hide(text))
                    self.assertNotIn(typed, hide(text).upper())
                    self.assertEqual(hide(hide(text)), hide(text))

    def test_other_addresses_and_words_with_these_names_stay(self) -> None:
        for text in (
            "/login/?next=/people/",
            "/login/once/",
            "/link",
            "/link code",
            "a link_to_something_else_here",
            "/links/abcdefghijklmnopqrst",
        ):
            self.assertEqual(redact(text), text)

    def test_what_is_hidden_stays_as_it_is(self) -> None:
        texts = (f"password={SECRET}", f'"token": "{SECRET}"', "TELEGRAM_BOT_TOKEN=1:sandbox", f"Cookie: a={SECRET}")
        for text in (*texts, f"x://u:{SECRET}@h", f"Bearer {SECRET}", PRIVATE_KEY):
            with self.subTest(text):
                self.assertEqual(redact(redact(text)), redact(text))

    @override_settings(
        WEBHOOK_SECRET="webhook-walrus",
        METRICS_TOKEN="metrics-walrus-metrics",
        EMAIL_HOST_PASSWORD="mail-walrus",
        SECRET_KEY="key-walrus-key",
        SECRET_KEY_FALLBACKS=["old-walrus"],
        PAYMENT_API_KEY="pay-walrus",
    )
    def test_values_of_our_settings_wherever_they_stand(self) -> None:
        for value in ("webhook-walrus", "metrics-walrus-metrics", "mail-walrus", "key-walrus-key", "old-walrus"):
            with self.subTest(value):
                self.assertEqual(redact(f"who is {value}?"), "who is [hidden]?")
        self.assertEqual(redact("pay-walrus"), "[hidden]")

    def test_settings_that_changed(self) -> None:
        with override_settings(WEBHOOK_SECRET="first-walrus"):
            self.assertEqual(redact("first-walrus"), "[hidden]")
        self.assertEqual(redact("first-walrus"), "first-walrus")

    def test_the_password_of_the_database_also_as_an_address_has_it(self) -> None:
        with databases(DATABASE):
            self.assertEqual(redact("p/ss word, p%2Fss%20word"), "[hidden], [hidden]")
        with databases({**DATABASE, "PASSWORD": "bots"}):
            self.assertEqual(redact("two bots"), "two bots")

    def test_a_secret_made_at_start(self) -> None:
        keep_secret("made-at-start-walrus")
        self.assertEqual(redact("made-at-start-walrus"), "[hidden]")


class NameTests(SimpleTestCase):
    """Names of fields and variables."""

    def test_names_that_hide_their_values(self) -> None:
        for name in ("password", "db_password", "TOKEN", "Set-Cookie", "apiKey", "private_key", "sessionid", "dsn"):
            with self.subTest(name):
                self.assertTrue(is_secret_name(name))
                self.assertEqual(redacted_value(name, "x"), "[hidden]")

    def test_names_that_do_not(self) -> None:
        for name in ("chat_id", "monkey", "author", "session", "keyboard", "passed", "sessions_idle"):
            with self.subTest(name):
                self.assertFalse(is_secret_name(name))
        self.assertEqual(redacted_value("text", f"password={SECRET}"), "password=[hidden]")


class OrdinaryTests(SimpleTestCase):
    """What stays."""

    def test_ordinary_words(self) -> None:
        for text in (
            "the token is rejected",
            "password field is missing",
            "monkey: banana",
            "keyboard=3 rows, key: value",
            "Forbidden (CSRF token missing.): /login/",
            "a basic understanding: bearer of news",
            "Basic Authentication is off",
            "write sqlite:///x or postgres://user:password@host:5432/name",
            "https://h/a?mail=alice@example.org",
            "alice@example.org: hello",
            "TELEGRAM_BOT_TOKEN is not set: write the token that @BotFather gave you",
            "at 21:04:05 chat -1001234567890: 3 updates",
            "the session idles: 5",
        ):
            with self.subTest(text):
                self.assertEqual(redact(text), text)

    def test_texts_for_people_lose_tokens_only_and_stay_json(self) -> None:
        text = json.dumps({"text": f"password: {SECRET}, https://a:b@h, 1:sandbox", "n": 1})
        self.assertEqual(redact_token(text), text.replace("1:sandbox", "[token]"))
        self.assertEqual(json.loads(redact_token(text))["n"], 1)


HOSTILE = {
    "dots": "a.",
    "names": "password=",
    "open quotes": "password='",
    "escaped quotes": 'pwd="\\',
    "names alone": "token",
    "logins": "://:::@@@",
    "logins without an end": "://a:",
    "web tokens": "eyJ",
    "web tokens with dots": "eyJaaaaa.",
    "private keys": "-----BEGIN PRIVATE KEY-----",
    "dashes": "-",
    "digits": "1",
    "colons": "123456:",
    "percents": "/bot1%25",
    "backslashes": "123456\\",
    "cookies": "cookie:",
    "blanks": "bearer  ",
    "brackets": "token=)]",
    "equals": "token====",
}


class CostTests(SimpleTestCase):
    """The cost grows with the length, not with its square."""

    def test_hostile_texts_of_8000_characters(self) -> None:
        for name, piece in HOSTILE.items():
            with self.subTest(name):
                text = (piece * 32_000)[:32_000]
                ratio = cost(redact, text) / cost(redact, text[:8_000])
                self.assertLess(ratio, 10)  # 4 when linear, 16 when quadratic


def cost(func: Callable[[str], str], text: str) -> float:
    """Return the least CPU time of a few calls: only compared, never judged alone."""

    def once() -> float:
        begin = time.thread_time()
        func(text)
        return time.thread_time() - begin

    return max(min(once() for _ in range(7)), 1e-5)
