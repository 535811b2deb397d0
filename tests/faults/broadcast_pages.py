"""Requests to the pages of broadcasts: drafts, one that has a time, one that runs, and one that is paused."""

from datetime import timedelta

from django.utils import timezone

from botcore.broadcasts import drafts, recall, services
from botcore.outbox.content import Photo, Text
from botcore.texts.markup import HTML
from tests.database.broadcasts import sent_to_all
from tests.database.dashboard import data
from tests.database.outboxes import BOT
from tests.faults.asks import Ask

PAGE = "/broadcasts"


class BroadcastPages:
    """Leo may be written to; the test of each has reached its writer."""

    def __init__(self) -> None:
        data.private(data.person(31, "Leo"))
        self._draft, self._timed, self._running, self._paused = (self._written() for _ in range(4))
        self._tomorrow = timezone.now() + timedelta(days=1)
        services.schedule(self._timed, by="bob", at=self._tomorrow)
        services.start(self._running, by="bob")
        services.start(self._paused, by="bob")
        services.pause(self._paused, by="bob")
        self._photo = drafts.write(by="bob", content=Photo("AgACAgIAAxk"), bot_id=1)
        self._over = sent_to_all(self._written(BOT))
        self._edit = recall.write_edit(self._over, by="bob", content=Text("Other", HTML), is_shown=True)

    def _written(self, bot_id: int = 1) -> int:
        return drafts.write(by="bob", content=Text("<b>News</b>", HTML), is_shown=True, bot_id=bot_id)

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._looks(), **self._drafts(), **self._starts(), **self._acts()}

    def _looks(self) -> dict[str, Ask]:
        return {
            "broadcasts": Ask(f"{PAGE}/"),
            "broadcast, a draft": Ask(f"{PAGE}/{self._draft}/"),
            "broadcast": Ask(f"{PAGE}/{self._running}/"),
            "broadcast, over": Ask(f"{PAGE}/{self._over}/"),
            "broadcast, an edit": Ask(f"{PAGE}/{self._edit}/"),
            "broadcast, none": Ask(f"{PAGE}/999999/", 404),
        }

    def _drafts(self) -> dict[str, Ask]:
        new, draft = f"{PAGE}/new/", f"{PAGE}/{self._draft}/"
        words, other = {"text": "<b>Other news</b>"}, {"file_id": "AgACAgIAAxk2", "kind": "photo"}
        return {
            "broadcast, new?": Ask(new, 302),
            "broadcast, new": Ask(new, 302, "POST", words),
            "broadcast, of nothing": Ask(new, 200, "POST", {"text": " "}),
            "broadcast, wrong": Ask(new, 200, "POST", {"text": "<b>"}),
            "broadcast, edit?": Ask(f"{draft}edit/"),
            "broadcast, edit": Ask(f"{draft}edit/", 302, "POST", words),
            "broadcast, edit wrong": Ask(f"{draft}edit/", 200, "POST", {"text": "<b>"}),
            "broadcast, amend?": Ask(f"{PAGE}/{self._over}/amend/"),
            "broadcast, amend": Ask(f"{PAGE}/{self._over}/amend/", 302, "POST", {**words, "buttons": "Yes | press"}),
            "broadcast, amend wrong": Ask(f"{PAGE}/{self._over}/amend/", 200, "POST", {"text": "<b>"}),
            "broadcast, amend none": Ask(f"{PAGE}/999999/amend/", 404),
            "broadcast, start an edit?": Ask(f"{PAGE}/{self._edit}/start/"),
            "broadcast, start an edit": Ask(f"{PAGE}/{self._edit}/start/", 302, "POST", {}),
            "broadcast, files?": Ask(f"{PAGE}/{self._photo}/files/"),
            "broadcast, files": Ask(f"{PAGE}/{self._photo}/files/", 302, "POST", other),
            "broadcast, files wrong": Ask(f"{PAGE}/{self._photo}/files/", 200, "POST", {"file_id": "AgACAgIAAxk"}),
            "broadcast, files of none": Ask(f"{PAGE}/999999/files/", 404),
            "broadcast, new photo": Ask(new, 302, "POST", other),
            "broadcast, for whom?": Ask(f"{draft}audience/"),
            "broadcast, for whom": Ask(f"{draft}audience/", 302, "POST", {"tag": "vip"}),
            "broadcast, how?": Ask(f"{draft}delivery/"),
            "broadcast, how": Ask(f"{draft}delivery/", 302, "POST", {"hours": "10:00-20:00"}),
            "broadcast, how, wrong": Ask(f"{draft}delivery/", 200, "POST", {"hours": "soon", "paid": "on"}),
            "broadcast, for whom, wrong": Ask(f"{draft}audience/", 200, "POST", {"active": "soon"}),
        }

    def _starts(self) -> dict[str, Ask]:
        start = f"{PAGE}/{self._draft}/start/"
        later = {"do": "later", "at": f"{self._tomorrow:%Y-%m-%d %H:%M}"}
        return {
            "broadcast, start?": Ask(start),
            "broadcast, start": Ask(start, 302, "POST", {}),
            "broadcast, started": Ask(f"{PAGE}/{self._running}/start/", 302, "POST", {}),
            "broadcast, start none": Ask(f"{PAGE}/999999/start/", 302, "POST", {}),
            "broadcast, later": Ask(start, 302, "POST", later),
            "broadcast, never": Ask(start, 302, "POST", {"do": "later", "at": "2020-01-01 00:00"}),
            "broadcast, too late": Ask(start, 302, "POST", {"do": "later", "at": "2099-01-01 00:00"}),
            "broadcast, nobody": Ask(start, 302, "POST", {}, before=(f"{PAGE}/{self._draft}/audience/", {"tag": "no"})),
        }

    def _acts(self) -> dict[str, Ask]:
        cancel = f"{PAGE}/{self._running}/cancel/"
        chosen = {
            "test": self._draft,
            "unschedule": self._timed,
            "pause": self._running,
            "resume": self._paused,
            "copy": self._running,
            "delete": self._over,
            "nothing": self._draft,
        }
        return {
            **{f"broadcast, {act}": self._act(pk, act) for act, pk in chosen.items()},
            "broadcast, copy none": self._act(999999, "copy"),
            "broadcast, cancel?": Ask(cancel),
            "broadcast, cancel": Ask(cancel, 302, "POST", {}),
            "broadcast, cancelled": Ask(cancel, 302, "POST", {}, before=(cancel, {})),
        }

    def _act(self, pk: int, act: str) -> Ask:
        return Ask(f"{PAGE}/{pk}/act/", 302, "POST", {"do": act})
