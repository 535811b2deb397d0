"""Code in a process with settings of its own, for the tests of Sentry and OpenTelemetry."""

import unittest

from tests.processes import Running, Stack

SECRET = "123456789:AAplanted-planted-planted-planted-1"
WITH_DJANGO = """
import logging, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "botproject.settings"
import django
django.setup()
from botcore import integrations
"""


class ExtrasTestCase(unittest.TestCase):
    """Runs code in a process with settings of its own."""

    def run_code(self, code: str, **environment: str) -> Running:
        """Run it to its end."""
        stack = self.enterContext(Stack(TELEGRAM_BOT_TOKEN=SECRET, **environment))
        running = stack.run("-c", WITH_DJANGO + code)
        self.assertEqual(running.wait(), 0, running.output)
        return running
