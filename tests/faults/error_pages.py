"""Requests to the pages of errors, alerts and logs."""

from typing import Any

from django.contrib.auth.models import User as Login

from botcore.errors import services
from botcore.errors.kinds import GroupState
from tests.database.conditions import firing
from tests.database.errors import error, hour, mark, occurrence
from tests.faults.asks import Ask


class ErrorPages:
    """Groups of errors and what a person may do about them."""

    def __init__(self, staff: Login, update_pk: int) -> None:
        self._staff = staff
        self._new = error()
        self._event = occurrence(self._new, update_pk=update_pk)
        occurrence(self._new, 2)
        self._second = mark(self._new)
        hour(self._second, 1, 3)
        self._other = error("ValueError: x", state=GroupState.RESOLVED)
        occurrence(self._other)
        self._muted = error("TypeError: x", state=GroupState.MUTED)
        self._gone = error("OSError: x")
        firing()
        services.merge(into=self._new.pk, others=[self._gone.pk], by="alice")

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._lists(), **self._acts(), **self._bulk(), **self._alerts(), **self._logs()}

    def _lists(self) -> dict[str, Ask]:
        page = f"/errors/{self._new.pk}/"
        return {
            "errors": Ask("/errors/"),
            "errors, searched": Ask("/errors/?tab=all&sort=count&search=Key"),
            "errors, by reference": Ask(f"/errors/?search={self._event.reference}", 302),
            "error": Ask(page),
            "error, an occurrence": Ask(f"{page}?event={self._event.pk}"),
            "error, no occurrence": Ask(f"{page}?event=999999", 400),
            "error, merged": Ask(f"/errors/{self._gone.pk}/", 302),
            "error, none": Ask("/errors/999999/", 404),
        }

    def _act(self, action: str, pk: int | None = None, **form: Any) -> Ask:
        return Ask(f"/errors/{pk or self._new.pk}/act/", 302, "POST", {"action": action, **form})

    def _mute(self, length: str) -> Ask:
        return Ask(f"/errors/{self._new.pk}/act/", 302, "POST", {"action": "mute", "for": length})

    def _acts(self) -> dict[str, Ask]:
        split = f"/errors/{self._new.pk}/split/"
        return {
            "act?": Ask(f"/errors/{self._new.pk}/act/", 302),
            "act, none": Ask("/errors/999999/act/", 404, "POST", {"action": "resolve"}),
            "acknowledge": self._act("acknowledge"),
            "resolve": self._act("resolve"),
            "resolve, so already": self._act("resolve", self._other.pk),
            "resolve in the next release": self._act("resolve_next"),
            "reopen": self._act("reopen", self._muted.pk),
            "mute for an hour": self._mute("1h"),
            "mute for ever": self._mute("ever"),
            "mute until": self._act("mute_until", limit="5", window="3600"),
            "mute until, wrong limit": self._act("mute_until", limit="0", window="3600"),
            "mute until, wrong window": self._act("mute_until", limit="5", window="1"),
            "mute until, no limit": self._act("mute_until", limit="", window="3600"),
            "assign": self._act("assign", user=str(self._staff.pk)),
            "assign to nobody": self._act("assign", user=""),
            "assign to nobody known": self._act("assign", user="999999"),
            "note": self._act("note", text="Look at this."),
            "note, empty": self._act("note", text=""),
            "note, too long": self._act("note", text="x" * 5000),
            "split": Ask(split, 302, "POST", {"fingerprint": self._second.value}),
            "split, of another": Ask(split, 302, "POST", {"fingerprint": "nonsense"}),
            "split, the only one": Ask(
                f"/errors/{self._other.pk}/split/",
                302,
                "POST",
                {"fingerprint": self._other.fingerprints.get().value},
            ),
        }

    def _bulk(self) -> dict[str, Ask]:
        ids = [str(self._new.pk), str(self._other.pk)]
        return {
            "bulk": Ask("/errors/bulk/", 302, "POST", {"action": "resolve", "id": ids}),
            "bulk, merge?": Ask("/errors/bulk/", 200, "POST", {"action": "merge", "id": ids}),
            "bulk, merge": Ask("/errors/bulk/", 302, "POST", {"action": "merge", "id": ids, "sure": "yes"}),
            "bulk, nothing to undo": Ask("/errors/bulk/", 302, "POST", {"action": "undo"}),
            "bulk, nothing": Ask("/errors/bulk/", 302, "POST", {"action": "resolve"}),
        }

    def _alerts(self) -> dict[str, Ask]:
        address = "/alerts/maintenance/"
        return {
            "alerts": Ask("/alerts/"),
            "maintenance": Ask(address, 302, "POST", {"length": "1h"}),
            "maintenance, wrong": Ask(address, 302, "POST", {"length": "nonsense"}),
            "maintenance, over": Ask(address, 302, "POST", {"length": ""}, before=(address, {"length": "1h"})),
            "test": Ask("/alerts/test/", 302, "POST", {}),
            **self._conditions(),
        }

    def _conditions(self) -> dict[str, Ask]:
        address = "/alerts/conditions/job_stale/"
        silence = {"action": "silence", "length": "1h", "reason": "why"}
        return {
            "condition?": Ask(address, 302),
            "condition, taken on": Ask(address, 302, "POST", {"action": "acknowledge"}),
            "condition, not firing": Ask("/alerts/conditions/disk_low/", 302, "POST", {"action": "acknowledge"}),
            "condition, none": Ask("/alerts/conditions/nonsense/", 302, "POST", silence),
            "condition, silenced": Ask(address, 302, "POST", silence),
            "condition, silenced for too long": Ask(address, 302, "POST", {**silence, "length": "9w"}),
            "condition, silence ended": Ask(address, 302, "POST", {"action": "unsilence"}, before=(address, silence)),
            "condition, nonsense": Ask(address, 302, "POST", {"action": "nonsense"}),
        }

    def _logs(self) -> dict[str, Ask]:
        level, back = "/settings/logs/level/", "/settings/logs/back/"
        form = {"logger": "botcore.faults", "level": "DEBUG", "duration": "1h"}
        return {
            "logs": Ask("/settings/logs/", before=(level, form)),
            "level": Ask(level, 302, "POST", form),
            "level, wrong": Ask(level, 302, "POST", {**form, "level": "LOUD"}),
            "level, for no time": Ask(level, 302, "POST", {**form, "duration": "never"}),
            "level, back": Ask(back, 302, "POST", form, before=(level, form)),
            "level, back already": Ask(back, 302, "POST", form),
        }
