"""Where accounts are logged in: each login is noted, kept true about once a minute, and ended by age or idleness.

Two times lie in the session itself, so that a request asks the database no more than it did; what is noted once a
minute is written when the answer is on its way. Live refreshes do not count: a page that is left open is nobody who
works.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from botcore.accounts import sessions
from dashboard.entry import kept_out
from dashboard.viewer import is_poll

GetResponse = Callable[[HttpRequest], HttpResponseBase]
SINCE, SEEN = "since", "seen"  # seconds since 1970
NOTED_EVERY = timedelta(minutes=1)
AWAY = (DatabaseError, InterfaceError, ImproperlyConfigured)


def watch(get_response: GetResponse) -> GetResponse:
    """End a session that is too old or was idle for too long, note that the others are in use, and keep out."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return get_response(request)
        refusal = None
        with suppress(*AWAY):  # the view meets it, too
            if SINCE in request.session and _is_over(request):
                _end(request)
        with suppress(*AWAY):  # asked also when what came before it could not be written
            refusal = kept_out(request)
        answer = refusal or get_response(request)
        if not is_poll(request):
            _before_close(answer, partial(_keep, request))
        return answer

    return middleware


def _before_close(answer: HttpResponseBase, deed: Callable[[], None]) -> None:
    """Let something be done when the server has sent the answer."""
    close = answer.close

    def both() -> None:
        try:
            deed()
        finally:
            close()

    answer.close = both  # type: ignore[method-assign]


def _keep(request: HttpRequest) -> None:
    """Note that the session is in use where that is due; one that has ended meanwhile stays so.

    It is read anew: a file takes minutes, and what other answers have kept since must not go back to what it was.
    """
    with suppress(*AWAY, UpdateError):
        if not (_is_due(request) and request.user.is_authenticated):
            return
        request.session = SessionStore(request.session.session_key)
        if _is_due(request):
            note(request, int(request.user.pk or 0))
            request.session.save()


def _is_due(request: HttpRequest) -> bool:
    return SINCE in request.session and _age(request, SEEN) >= NOTED_EVERY


def _end(request: HttpRequest) -> None:
    """Log out; where that cannot be written, this request is nobody's all the same."""
    try:
        logout(request)
    except AWAY:
        request.user, request.session = AnonymousUser(), SessionStore()
        raise


def note(request: HttpRequest, account_id: int) -> None:
    """Say that the session is in use; its row is made anew where the session has got another key."""
    now = timezone.now().timestamp()
    request.session.setdefault(SINCE, now)
    request.session[SEEN] = now
    if request.session.session_key is None:
        request.session.create()
    sessions.note(
        session_key=str(request.session.session_key),
        account_id=account_id,
        since=datetime.fromtimestamp(request.session[SINCE], UTC),
        ip=request.META.get("REMOTE_ADDR", ""),
        browser=request.headers.get("User-Agent", ""),
    )


def mark(request: HttpRequest) -> str:
    """Return what tells this login from others, also when its session has got another key: when it began."""
    return str(request.session.get(SINCE, SINCE))


def renew(request: HttpRequest) -> None:
    """Give the session another key: who has a copy of its cookie is logged out, and it stays the same login."""
    request.session.cycle_key()
    note(request, int(request.user.pk or 0))


@receiver(user_logged_in)
def begin(*, request: HttpRequest, user: AbstractBaseUser, **_: object) -> None:
    """Note a login; whoever was logged in in this browser before is not meant."""
    request.session[SINCE] = timezone.now().timestamp()
    note(request, int(user.pk or 0))


def _is_over(request: HttpRequest) -> bool:
    is_old = _age(request, SINCE) >= timedelta(days=settings.SESSION_DAYS)
    return is_old or _age(request, SEEN) >= timedelta(minutes=settings.SESSION_IDLE_MINUTES)


def _age(request: HttpRequest, name: str) -> timedelta:
    return timedelta(seconds=timezone.now().timestamp() - request.session[name])
