"""The value of settings.LOGGING: which lines go where."""

from typing import Any


def logging(form: str, level: str) -> dict[str, Any]:
    """Return it, with the form of lines (json or console) and the level of what has none of its own."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "context": {"()": "botcore.logs.ContextFilter"},
            "denied": {"()": "botcore.logs.DeniedFilter"},
        },
        "formatters": {
            "json": {"()": "botcore.logs.JsonFormatter"},
            "console": {"()": "botcore.logs.ConsoleFormatter"},
        },
        "handlers": {
            "stderr": {"class": "botcore.logs.LineHandler", "formatter": form, "filters": ["context"]},
            "errors": {"class": "botcore.errors.log_handler.CaptureHandler"},
            "crumbs": {"class": "botcore.errors.crumbs.CrumbHandler"},  # for the page of an error that may follow
        },
        "root": {"handlers": ["stderr", "errors", "crumbs"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"filters": ["denied"], "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "gunicorn.error": {"handlers": [], "propagate": True},  # in a worker: its own handler hides no secret
            # At INFO these print the address of each call, and the address holds the token.
            "httpx": {"level": "WARNING"},
            "httpcore": {"level": "WARNING"},
            "aiohttp.client": {"level": "WARNING"},
            "telegram.request": {"level": "CRITICAL"},  # a traceback for what is no JSON; we say it shorter
            "psycopg.pool": {"level": "ERROR"},  # the loops that wait for the database say so themselves
            "axes": {"level": "WARNING"},
            "opentelemetry": {"level": "CRITICAL"},  # botcore.integrations says once what these say of each batch
            "urllib3": {"level": "ERROR"},
        },
    }
