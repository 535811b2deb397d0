"""Requests to every page and endpoint, and what the database holds for them; rolled back after each scenario."""

import io
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User as Login
from django.test import Client
from django.utils import timezone

from botcore.intake.delivery import LARGEST, SECRET_HEADER
from botcore.models import Heartbeat, Level, OutgoingState, RoleGrant, StaffLink, State, User
from botcore.outbox.ledger_payload import LEFT_OUT
from botcore.people import segments, tag_import
from botcore.people.activity.models import Funnel
from botcore.people.models import ChatAlias, PersonNote
from tests.database.dashboard import data
from tests.faults.account_pages import AccountPages
from tests.faults.asks import Ask
from tests.faults.broadcast_pages import BroadcastPages
from tests.faults.error_pages import ErrorPages
from tests.faults.inbox_pages import InboxPages
from tests.faults.people_pages import PeoplePages
from tests.faults.watch_pages import WatchPages

SECRET = "the-secret-one"


class CutOff(io.RawIOBase):
    """A body whose sender went away."""

    def read(self, _size: int = -1) -> bytes:
        """Fail."""
        raise OSError("the connection is lost")


CUT_OFF = {"wsgi.input": CutOff(), "CONTENT_LENGTH": "10"}
JSON = "application/json"


class Pages:
    """The database's rows and the requests, by name."""

    def __init__(self) -> None:
        self._alice = Login.objects.create_superuser("alice", password="alice-password")
        self._session = Client()
        self._session.force_login(self._alice)  # once: coming writes the audit, and that is no part of a request
        self._fill()
        errors = ErrorPages(self._alice, self._done.pk)
        accounts, inbox = AccountPages(self._alice, self._session), InboxPages(self._alice)
        people, news = PeoplePages(self._alice), BroadcastPages()
        rooms = (errors.asks, WatchPages().asks, accounts.asks, inbox.asks, news.asks, people.asks)
        parts = (
            self._lists(),
            self._notes(),
            self._segments(),
            self._files(),
            self._funnels(),
            self._details(),
            self._machines(),
            self._deliveries(),
            *rooms,
        )
        named = [pair for part in parts for pair in part.items()]
        self.asks = dict(named)
        assert len(self.asks) == len(named), "two requests have the same name, and one of them would never be made"

    def ask(self, name: str) -> Any:
        """Make a request; errors become answers, as on a server."""
        ask = self.asks[name]
        settings.METRICS_TOKEN = ask.token
        Heartbeat.objects.update(beat_at=timezone.now())
        client = Client(raise_request_exception=False)
        if ask.logged_in:
            client.cookies.update(self._session.cookies)
        if ask.before:
            client.post(*ask.before)
        if ask.method == "POST" and isinstance(ask.body, dict):
            return client.post(ask.path, ask.body, headers=dict(ask.headers))
        return client.generic(ask.method, ask.path, ask.body or b"", headers=dict(ask.headers), **ask.more)

    def _fill(self) -> None:
        """Write some rows of each kind."""
        old = timezone.now() - timedelta(days=1)
        alice = data.person(1, "Alice")
        data.private(alice)
        data.group(-5, "Friends")
        self._own = PersonNote.objects.create(user=alice, account=self._alice, by="alice", text="Known", at=old)
        self._regulars = segments.save(name="Regulars", conditions={"tag": "vip"}, by="alice")
        self._funnel = Funnel.objects.create(name="Guests", steps=["start.start", "help.help_"], days=7).pk
        self._file = tag_import.read(file=io.BytesIO(b"1,vip"), name="tags.csv", account_id=self._alice.pk)
        for number in (901, 902, 903, 777000):  # who is not forgotten
            User.objects.get_or_create(pk=number, defaults={"first_seen": old, "last_seen": old})
        RoleGrant.objects.create(user_id=901, role=20, by="boss", at=old)
        erin = Login.objects.create_user("erin", is_staff=True)  # Alice's own account is linked with nobody
        StaffLink.objects.create(account=erin, user_id=902, at=old)
        ChatAlias.objects.create(old_id=-4, new_id=-5, at=old)
        self._done = data.update(raw='{"update_id": 1, "message": {"text": "hi"}}')
        self._dead = data.update(State.DEAD, error="KeyError", error_group="ab12", handler="start.start")
        self._emptied = data.update(State.DEAD, raw="")
        self._late = data.update(State.DEAD, kind="callback_query", received_at=old)
        self._pending = data.update(State.PENDING)
        data.failed_attempt(self._dead, 1)
        self._sent = data.outgoing(chat_id=1, update=self._done)
        self._taken = data.outgoing(chat_id=1, message_id=6)
        self._queued = data.outgoing(OutgoingState.QUEUED)
        self._failed = data.outgoing(OutgoingState.FAILED)
        buttons = '{"text": "x", "reply_markup": {"inline_keyboard": [[{"callback_data": "a:~kept"}]]}}'
        self._button = data.outgoing(OutgoingState.FAILED, payload=buttons)
        self._cut = data.outgoing(OutgoingState.FAILED, payload=f'{{"{LEFT_OUT}":true,"text":"x"}}')
        data.event("An outage", Level.ERROR)
        self._note = data.message(alice, "Hello")
        data.arrivals(3, 7)
        data.heartbeat(intake="webhook")
        data.webhook(bot_id=1)

    def _lists(self) -> dict[str, Ask]:
        live = {"HX-Request": "true"}
        return {
            "overview": Ask("/"),
            "overview, live": Ask("/", headers=live),
            "updates": Ask("/updates/"),
            "updates, filtered": Ask("/updates/?state=dead&kind=message&group=ab12"),
            "updates, wrong": Ask("/updates/?state=nonsense", 400),
            "people": Ask("/people/?search=Al"),
            "growth": Ask("/people/growth/"),
            "growth, a year": Ask("/people/growth/?days=365"),
            "usage": Ask("/people/growth/usage/"),
            "sources": Ask("/people/growth/sources/"),
            "funnels": Ask("/people/growth/funnels/"),
            "answers": Ask("/people/growth/answers/?days=30"),
            "chats": Ask("/chats/?search=Fr&type=group&reach=open"),
            "chats, wrong": Ask("/chats/?type=nonsense", 400),
            "outbox": Ask("/outbox/?state=failed&priority=alert"),
            "feedback": Ask("/feedback/?show=unread"),
            "events": Ask("/events/?level=error"),
            "events, all": Ask("/events/"),
            "find": Ask("/find/?q=ali"),
            "find, live": Ask("/find/?q=ali", headers=live),
            "theme?": Ask("/look/theme/", 302),
            "theme": Ask("/look/theme/", 302, "POST", {"theme": "dark", "back": "/events/"}),
            "events, of a kind": Ask("/events/?kind=outage&process=web-1"),
        }

    def _details(self) -> dict[str, Ask]:
        back = {"back": "/feedback/?show=unread"}
        return {
            "update": Ask(f"/updates/{self._dead.pk}/"),
            "update, late": Ask(f"/updates/{self._late.pk}/"),
            "update, none": Ask("/updates/999999/", 404),
            "person": Ask("/people/1/"),
            "person, none": Ask("/people/999999/", 404),
            "person, kept": Ask("/people/1/data/"),
            "person, taken out": Ask("/people/1/data.json"),
            "person, forgotten?": Ask("/people/903/data/erase/", 302),
            "person, forgotten": Ask("/people/903/data/erase/", 302, "POST", {"typed": "903"}),
            "person, with a role": Ask("/people/901/data/erase/", 400, "POST", {"typed": "901"}),
            "person, with an account": Ask("/people/902/data/erase/", 400, "POST", {"typed": "902"}),
            "person, an owner": Ask("/people/1/data/"),
            "person, of Telegram": Ask("/people/777000/data/"),
            "person, wrongly typed": Ask("/people/903/data/erase/", 400, "POST", {"typed": "2"}),
            "chat": Ask("/chats/1/"),
            "chat, a group": Ask("/chats/-5/"),
            "chat, moved": Ask("/chats/-4/", 302),
            "chat, none": Ask("/chats/999999/", 404),
            "message": Ask(f"/outbox/{self._sent.pk}/"),
            "message, none": Ask("/outbox/999999/", 404),
            "cancel?": Ask(f"/outbox/{self._queued.pk}/cancel/"),
            "cancel": Ask(f"/outbox/{self._queued.pk}/cancel/", 302, "POST", {}),
            "cancel, late": Ask(f"/outbox/{self._sent.pk}/cancel/", 302, "POST", {}),
            "retry?": Ask(f"/outbox/{self._failed.pk}/retry/"),
            "retry": Ask(f"/outbox/{self._failed.pk}/retry/", 302, "POST", {}),
            "retry, with a button": Ask(f"/outbox/{self._button.pk}/retry/", 302, "POST", {}),
            "retry, sent": Ask(f"/outbox/{self._sent.pk}/retry/", 302, "POST", {}),
            "retry, not whole": Ask(f"/outbox/{self._cut.pk}/retry/", 302, "POST", {}),
            **self._sent_files(),
            "read?": Ask(f"/feedback/{self._note.pk}/read/", 302),
            "read": Ask(f"/feedback/{self._note.pk}/read/", 302, "POST", back),
            "read, none": Ask("/feedback/999999/read/", 404, "POST", {}),
            "replay?": Ask("/updates/replay/?state=dead"),
            "replay? of a group": Ask("/updates/replay/?state=dead&group=ab12&kind=message"),
            "replay? of nothing": Ask("/updates/replay/", 302),
            "replay": Ask("/updates/replay/?kind=message", 302, "POST", {}),
            "replay, late": Ask("/updates/replay/?state=dead", 302, "POST", {}),
            "replay one": Ask(f"/updates/{self._dead.pk}/replay/", 302, "POST", {}),
            "replay one, late": Ask(f"/updates/{self._late.pk}/replay/", 302, "POST", {}),
            "replay one, emptied": Ask(f"/updates/{self._emptied.pk}/replay/", 302, "POST", {}),
            "replay one, pending": Ask(f"/updates/{self._pending.pk}/replay/", 302, "POST", {}),
            "replay one, none": Ask("/updates/999999/replay/", 404, "POST", {}),
        }

    def _notes(self) -> dict[str, Ask]:
        note, attribute = "/people/1/note/", "/people/1/attribute/"
        plan = {"name": "plan", "value": "pro"}
        return {
            "person, note?": Ask(note, 302),
            "person, noted": Ask(note, 302, "POST", {"text": "Calls on Mondays"}),
            "person, noted nothing": Ask(note, 200, "POST", {"text": " "}),
            "person, note deleted": Ask("/people/1/unnote/", 302, "POST", {"note": str(self._own.pk)}),
            "person, no note": Ask("/people/1/unnote/", 302, "POST", {"note": "999999"}),
            "attribute?": Ask(attribute, 302),
            "attribute": Ask(attribute, 302, "POST", plan),
            "attribute, wrong": Ask(attribute, 200, "POST", {"name": "-", "value": ""}),
            "attribute, away": Ask("/people/1/unattribute/", 302, "POST", plan, before=(attribute, plan)),
            "attribute, none": Ask("/people/1/unattribute/", 302, "POST", {"name": "nothing"}),
        }

    def _segments(self) -> dict[str, Ask]:
        page, new = f"/people/segments/{self._regulars}/", "/people/segments/new/"
        change, form = f"{page}change/", {"name": "Guests", "active": "7d", "from": "2026-01-05"}
        return {
            "segments": Ask("/people/segments/?active=7d"),
            "segment": Ask(page),
            "segment, live": Ask(page, headers={"HX-Request": "true"}),
            "segment, none": Ask("/people/segments/999999/", 404),
            "segment?": Ask(new, 302),
            "segment, new": Ask(new, 302, "POST", form),
            "segment, wrong": Ask(new, 200, "POST", {**form, "active": "soon"}),
            "segment, none of its kind": Ask(new, 200, "POST", {"name": ""}),
            "segment, change?": Ask(change, 302),
            "segment, changed": Ask(change, 302, "POST", {**form, "do": "save"}),
            "segment, change wrong": Ask(change, 200, "POST", {"do": "save", "active": "soon"}),
            "segment, deleted": Ask(change, 302, "POST", {"do": "delete"}),
            "segment, gone": Ask("/people/segments/999999/change/", 302, "POST", {"do": "delete"}),
            "people, by a segment": Ask(
                "/people/?active=30d&inactive=1d&without=vip&used=start.start&unused=help.help_"
            ),
        }

    def _funnels(self) -> dict[str, Ask]:
        add, remove = "/people/growth/funnels/add/", "/people/growth/funnels/%s/remove/"
        return {
            "funnel?": Ask(add, 302),
            "funnel": Ask(add, 302, "POST", {"name": "New", "days": "7", "step": ["start.start", "help.help_"]}),
            "funnel, wrong": Ask(add, 302, "POST", {"name": "New", "days": "7", "step": "start.start"}),
            "funnel, removed": Ask(remove % self._funnel, 302, "POST", {}),
            "funnel, none": Ask(remove % 999999, 302, "POST", {}),
        }

    def _files(self) -> dict[str, Ask]:
        page, head = f"/people/tags/{self._file}/", "multipart/form-data; boundary=part"
        part = b'--part\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n%s\r\n--part--\r\n'
        kind = {"CONTENT_TYPE": head}
        return {
            "tags of a file?": Ask("/people/tags/"),
            "tags of a file": Ask("/people/tags/", 302, "POST", part % b"1,vip\n@bob,vip\n999,vip\nx,y", more=kind),
            "tags of a file, wrong": Ask("/people/tags/", 200, "POST", part % b"1|vip", more=kind),
            "tags of no file": Ask("/people/tags/", 200, "POST", {}),
            "file of tags": Ask(page),
            "file of tags, yes": Ask(page, 302, "POST", {"do": "apply"}),
            "file of tags, no": Ask(page, 302, "POST", {"do": "drop"}),
            "file of tags, gone": Ask("/people/tags/999999/", 302, "POST", {"do": "apply"}),
            "file of tags, none": Ask("/people/tags/999999/", 302),
        }

    def _sent_files(self) -> dict[str, Ask]:
        """Files and changes of what was sent; Telegram is away, and no page needs it for its own words."""
        sent, taken = f"/outbox/{self._sent.pk}/", f"/outbox/{self._taken.pk}/"
        back = {"back": "/chats/1/"}
        return {
            "file, none": Ask(f"/media/in/{self._done.pk}/", 404),
            "file, of nothing": Ask("/media/in/999999/", 404),
            "file of the bot, none": Ask(f"/media/out/{self._sent.pk}/", 404),
            "file of the bot, of nothing": Ask("/media/out/999999/", 404),
            "edit?": Ask(f"{taken}edit/"),
            "edit? of what cannot be": Ask(f"{sent}edit/"),
            "edit": Ask(f"{taken}edit/", 302, "POST", {"text": "Other words", **back}),
            "edit, wrong": Ask(f"{taken}edit/", 200, "POST", {"text": " "}),
            "edit, none": Ask("/outbox/999999/edit/", 404),
            "delete?": Ask(f"{taken}delete/"),
            "delete? of what cannot be": Ask(f"{sent}delete/"),
            "delete": Ask(f"{taken}delete/", 302, "POST", back),
            "delete, of what cannot be": Ask(f"{sent}delete/", 302, "POST", {}),
            "delete, none": Ask("/outbox/999999/delete/", 404),
        }

    def _machines(self) -> dict[str, Ask]:
        bearer = {"Authorization": "Bearer a-token-of-metrics"}
        proxy = {"X-Forwarded-For": "192.0.2.1"}
        return {
            "healthz": Ask("/healthz", logged_in=False),
            "readyz": Ask("/readyz", logged_in=False),
            "metrics": Ask("/metrics", headers=bearer, logged_in=False),
            "metrics, no token": Ask("/metrics", 401, logged_in=False),
            "metrics, local": Ask("/metrics", logged_in=False, token=""),
            "metrics, from elsewhere": Ask("/metrics", 403, headers=proxy, logged_in=False, token=""),
            "metrics, database hangs": Ask(
                "/metrics", headers=bearer, logged_in=False, breaks="metrics: _exp", late=True
            ),
            "favicon": Ask("/favicon.ico", 302, logged_in=False),
            "statusz": Ask("/statusz"),
            "statusz, database away": Ask("/statusz", 503, breaks="statusz: _status("),
            "statusz, no token": Ask("/statusz", 401, logged_in=False),
        }

    def _deliveries(self) -> dict[str, Ask]:
        path, body = "/telegram/webhook/", b'{"update_id": 7, "message": {"chat": {"id": 1}}}'
        told = {SECRET_HEADER: SECRET}
        kind = {"CONTENT_TYPE": JSON}
        chunked = {**kind, "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
        return {
            "delivery": Ask(path, 200, "POST", body, told, logged_in=False, more=kind),
            "delivery, GET": Ask(path, 405, "GET", None, told, logged_in=False, more=kind),
            "delivery, a stranger's": Ask(path, 403, "POST", body, {}, logged_in=False, more=kind),
            "delivery, a form": Ask(
                path, 415, "POST", body, told, logged_in=False, more={"CONTENT_TYPE": "text/plain"}
            ),
            "delivery, too long": Ask(path, 413, "POST", b" " * (LARGEST + 1), told, logged_in=False, more=kind),
            "delivery, too long in chunks": Ask(
                path, 413, "POST", b" " * (LARGEST + 1), told, logged_in=False, more=chunked
            ),
            "delivery, cut off": Ask(path, 400, "POST", b"", told, logged_in=False, more={**kind, **CUT_OFF}),
            "delivery, no JSON": Ask(path, 400, "POST", b"{", told, logged_in=False, more=kind),
            "delivery, no update": Ask(path, 400, "POST", b"{}", told, logged_in=False, more=kind),
        }
