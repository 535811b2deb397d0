"""The operators' inbox: who waits for an answer, and the conversation with each person, where they are answered."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore import validators
from botcore.conversations import replies, selectors, services
from botcore.enclosures.kinds import KINDS
from botcore.enclosures.services import MOST_FILES, MOST_MEGABYTES, too_large, too_many
from botcore.errors.selectors import staff
from botcore.exceptions import ValidationError
from botcore.outbox.checks import CAPTION
from botcore.outbox.content import Photo, Text
from botcore.people import notes
from botcore.people.privacy import by_account
from botcore.runtime.settings import value
from botcore.texts.markup import HTML, MARKDOWN
from dashboard.access import needs
from dashboard.attempts import attempt
from dashboard.lists.conversations import CONVERSATIONS
from dashboard.once import once
from dashboard.pages import show
from dashboard.sent_files import sent_files
from dashboard.tables.page import listing
from dashboard.views.chats import talk
from dashboard.views.people import known
from dashboard.views.person_notes import NO_SUCH_NOTE, NOTE_GONE, delete_note

FORMATS = {"": gettext_lazy("Plain text"), HTML: "HTML", MARKDOWN: "Markdown"}


@dataclass(frozen=True)
class Draft:
    """What stands in the fields of the answer, and what is wrong with it; `note` is the same of the note's field."""

    text: str = ""
    parse_mode: str = ""
    below: str = ""
    wish: str = ""
    wrong: str = ""
    note: str = ""


@needs("botcore.view_conversation")
def conversations(request: HttpRequest) -> HttpResponse:
    """List conversations, those with the newest message first."""
    counts = selectors.tab_counts(request.user.pk or 0)
    return listing(request, CONVERSATIONS, counts=counts, cap=selectors.TAB_CAP)


@needs("botcore.view_conversation")
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the conversation with a person, newest first, as far as the visitor may read it."""
    return page(request, pk, Draft())


def page(request: HttpRequest, pk: int, draft: Draft) -> HttpResponse:
    """Show it with what was typed and not sent."""
    person, before = known(pk), request.GET.get("before", "")
    reader = by_account(request.user)
    said = talk(request, pk, reader=reader, before=before)
    may_act = request.user.has_perm("botcore.change_conversation") and reader.may_read(pk)
    turns = said["turns"]
    facts = {
        "person": person,
        "standing": selectors.standing(pk),
        "older": said["older"],
        "closed": said["closed"],
        "may_act": may_act,
        "paged": bool(before),
        "parts": None,
        "answerable": [],
    }
    if turns is not None:
        facts["parts"] = selectors.parts(pk, turns, is_first=not before, is_last=not said["older"])
        facts["answerable"] = selectors.answerable(turns)
    facts["hours"] = value(services.TAKEOVER)
    return show(request, "conversation", beside=_beside(draft) if may_act else {}, **facts)


def _check(request: HttpRequest, pk: int) -> None:
    """Refuse who may not read the conversation: they would answer, close or note something that they have not seen."""
    known(pk)
    if not by_account(request.user).may_read(pk):
        raise PermissionDenied


def _beside(draft: Draft) -> dict[str, Any]:
    """Return what the forms show."""
    limits: dict[str, Any] = {
        "files": MOST_FILES,
        "megabytes": MOST_MEGABYTES,
        "photo": Photo.megabytes,
        "caption": CAPTION,
    }
    limits |= {"many": too_many(), "large": too_large()}
    choices = {"formats": FORMATS, "kinds": KINDS, "replies": replies.replies(), "staff": staff()}
    return {"draft": draft, "limits": limits, **choices}


@needs("botcore.view_conversation", "botcore.change_conversation")
@once()
def conversation_reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue an answer, or put a quick reply into its field; what cannot be sent stays there."""
    _check(request, pk)
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:conversation", pk)
    form, by = request.POST, request.user.get_username()
    typed = form.get("text", "").replace("\r\n", "\n")
    draft = Draft(typed, form.get("format", ""), form.get("below", ""), form.get("wish", ""))
    try:
        validators.one_of(draft.parse_mode, FORMATS)
        if "insert" in form:
            if request.FILES:  # no page can fill in a field of files
                messages.warning(request, _("Choose the files again."))
            return page(request, pk, _inserted(draft, pk, form, by))
        saw: dict[str, Any] = {name: validators.whole(form.get(name, "")) or 0 for name in ("answers", "upto")}
        how: dict[str, Any] = {"files": sent_files(request), "wish": draft.wish, "below": draft.below}
        services.reply(user_id=pk, content=Text(typed, draft.parse_mode), by=by, **how, **saw)
    except ValidationError as exc:
        messages.warning(request, _("Nothing is sent."))
        again = f" {_('Choose the files again.')}" if request.FILES else ""
        return page(request, pk, replace(draft, wrong=f"{exc}{again}"))
    messages.success(request, _("It is on its way."))
    if form.get("do") == "close":
        close = partial(services.close, user_id=pk, by=by, upto=saw["upto"])
        attempt(request, close, done=_("It is closed."), nothing=_("It is closed already."))
    return redirect("dashboard:conversation", pk)


