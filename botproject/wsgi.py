"""The door for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from botproject.readable import readable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")

application = readable(get_wsgi_application())

from botcore.errors import hooks  # noqa: E402  (its tables are there only now)
from botcore.monitoring.web import measure  # noqa: E402
from botcore.runtime.level_watch import watch_levels_in_thread  # noqa: E402

hooks.install()
measure()
watch_levels_in_thread()
