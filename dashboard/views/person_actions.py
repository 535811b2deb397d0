"""What an operator may do with a person: role, ban and mute, the list, tags, a letter. Each form is one service."""

from collections.abc import Callable
from functools import partial, wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from botcore import validators
from botcore.access import services as access
from botcore.access.models import Keep
from botcore.access.roles import BY_NAME
from botcore.access.rules import Giver
from botcore.exceptions import ValidationError
from botcore.outbox.content import Text
from botcore.people import letters, tags
from dashboard.access import View, needs
from dashboard.attempts import attempt
from dashboard.lists.people import AS_IT_IS, LENGTHS, restrict
from dashboard.once import once
from dashboard.pages import back_to
from dashboard.views.people import known, page
from dashboard.words import worded

KEPT = 40  # characters of a tag that was refused: what its field takes
Act = Callable[[HttpRequest, int, str], None]


def action(*permissions: str, forgotten: bool = False) -> Callable[[Act], View]:
    """Make a view of what is done with a known person: `act(request, pk, by)`, then back to where the form was.

    `forgotten`: also with one whose row is gone.
    """

    def decorate(act: Act) -> View:
        @wraps(act)
        def view(request: HttpRequest, pk: int) -> HttpResponse:
            if not forgotten:
                known(pk)
            if request.method == "POST":  # else someone came back here from the login page
                act(request, pk, request.user.get_username())
            return redirect(back_to(request, "dashboard:person", pk))

        return needs("botcore.view_user", *permissions)(view)

    return decorate


@action("botcore.grant_role")
def person_grant(request: HttpRequest, pk: int, by: str) -> None:
    """Give the person a role, within what the operator's own role allows."""
    role = BY_NAME[validators.one_of(request.POST.get("role", ""), BY_NAME)]
    do = partial(access.grant, user_id=pk, role=role, by=by, giver=Giver(account_id=request.user.pk))
    attempt(
        request,
        do,
        done=_("The role is now: %(role)s.") % {"role": role.label},
        nothing=_("This person has that role."),
    )


@action("botcore.grant_role")
def person_revoke(request: HttpRequest, pk: int, by: str) -> None:
    """Take the person's role away."""
    do = partial(access.revoke, user_id=pk, by=by, giver=Giver(account_id=request.user.pk))
    attempt(request, do, done=_("The role is taken away."), nothing=_("This person has no role."))


@action("botcore.restrict_user")
def person_restrict(request: HttpRequest, pk: int, by: str) -> None:
    """Ban or mute the person, for a while or until it is lifted."""
    kind = Keep(validators.one_of(request.POST.get("kind", ""), Keep.values))
    length = validators.one_of(request.POST.get("for", ""), (*LENGTHS, AS_IT_IS))
    do = partial(restrict, pk, by, request.POST)
    words = {"kind": worded(kind.label), "length": LENGTHS.get(length, _("with the same end as before"))}
    is_length = length and length in LENGTHS
    done = _("This person is %(kind)s, for %(length)s.") if is_length else _("This person is %(kind)s, %(length)s.")
    attempt(request, do, done=done % words, nothing=_("This person is %(kind)s already.") % words)


@action("botcore.restrict_user", forgotten=True)
def person_lift(request: HttpRequest, pk: int, by: str) -> None:
    """End a ban and a mute."""
    done, nothing = _("The bot serves this person again."), _("This person is neither banned nor muted.")
    attempt(request, partial(access.lift, user_id=pk, by=by), done=done, nothing=nothing)


@action("botcore.allow_chat")
def person_list(request: HttpRequest, pk: int, by: str) -> None:
    """Put the person on the list of those who are let in, or take them off."""
    if validators.one_of(request.POST.get("on", ""), ("yes", "no")) == "yes":
        done, nothing = _("This person is on the list."), _("This person was on the list already.")
        attempt(request, partial(access.allow, chat_id=pk, by=by), done=done, nothing=nothing)
    else:
        done, nothing = _("This person is off the list."), _("This person was not on the list.")
        attempt(request, partial(access.disallow, chat_id=pk, by=by), done=done, nothing=nothing)


@needs("botcore.view_user", "botcore.change_user")
def person_tag(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on; one that is refused stays in its field."""
    known(pk)
    if request.method == "POST":  # else someone came back here from the login page
        name = request.POST.get("name", "")
        do = partial(tags.tag, user_id=pk, name=name, by=request.user.get_username())
        if not attempt(request, do, done=_("The tag is on."), nothing=_("This person has that tag.")):
            return page(request, pk, tag=name[:KEPT])
    return redirect(back_to(request, "dashboard:person", pk))


@action("botcore.change_user")
def person_untag(request: HttpRequest, pk: int, by: str) -> None:
    """Take a tag off."""
    name = request.POST.get("name", "")
    do = partial(tags.untag, user_id=pk, name=name, by=by)
    attempt(request, do, done=_("The tag is off."), nothing=_("This person does not have that tag."))


@needs("botcore.view_user", "botcore.add_outgoingmessage")
@once()
def person_write(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue a text for the person; one that cannot be sent stays in its field."""
    known(pk)
    if request.method != "POST":  # someone came back here from the login page
        return redirect("dashboard:person", pk)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        letters.write(user_id=pk, content=Text(text), by=request.user.get_username())
    except ValidationError as exc:
        messages.warning(request, _("Nothing is sent."))
        return page(request, pk, typed=text, wrong=str(exc))
    messages.success(request, _("It is on its way."))
    return redirect("dashboard:person", pk)
