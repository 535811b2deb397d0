"""Requests to the operators' inbox and to quick replies."""

from datetime import timedelta

from django.contrib.auth.models import User as Login
from django.utils import timezone

from botcore.access.models import RoleGrant
from botcore.conversations import replies, services
from botcore.conversations.models import Conversation
from botcore.models import User
from botcore.texts.markup import HTML
from tests.database.dashboard import data
from tests.faults.asks import Ask


class InboxPages:
    """Hugo has written, Ida's conversation is closed, Jo's chat is another operator's, Kim has a role."""

    def __init__(self, alice: Login) -> None:
        now = timezone.now()
        for number, name in enumerate(("Hugo", "Ida", "Jo", "Kim"), 21):
            somebody = data.person(number, name)
            data.private(somebody)
            services.note(user_id=number, words=f"About {name}", by="bob")
        self._wrote = data.update(user_id=21, raw='{"message": {"message_id": 7, "text": "hi"}}')
        self._said = data.outgoing(chat_id=21, message_id=8)
        data.message(User.objects.get(pk=21), "Hello")
        Conversation.objects.filter(pk=21).update(waiting_since=now, answered_by="bob")
        Conversation.objects.filter(pk=22).update(is_open=False)
        Conversation.objects.filter(pk=23).update(taken_until=now + timedelta(days=9), taken_by="bob", assignee=alice)
        RoleGrant.objects.create(user_id=24, role=20, by="bob", at=now)
        self._plain = replies.save(name="Hi", words="Hi {first_name}", parse_mode="", by="bob")
        self._bold = replies.save(name="Bold", words="<b>Hi</b>", parse_mode=HTML, by="bob")
        self._alice = alice

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._looks(), **self._answers(), **self._acts(), **self._replies()}

    def _looks(self) -> dict[str, Ask]:
        live = {"HX-Request": "true"}
        return {
            "inbox": Ask("/conversations/"),
            "inbox, live": Ask("/conversations/?show=waiting", headers=live),
            "inbox, searched": Ask("/conversations/?search=Hu&show=mine"),
            "inbox, wrong": Ask("/conversations/?show=nonsense", 400),
            "conversation": Ask("/conversations/21/"),
            "conversation, live": Ask("/conversations/21/", headers=live),
            "conversation, older": Ask(f"/conversations/21/?before={self._wrote.pk}.{self._said.pk}"),
            "conversation, none": Ask("/conversations/999999/", 404),
        }

    def _reply(self, form: dict[str, str], status: int = 200, pk: int = 21) -> Ask:
        return Ask(f"/conversations/{pk}/reply/", status, "POST", {"text": "Hi", "answers": "0", "upto": "99", **form})

    def _answers(self) -> dict[str, Ask]:
        return {
            "inbox answer?": Ask("/conversations/21/reply/", 302),
            "inbox answer": self._reply({"below": f"u{self._wrote.pk}"}, 302),
            "inbox answer, below our own": self._reply({"below": f"o{self._said.pk}"}, 302),
            "inbox answer, closing": self._reply({"do": "close"}, 302),
            "inbox answer, too late": self._reply({"answers": "7"}),
            "inbox answer, below nothing": self._reply({"below": "u0"}),
            "inbox answer, none": self._reply({"text": " "}),
            "inbox quick reply": self._reply({"insert": "yes", "quick": str(self._plain)}),
            "inbox quick reply, of another format": self._reply({"insert": "yes", "quick": str(self._bold)}),
            "inbox quick reply, none": self._reply({"insert": "yes", "quick": "0"}),
        }

    def _act(self, action: str, pk: int = 21, **form: object) -> Ask:
        return Ask(f"/conversations/{pk}/act/", 302, "POST", {"action": action, **form})

    def _acts(self) -> dict[str, Ask]:
        mine, someone = str(self._alice.pk), "999999"
        return {
            "inbox act?": Ask("/conversations/21/act/", 302),
            "inbox act, nonsense": self._act("nonsense"),
            "inbox close": self._act("close", upto="999999"),
            "inbox close, too soon": self._act("close", upto="0"),
            "inbox close, closed": self._act("close", 22),
            "inbox reopen": self._act("reopen", 22),
            "inbox reopen, open": self._act("reopen"),
            "inbox assign": self._act("assign", user=mine, was="0"),
            "inbox assign, too late": self._act("assign", 23, user="", was=someone),
            "inbox assign, given back meanwhile": self._act("assign", user=mine, was=someone),
            "inbox assign, to a stranger": self._act("assign", user=someone),
            "inbox assign, from somebody": self._act("assign", 23, user=""),
            "inbox take over": self._act("take_over"),
            "inbox take over, another's": self._act("take_over", 23),
            "inbox take over, of the staff": self._act("take_over", 24),
            "inbox hand back": self._act("hand_back", 23),
            "inbox hand back, nothing": self._act("hand_back"),
            "inbox note": self._act("note", note="Likes maps"),
            "inbox note, none": Ask("/conversations/21/act/", 200, "POST", {"action": "note", "note": " "}),
        }

    def _replies(self) -> dict[str, Ask]:
        page, form = "/conversations/replies/", {"name": "New", "text": "Hi {name}"}
        return {
            "quick replies": Ask(page),
            "quick replies, a new one": Ask(page, 302, "POST", form),
            "quick replies, wrong": Ask(page, 200, "POST", {**form, "text": "{nonsense}"}),
            "quick reply": Ask(f"{page}{self._plain}/"),
            "quick reply, changed": Ask(f"{page}{self._plain}/", 302, "POST", form),
            "quick reply, deleted": Ask(f"{page}{self._plain}/", 302, "POST", {"action": "delete"}),
            "quick reply, none": Ask(f"{page}999999/", 404),
        }
