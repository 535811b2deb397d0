"""Forms whose deed must not be done twice: each carries a random key, and an equal one gets the first one's answer.

An equal form is the same account's, to the same address, with the same key, words and files: who goes back and
writes something else has written something new. A form without a key counts as new, as does one that was refused.
"""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore.panel import presses

FIELD = "once"
NO_PART = {"csrfmiddlewaretoken"}  # differs each time the same page is shown

Deed = Callable[..., HttpResponse]


def once(*, is_held: bool = True, of: tuple[str, str] | None = None) -> Callable[[Deed], Deed]:
    """Let a view do each form once; with `is_held` in one transaction, so that an equal one waits for the answer.

    `of` is a field and its word, where a view does other deeds too: those set a state, which may be another one since.
    """

    def decorate(view: Deed) -> Deed:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST" or not _has_key(request, of):
                return view(request, *args, **kwargs)
            mark = _mark(request)
            with presses.pressed(mark, is_held=is_held) as is_first:
                if not is_first:
                    return _again(request, presses.answer_to(mark))
                response = view(request, *args, **kwargs)
                if isinstance(response, HttpResponseRedirect) and not _is_refused(request):
                    presses.keep(mark, _answer(request, response))
                else:  # the form is shown once more, or a question, or why not: nothing was done
                    presses.forget(mark)
                return response

        return guarded

    return decorate


def _has_key(request: HttpRequest, of: tuple[str, str] | None) -> bool:
    return bool(request.POST.get(FIELD)) and (of is None or request.POST.get(of[0]) == of[1])


def _mark(request: HttpRequest) -> str:
    """Return what equal forms have in common."""
    form = sorted((name, values) for name, values in request.POST.lists() if name not in NO_PART)
    files = [(name, file.name, file.size) for name, sent in request.FILES.lists() for file in sent]
    facts = repr((request.user.pk, request.get_full_path(), form, files))
    return blake2b(facts.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _is_refused(request: HttpRequest) -> bool:
    """Tell whether all that was said is why nothing was done."""
    told = _told(request)
    return bool(told) and all(level >= messages.WARNING for level, _text in told)


def _answer(request: HttpRequest, response: HttpResponseRedirect) -> str:
    """Return where it leads and what was said, as JSON."""
    return json.dumps([response.url, _told(request)])


def _told(request: HttpRequest) -> list[tuple[int, str]]:
    """Return what this answer says; to read it as a page does would use it up."""
    said = getattr(messages.get_messages(request), "_queued_messages", ())
    return [(message.level, str(message.message)) for message in said]


def _again(request: HttpRequest, answer: str) -> HttpResponse:
    """Answer as the first one was answered; while that is not known, say so."""
    if not answer:
        messages.warning(request, _("This form was sent already: look what became of it."))
        return redirect(request.path)
    address, told = json.loads(answer)
    waiting: Any = messages.get_messages(request)  # the first answer's, where the browser has taken it
    shown = {str(message) for message in waiting}
    waiting.used = False
    for level, text in told:
        if text not in shown:
            messages.add_message(request, level, text)
    return redirect(address)
