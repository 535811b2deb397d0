"""Pages that fail in different ways."""

import asyncio
import threading

from django.http import HttpRequest, HttpResponse
from django.urls import path

from botproject.urls import handler500, urlpatterns

__all__ = ["handler500", "urlpatterns"]


def broken(_request: HttpRequest) -> HttpResponse:
    """Fail with a secret in the text and in sight."""
    password = "planted-secret-1"
    raise ValueError(f"no login for postgres://bot:planted-secret-2@db/bot with {len(password)} letters")


def thread(_request: HttpRequest) -> HttpResponse:
    """Let a thread fail."""

    def fail() -> None:
        raise RuntimeError("the thread failed: api_key=planted-secret-3")

    started = threading.Thread(target=fail, name="worker of a page")
    started.start()
    started.join()
    return HttpResponse("started")


def task(_request: HttpRequest) -> HttpResponse:
    """Leave a task behind that failed and that nobody asked."""

    async def fail() -> None:
        raise LookupError("the task failed")

    async def leave() -> None:
        await asyncio.wait({asyncio.create_task(fail())})

    asyncio.run(leave())
    return HttpResponse("left")


urlpatterns = [
    path("broken/", broken),
    path("thread/", thread),
    path("task/", task),
    *urlpatterns,
]
