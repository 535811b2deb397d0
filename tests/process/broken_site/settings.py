"""The project's settings with the failing pages beside its own."""

from botproject.settings import *  # noqa: F403

ROOT_URLCONF = "tests.process.broken_site.urls"
