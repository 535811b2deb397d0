"""What the group reads of a message, as calls of the Bot API. In a topic the first message says whose it is."""

from typing import Any

from django.utils.translation import gettext as _

from botcore.alerts.told import link_to
from botcore.feedback.models import Feedback
from botcore.media.telling import kind_in_words
from botcore.operators.models import GroupPlace, GroupPost, Instead
from botcore.outbox import words
from botcore.outbox.calls import Call, calls_of
from botcore.outbox.content import Copy, Text
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import User
from botcore.texts.escaping import escape_html
from botcore.texts.markup import HTML
from botcore.validators import shown

LONGEST = 3000  # characters of a text that stands below its heading in one message


def where(place: GroupPlace) -> dict[str, Any]:
    """Return the parameters by which a message goes into the topic, or below the last one of the chain."""
    if place.topic:
        return {"message_thread_id": place.topic}
    return {"reply_parameters": below(place.last)} if place.last else {}


def below(message_id: int) -> dict[str, Any]:
    """Return the parameter that makes a message a reply; should that one be gone, it comes without."""
    return {"message_id": message_id, "allow_sending_without_reply": True}


def said(post: GroupPost, place: GroupPlace) -> list[Call]:
    """Return the calls that show a post, the last one with its message. Each of them ends before the next begins."""
    person = User.objects.get(pk=post.person_id)
    in_topic = bool(place.topic)
    parts = _of_answer(post) if post.answer else _of_person(post, in_topic=in_topic)
    heading = "" if in_topic and place.last else _heading(person, in_topic=in_topic)
    return [Call(call.method, {**call.parameters, **where(place)}) for call in _calls(heading, *parts)]


def topic_name(user_id: int) -> str:
    """Return what a person's topic is called."""
    name = shown(User.objects.get(pk=user_id).name)  # which may be of nothing that shows
    return name[:128] or str(user_id)  # core.telegram.org/bots/api#createforumtopic


def _calls(heading: str, text: str, copy: Copy | None) -> list[Call]:
    """Return one call where heading and text fit into it, else two."""
    opening = "\n".join(filter(None, (heading, text)))
    calls = calls_of(Text(opening, HTML, preview=False)) if opening else []
    return [*calls, *(calls_of(copy) if copy else [])]


def _heading(person: User, *, in_topic: bool) -> str:
    link = link_to("dashboard:conversation", person.pk)
    name = f"{escape_html(shown(person.name))} ({person.pk})"
    named = f'<a href="{escape_html(link)}"><b>{name}</b></a>' if link.startswith("http") else f"<b>{name}</b>"
    if not in_topic:
        return named
    hint = _("What you write here goes to this person. Commands, and what answers a colleague, stay among you.")
    return f"{named}\n<i>{escape_html(hint)}</i>"


def _of_person(post: GroupPost, *, in_topic: bool) -> tuple[str, Copy | None]:
    """Return the words that stand in the group, and what is copied there: all but a short text below its heading."""
    row = Feedback.objects.filter(pk=post.feedback or 0).first()
    if row is None:
        return escape_html(_("A message that is no longer kept.")), None
    if post.instead == Instead.DOUBT:
        return escape_html(_("One more message may be missing here: Telegram did not answer. The inbox has it.")), None
    if post.instead == Instead.REFUSED:
        told = _("%(kind)s: it cannot be shown here. The inbox has it.") % {"kind": kind_in_words(row.kind)}
        return escape_html("\n".join(filter(None, (told, row.text[:LONGEST])))), None
    if row.kind == "text" and not in_topic and len(row.text) <= LONGEST:
        return escape_html(row.text), None
    return "", Copy(row.chat_id, row.message_id)


def _of_answer(post: GroupPost) -> tuple[str, Copy | None]:
    """Return the same of what an operator wrote elsewhere; it is shown at once, whether it arrives or not."""
    row = OutgoingMessage.objects.filter(pk=post.answer or 0).first()
    payload = words.read_parameters(row.payload) if row else {}
    if "from_chat_id" in payload and not post.instead:
        copy = Copy(int(payload["from_chat_id"]), int(payload["message_id"]))
        return f"<b>{escape_html(_('%(who)s has answered:') % {'who': post.by})}</b>", copy
    text, media = words.of_payload(row.payload) if row else ("", "")
    told = ": ".join(filter(None, (kind_in_words(media), text[:LONGEST])))
    return f"<b>{escape_html(_('%(who)s has answered:') % {'who': post.by})}</b>\n{escape_html(told)}", None
