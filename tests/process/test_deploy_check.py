"""`manage.py check --deploy` in the settings of a machine in production: nothing to say, and what pages say there."""

import os
import subprocess
import sys
from pathlib import Path

from django.test import SimpleTestCase

ROOT = Path(__file__).parents[2]
PRODUCTION = {
    "DJANGO_ENV_FILE": "",
    "DJANGO_SECRET_KEY": "pT4vN8wQ2zK6mB9xR3cY7hL1jF5gD0sAeUiOqWnMzXvBtHyJkLpRfGdCs",
    "DJANGO_ALLOWED_HOSTS": "bot.example",
    "DJANGO_HTTPS": "1",
    "DJANGO_CSRF_TRUSTED_ORIGINS": "https://bot.example",
    "TELEGRAM_BOT_TOKEN": "123456789:AAExampleExampleExampleExampleExample",
    "TELEGRAM_ADMIN_IDS": "1",
    "METRICS_TOKEN": "0123456789abcdef0123456789abcdef",
}
ASK = """
import django; django.setup()
from django.test import Client
for secure, address in ((False, '/login/'), (False, '/healthz'), (True, '/login/')):
    response = Client(SERVER_NAME='bot.example').get(address, secure=secure)
    print(response.status_code, response.headers.get('Location', ''))
print(response.headers['Strict-Transport-Security'])
print(response.headers['Content-Security-Policy'].rpartition('; ')[2], response.headers['Reporting-Endpoints'])
print([str(cookie.OutputString()) for cookie in response.cookies.values()])
"""


class DeployCheckTests(SimpleTestCase):
    """Processes of their own: settings are read once."""

    def run_python(self, *arguments: str, **more: str) -> str:
        """Run Python as in production; return what it wrote, its complaints first."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {**kept, **PRODUCTION, "DJANGO_SETTINGS_MODULE": "botproject.settings", **more}
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stderr + done.stdout

    def test_nothing_to_say_whatever_is_decided_of_the_domain(self) -> None:
        for hsts in ("", "host", "subdomains", "preload"):
            with self.subTest(hsts):
                said = self.run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", DJANGO_HSTS=hsts)
                self.assertIn("System check identified no issues", said)

    def test_http_leads_to_https_but_for_machines_and_cookies_belong_to_the_host(self) -> None:
        plain, health, page, hsts, reports, cookies = self.run_python("-c", ASK).splitlines()[-6:]
        self.assertEqual(plain, "301 https://bot.example/login/")
        self.assertEqual(health.strip(), "200")
        self.assertEqual(page.strip(), "200")
        self.assertEqual(hsts, "max-age=31536000; includeSubDomains")
        self.assertEqual(reports, 'report-to csp csp="/csp-report/"')
        self.assertIn("__Host-csrftoken=", cookies)
        for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
            self.assertIn(attribute, cookies)
        self.assertNotIn("Domain", cookies)