def _inserted(draft: Draft, pk: int, form: QueryDict, by: str) -> Draft:
    """Return the draft with a quick reply below what was typed; its format counts where nothing was."""
    reply = replies.filled(pk=validators.whole(form.get("quick", "")) or 0, user_id=pk, operator=by)
    typed = draft.text.strip()
    if typed and draft.parse_mode != reply.parse_mode:
        words = _("This quick reply is written as %(format)s: choose that for the whole answer, or empty the field.")
        raise ValidationError(words % {"format": FORMATS[reply.parse_mode]})
    text = f"{typed}\n\n{reply.text}" if typed else reply.text
    return replace(draft, text=text, parse_mode=reply.parse_mode)


@needs("botcore.view_conversation", "botcore.change_conversation")
@once(of=("action", "note"))
def conversation_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it or open it again, give it to somebody, talk in the bot's place, keep a note."""
    _check(request, pk)
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:conversation", pk)
    name = request.POST.get("action", "")
    if name not in ACTS:
        messages.warning(request, _("There is no such button."))
        return redirect("dashboard:conversation", pk)
    do, done, nothing = ACTS[name]
    act = partial(do, request, user_id=pk, by=request.user.get_username())
    if not attempt(request, act, done=str(done), nothing=str(nothing)) and name == "note":
        return page(request, pk, Draft(note=request.POST.get("note", "")))
    return redirect("dashboard:conversation", pk)


def _close(request: HttpRequest, *, user_id: int, by: str) -> bool:
    return services.close(user_id=user_id, by=by, upto=_seen(request.POST, "upto"))


def _assign(request: HttpRequest, *, user_id: int, by: str) -> bool:
    to = validators.whole(request.POST.get("user", "")) or None
    return services.assign(user_id=user_id, account_id=to, was=_seen(request.POST, "was"), by=by)


def _seen(form: QueryDict, name: str) -> int | None:
    """Return what the operator saw; None where the form does not say."""
    return validators.whole(form.get(name, "")) if name in form else None


def _note(request: HttpRequest, *, user_id: int, by: str) -> int:
    return notes.write(user_id=user_id, text=request.POST.get("note", ""), account_id=request.user.pk or 0, by=by)


def _unnote(request: HttpRequest, *, user_id: int, by: str) -> bool:
    return delete_note(request, user_id, by)


Words = str | Promise
ACTS: dict[str, tuple[Callable[..., object], Words, Words]] = {
    "close": (_close, gettext_lazy("It is closed."), gettext_lazy("It is closed already.")),
    "reopen": (
        lambda _request, **who: services.reopen(**who),
        gettext_lazy("It is open again."),
        gettext_lazy("It is open already."),
    ),
    "assign": (_assign, gettext_lazy("Given."), gettext_lazy("It is so already.")),
    "take_over": (
        lambda _request, **who: services.take_over(**who),
        gettext_lazy("The bot is silent in this chat now."),
        "",
    ),
    "hand_back": (
        lambda _request, **who: services.hand_back(**who),
        gettext_lazy("The bot talks again."),
        gettext_lazy("The bot talks already."),
    ),
    "note": (_note, gettext_lazy("The note is kept."), ""),
    "unnote": (_unnote, NOTE_GONE, NO_SUCH_NOTE),
}
