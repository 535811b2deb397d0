"""The door for ASGI servers; gunicorn with threads serves these pages faster (docs/architecture.md)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")

application = get_asgi_application()

from botcore.errors import hooks  # noqa: E402  (its tables are there only now)
from botcore.monitoring.web import measure  # noqa: E402
from botcore.runtime.level_watch import watch_levels_in_thread  # noqa: E402

hooks.install()
measure()
watch_levels_in_thread()
