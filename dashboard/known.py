"""The cookie of a browser that is asked for no code for 30 days; none where everybody must have a second factor.

It is named after the account, so that two who share a browser are both remembered.
"""

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse

from botcore.accounts import browsers


def is_offered() -> bool:
    """Tell whether browsers are remembered here."""
    return settings.SECOND_FACTOR != "required"


def is_known(request: HttpRequest, account: User) -> bool:
    """Tell whether the account's code was given in this browser, and that is to count."""
    return is_offered() and browsers.is_known(account=account, secret=request.COOKIES.get(_name(account), ""))


def remember(response: HttpResponse, account: User) -> None:
    """Let it count from now on."""
    secret, secure = browsers.remember(account=account), settings.SESSION_COOKIE_SECURE
    response.set_cookie(_name(account), secret, browsers.KEPT, httponly=True, secure=secure, samesite="Lax")


def _name(account: User) -> str:
    """Return the cookie's name, by https one that no neighbour under the domain can plant."""
    return f"{'__Host-' if settings.SESSION_COOKIE_SECURE else ''}known-{account.pk}"
