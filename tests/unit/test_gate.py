"""The gate asks memory only, and not every kind of update."""

from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import telegram
from django.test import SimpleTestCase

from botcore.access.book import BOOK, KeptOut, Snapshot
from botcore.access.roles import Role
from botcore.access.throttle import THROTTLE, TYPING
from botcore.inbox.store import Pending
from botcore.pipeline.attempt import Attempt, Claim
from botcore.pipeline.gate import Refused, judge
from botcore.pipeline.rights import needed_role
from botcore.pipeline.terms import Terms
from botcore.runtime.setting_cache import CACHE

DAVE = 400
SENDER = {"id": DAVE, "is_bot": False, "first_name": "Dave"}
CHAT = {"id": DAVE, "type": "private", "first_name": "Dave"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def attempt(kind: str, body: dict[str, Any], *, row: int = 1, attempts: int = 0, replayed: bool = False) -> Attempt:
    """Return an update of Dave."""
    update = telegram.Update.de_json({"update_id": 1, kind: body}, None)
    pending = Pending(row, row, kind, DAVE, DAVE, "{}", NOW, attempts, NOW if replayed else None)
    return Attempt(pending, update, Claim())


def message(**fields: Any) -> dict[str, Any]:
    """Return a message of Dave's."""
    return {"message_id": 1, "from": SENDER, "chat": CHAT, "date": int(NOW.timestamp()), "text": "hello", **fields}


class GateTests(SimpleTestCase):
    """In a SimpleTestCase a query is an error."""

    def setUp(self) -> None:
        """Dave is banned."""
        THROTTLE.clear()
        kept = {DAVE: KeptOut(1, is_ban=True, until=None, reason="")}
        BOOK.turn(Snapshot(1, {}, kept), BOOK.begin())
        self.addCleanup(BOOK.change)

    def reason(self, one: Attempt) -> str | None:
        """Return what it is refused for."""
        refused = judge(one)
        return refused.reason if isinstance(refused, Refused) else None

    def test_what_people_do_is_refused(self) -> None:
        query = {"id": "1", "from": SENDER, "chat_instance": "1", "data": "x:y", "message": message()}
        inline = {"id": "1", "from": SENDER, "query": "x", "offset": ""}
        for kind, body in (
            ("message", message()),
            ("edited_message", message(edit_date=int(NOW.timestamp()))),
            ("callback_query", query),
            ("inline_query", inline),
        ):
            with self.subTest(kind):
                self.assertEqual(self.reason(attempt(kind, body)), "banned")

    def test_facts_pass_whoever_they_are_about(self) -> None:
        price = {"currency": "XTR", "total_amount": 1, "invoice_payload": "x"}
        charge = {"telegram_payment_charge_id": "1", "provider_payment_charge_id": ""}
        member = {"user": {"id": 1, "is_bot": True, "first_name": "Bot"}, "status": "member"}
        left = {"user": member["user"], "status": "left"}
        moved = {"chat": CHAT, "from": SENDER, "date": 1, "old_chat_member": member, "new_chat_member": left}
        for kind, body in (
            ("message", message(successful_payment=price | charge)),
            ("message", message(refunded_payment=price | charge)),
            ("pre_checkout_query", {"id": "1", "from": SENDER, **price}),
            ("my_chat_member", moved),
        ):
            with self.subTest(kind):
                self.assertIsNone(self.reason(attempt(kind, body)))

    def test_second_attempts_and_replays_are_no_flood(self) -> None:
        BOOK.turn(Snapshot(2), BOOK.begin())
        first = [self.reason(attempt("message", message(), row=row)) for row in range(30)]
        self.assertEqual(first[-1], "throttled")
        self.assertIsNone(self.reason(attempt("message", message(), row=3)))  # put off: the database went away
        self.assertIsNone(self.reason(attempt("message", message(), attempts=1)))
        self.assertIsNone(self.reason(attempt("message", message(), replayed=True)))

    def test_typing_has_a_pace_of_its_own_and_mutes_nobody(self) -> None:
        BOOK.turn(Snapshot(2), BOOK.begin())
        inline = {"id": "1", "from": SENDER, "query": "x", "offset": ""}
        typed = [judge(attempt("inline_query", inline, row=row)) for row in range(200)]
        self.assertEqual(typed, [None] * TYPING.burst + [Refused("throttled")] * (200 - TYPING.burst))
        said = [self.reason(attempt("message", message(), row=row)) for row in range(1000, 1021)]
        self.assertEqual(said, [None] * 20 + ["throttled"], "what was typed is no message")

    def test_a_handler_takes_the_role_that_it_declares(self) -> None:
        self.assertEqual(needed_role(Terms("x.y", Role.ADMIN)), Role.ADMIN)

    def test_the_setting_raises_handlers_by_name_by_file_and_by_folder(self) -> None:
        value = {"admin.restrict": "admin", "admin.": "support", "start.start": "moderator", "ab": "owner"}
        for name, role in {
            "admin.restrict.ban": Role.ADMIN,
            "admin.restrict.from_card": Role.ADMIN,
            "admin.restrictions.ban": Role.SUPPORT,
            "start.start": Role.MODERATOR,
            "start.started": Role.MEMBER,
            "about.about": Role.MEMBER,
        }.items():
            with self.subTest(name), patch.object(CACHE, "held", return_value=value):
                self.assertEqual(needed_role(Terms(name)), role)
                self.assertEqual(needed_role(Terms(name, Role.OWNER)), Role.OWNER)
