"""Buttons under a broadcast: addresses for everybody, and one that ends them, in the language of each person."""

import json
from typing import Any

from botcore.broadcasts import drafts, selectors, services
from botcore.broadcasts.models import Broadcast
from botcore.broadcasts.optout import opt_out
from botcore.exceptions import ValidationError
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import User
from botcore.people.privacy import Reader
from tests.database.broadcasts import BroadcastCase, feed
from tests.database.outboxes import BOT

SHOP = "Our shop | https://example.com/a?b=1"
LINK = {"text": "Our shop", "url": "https://example.com/a?b=1"}


def draft(buttons: str = SHOP, *, has_stop: bool = False) -> int:
    """Write one that needs no test."""
    content = Text("News", "HTML")
    return drafts.write(by="dora", content=content, buttons=buttons, has_stop=has_stop, is_shown=True, bot_id=BOT)


class ButtonTests(BroadcastCase):
    """Three people."""

    def keyboards(self, pk: int) -> list[list[list[dict[str, Any]]]]:
        """Send it; return the buttons that each person gets."""
        services.start(pk, by="dora")
        feed(pk)
        payloads = OutgoingMessage.objects.order_by("pk").values_list("payload", flat=True)
        return [json.loads(payload)["reply_markup"]["inline_keyboard"] for payload in payloads]

    def test_addresses_stand_under_each(self) -> None:
        pk = draft(f"\n {SHOP} \r\n\nA | B | http://b.example")
        second = {"text": "A | B", "url": "http://b.example"}
        self.assertEqual(self.keyboards(pk), [[[LINK], [second]]] * 3)

    def test_the_button_that_ends_them_is_the_last(self) -> None:
        pk = draft(has_stop=True)
        stop = {"text": "No more of these messages", "callback_data": f"broadcast_stop:{pk}"}
        self.assertEqual(self.keyboards(pk), [[[LINK], [stop]]] * 3)

    def test_who_pressed_it_is_written_to_no_more_and_counted_once(self) -> None:
        pk = draft(has_stop=True)
        self.assertEqual([opt_out(pk, user_id=2), opt_out(pk, user_id=2)], [True, False])
        self.assertEqual(self.keyboards(pk)[0][0], [LINK])
        self.assertEqual(self.queued(), [1, 3])
        self.assertEqual((Broadcast.objects.get().stopped, User.objects.get(pk=2).messages_on), (1, False))
        self.assertTrue(opt_out(999, user_id=3))

    def test_a_step_of_the_feeder_does_not_undo_the_count(self) -> None:
        pk = draft(has_stop=True)
        services.start(pk, by="dora")
        opt_out(pk, user_id=1)
        feed(pk)
        self.assertEqual(Broadcast.objects.get().stopped, 1)

    def test_a_line_that_is_no_button_is_refused(self) -> None:
        for typed, words in (
            ("Our shop", "Write each button on a line of its own"),
            ("| https://example.com", "Write each button on a line of its own"),
            ("Our shop | javascript:alert(1)", "needs an address like https://example.com"),
            ("Our shop | example.com", "needs an address like https://example.com"),
        ):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, words):
                draft(typed)
        self.assertFalse(Broadcast.objects.exists())

    def test_another_text_keeps_them_and_other_buttons_need_another_test(self) -> None:
        pk = draft(has_stop=True)
        drafts.edit(pk, by="dora", content=Text("Other", "HTML"), is_shown=True)
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        self.assertEqual((found.buttons, found.has_stop, found.source), (SHOP, True, "Other"))
        self.assertTrue(drafts.edit(pk, by="dora", content=Text("Other", "HTML"), buttons="", has_stop=False))
        row = Broadcast.objects.get(pk=pk)
        self.assertEqual((row.has_stop, row.is_shown, "reply_markup" in row.payload), (False, False, False))
