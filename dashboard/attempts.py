"""A form's action and what came of it, said on the next page: done, nothing to do, or why not."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from botcore.exceptions import UserError


def attempt(request: HttpRequest, do: Callable[[], object], *, done: str, nothing: str = "") -> bool:
    """Do it; False means that it was so already, and a UserError says why it may not be. Return whether it might be."""
    try:
        result = do()
    except UserError as exc:
        messages.warning(request, f"{_('Nothing is changed.')} {exc}")
        return False
    say, words = (messages.warning, nothing) if result is False else (messages.success, done)
    say(request, words)
    return True
