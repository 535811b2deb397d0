"""Requests to the operators' inbox and to quick replies."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import User as Login
from django.utils import timezone

from botcore.access.models import RoleGrant
from botcore.conversations import replies, services
from botcore.conversations.models import Conversation
from botcore.models import User
from botcore.people import notes
from botcore.texts.markup import HTML
from tests.database.dashboard import data
from tests.faults.asks import Ask


@dataclass(frozen=True)
class Sent:
    """A file of a form, which can be sent again and again."""

    name: str
    content: bytes

    def read(self) -> bytes:
        """Return all of it."""
        return self.content


PICTURE, NOTHING = Sent("cat.jpg", b"\xff\xd8\xff a cat"), Sent("cat.jpg", b"no picture")


class InboxPages:
    """Hugo has written, Ida's conversation is closed, Jo's chat is another operator's, Kim has a role."""

    def __init__(self, alice: Login) -> None:
        now = timezone.now()
        for number, name in enumerate(("Hugo", "Ida", "Jo", "Kim"), 21):
            somebody = data.person(number, name)
            data.private(somebody)
            services.reopen(user_id=number, by="bob")
            self._noted = notes.write(user_id=number, text=f"About {name}", account_id=alice.pk, by="alice")
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
        return {**self._looks(), **self._answers(), **self._acts(), **self._chosen(), **self._replies()}

    def _looks(self) -> dict[str, Ask]:
        live = {"HX-Request": "true"}
        return {
            "inbox": Ask("/conversations/"),
            "inbox, live": Ask("/conversations/?show=waiting", headers=live),
            "inbox, by wait": Ask("/conversations/?show=waiting&sort=waits.up"),
            "inbox, searched": Ask("/conversations/?search=Hu&show=mine"),
            "inbox, wrong": Ask("/conversations/?show=nonsense", 400),
            "conversation": Ask("/conversations/21/"),
            "conversation, live": Ask("/conversations/21/", headers=live),
            "conversation, older": Ask(f"/conversations/21/?before={self._wrote.pk}.{self._said.pk}"),
            "conversation, none": Ask("/conversations/999999/", 404),
        }

    def _reply(self, form: dict[str, Any], status: int = 200, pk: int = 21) -> Ask:
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
            "inbox answer, with a picture": self._reply({"files": [PICTURE]}, 302),
            "inbox answer, with an album": self._reply({"files": [PICTURE, PICTURE], "text": ""}, 302),
            "inbox answer, with no picture": self._reply({"files": [NOTHING], "wish": "photo"}),
            "inbox answer, with nonsense": self._reply({"files": [PICTURE], "wish": "nonsense"}),
            "inbox answer, with voices": self._reply({"files": [PICTURE] * 2, "wish": "animation"}),
            "inbox answer, with too many": self._reply({"files": [PICTURE] * 11}),
            "inbox answer, with an empty file": self._reply({"files": [Sent("x.txt", b"")]}),
            "inbox quick reply, with a file": self._reply({"files": [PICTURE], "insert": "yes", "quick": "0"}),
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
            "inbox unnote": self._act("unnote", 24, note=str(self._noted)),
            "inbox unnote, none": self._act("unnote", note="999999"),
            "inbox note, none": Ask("/conversations/21/act/", 200, "POST", {"action": "note", "note": " "}),
        }

    def _bulk(self, action: str, *ids: int, **form: object) -> Ask:
        return Ask("/conversations/bulk/", 302, "POST", {"action": action, "id": [str(pk) for pk in ids], **form})

    def _chosen(self) -> dict[str, Ask]:
        return {
            "inbox bulk?": Ask("/conversations/bulk/", 302),
            "inbox bulk close?": Ask("/conversations/bulk/", 200, "POST", {"action": "close", "id": ["21"]}),
            "inbox bulk close": self._bulk("close", 21, 23, sure="yes", upto="999999"),
            "inbox bulk assign": self._bulk("assign", 21, 23),
            "inbox bulk tag": self._bulk("tag", 21, name="vip"),
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
