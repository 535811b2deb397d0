"""Requests to what operators do with people: roles, bans, tags, letters, the list, answers, files, restarts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from django.contrib.auth.models import User as Login

from botcore.access import codes
from botcore.access.models import Purpose
from tests.database.dashboard import data
from tests.faults.asks import Ask

Form = Mapping[str, Any]
LIA = 41
LONG = timedelta(hours=2)  # that a link stays good
LISTED: Form = {"who": str(LIA)}


class PeoplePages:
    """Lia has written twice; nobody has decided anything about her yet."""

    def __init__(self, alice: Login) -> None:
        lia = data.person(LIA, "Lia")
        data.private(lia)
        data.update(user_id=LIA, chat_id=LIA, raw='{"message": {"text": "hi"}}')
        self._first, self._second = (data.message(lia, words) for words in ("Hello", "Hello?"))
        with patch.dict(codes.LIFETIMES, {Purpose.LOGIN: LONG}):  # the pages before it take minutes where much is done
            self._secret = codes.make(account_id=alice.pk, purpose=Purpose.LOGIN)

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._access(), **self._roles(), **self._words(), **self._answers(), **self._files(), **self._runs()}

    def _act(self, act: str, form: Form | None = None, status: int = 302, **more: Any) -> Ask:
        return Ask(f"/people/{LIA}/{act}/", status, "POST", form or {}, **more)

    def _after(self, act: str, form: Form) -> dict[str, Any]:
        return {"before": (f"/people/{LIA}/{act}/", form)}

    def _access(self) -> dict[str, Ask]:
        allow, away = "/access/allow/", "/access/disallow/"
        hers = {"chat_id": str(LIA)}
        return {
            "access": Ask("/access/"),
            "access, listed?": Ask(allow, 302),
            "access, listed": Ask(allow, 302, "POST", LISTED),
            "access, listed already": Ask(allow, 302, "POST", LISTED, before=(allow, LISTED)),
            "access, a stranger listed": Ask(allow, 302, "POST", {"who": "999999"}),
            "access, a strange group listed": Ask(allow, 302, "POST", {"who": "-1001234567890"}),
            "access, nonsense listed": Ask(allow, 302, "POST", {"who": "!"}),
            "access, off the list?": Ask(away, 302),
            "access, off the list": Ask(away, 302, "POST", hers, before=(allow, LISTED)),
            "access, not on the list": Ask(away, 302, "POST", hers),
            "access, of the listed": Ask("/settings/access.people/change/", 302, "POST", {"value": "listed"}),
            "access, of the one listed": Ask(
                "/settings/access.people/change/", 302, "POST", {"value": "listed"}, before=(allow, LISTED)
            ),
            "access, of listed groups": Ask("/settings/access.groups/change/", 302, "POST", {"value": "listed"}),
            "access, of the one group": Ask(
                "/settings/access.groups/change/", 302, "POST", {"value": "listed"}, before=(allow, {"who": "-5"})
            ),
        }

    def _roles(self) -> dict[str, Ask]:
        role, ban = {"role": "support"}, {"kind": "banned", "for": "1h", "reason": "spam"}
        return {
            "person, act?": Ask(f"/people/{LIA}/grant/", 302),
            "person, act on none": Ask("/people/999999/grant/", 404, "POST", role),
            "person, granted": self._act("grant", role),
            "person, granted already": self._act("grant", role, **self._after("grant", role)),
            "person, revoked": self._act("revoke", **self._after("grant", role)),
            "person, nothing to revoke": self._act("revoke"),
            "person, banned": self._act("restrict", ban),
            "person, muted for good": self._act("restrict", {"kind": "muted", "for": ""}),
            "person, lifted": self._act("lift", **self._after("restrict", ban)),
            "person, nothing to lift": self._act("lift"),
            "person, listed": self._act("list", {"on": "yes"}),
            "person, not listed": self._act("list", {"on": "no"}),
        }

    def _words(self) -> dict[str, Ask]:
        tag, write = f"/people/{LIA}/tag/", f"/people/{LIA}/write/"
        vip = {"name": "vip"}
        return {
            "person who wrote": Ask(f"/people/{LIA}/"),
            "chat of one who wrote": Ask(f"/chats/{LIA}/"),
            "person, tag?": Ask(tag, 302),
            "person, tagged": self._act("tag", vip),
            "person, tagged wrongly": self._act("tag", {"name": "two words"}, 200),
            "person, untagged": self._act("untag", vip, **self._after("tag", vip)),
            "person, letter?": Ask(write, 302),
            "person, letter": self._act("write", {"text": "Hello"}),
            "person, letter of nothing": self._act("write", {"text": " "}, 200),
        }

    def _answers(self) -> dict[str, Ask]:
        page = f"/feedback/{self._first.pk}/"
        also = {"also": f"{self._second.pk},x", "back": "/feedback/"}
        return {
            "read, several": Ask(f"{page}read/", 302, "POST", also),
            "answer?": Ask(f"{page}answer/", 302),
            "answer": Ask(f"{page}answer/", 302, "POST", {"text": "Hello, Lia"}),
            "answer, of nothing": Ask(f"{page}answer/", 302, "POST", {"text": " "}),
            "answer, to none": Ask("/feedback/999999/answer/", 404, "POST", {"text": "Hello"}),
        }

    def _files(self) -> dict[str, Ask]:
        return {
            "export": Ask("/exports/people.csv"),
            "export, narrowed": Ask("/exports/people.jsonl?active=7d"),
            "export, of nothing known": Ask("/exports/nonsense.csv", 404),
            "person, taken out with files": Ask(f"/people/{LIA}/data.zip"),
            "person, nobody taken out": Ask("/people/999999/data.zip", 404),
            "audit": Ask("/audit/"),
        }

    def _runs(self) -> dict[str, Ask]:
        restart, link = "/monitoring/restart/", f"/login/{self._secret}/"
        return {
            "restart?": Ask(restart),
            "restart": Ask(restart, 302, "POST", {}),
            "restart, wished for already": Ask(restart, 302, "POST", {}, before=(restart, {})),
            "link": Ask(link, logged_in=False),
            "link, of nobody": Ask("/login/nonsense/", 410, logged_in=False),
            "link?": Ask("/login/once/", 302, logged_in=False),
            "link, used": Ask("/login/once/", 302, "POST", {"secret": self._secret}, logged_in=False),
            "link, used by nobody": Ask("/login/once/", 410, "POST", {"secret": "x"}, logged_in=False),
        }
