"""The door for ASGI servers; gunicorn with threads serves these pages faster (docs/architecture.md)."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")

application = get_asgi_application()
