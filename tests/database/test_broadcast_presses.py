"""Buttons under a broadcast that are pressed: each person counts once, and what is old or made up does no harm."""

import json
from typing import Any

from botcore.broadcasts import drafts, presses, recall, selectors, services
from botcore.broadcasts.models import Broadcast, BroadcastButton, BroadcastPress
from botcore.broadcasts.presses import Pressed
from botcore.exceptions import ValidationError
from botcore.outbox.content import Text
from botcore.outbox.models import OutgoingMessage
from botcore.people.privacy import Reader
from tests.database.broadcasts import BroadcastCase, feed, send
from tests.database.outboxes import BOT

TYPED = "Our shop | https://example.com\nI am coming | press: See you | there!\nNot me|PRESS"


class PressTests(BroadcastCase):
    """Three people got one with a link and two buttons that are pressed."""

    def setUp(self) -> None:
        """Send it."""
        super().setUp()
        self.pk = self.write(TYPED)
        services.start(self.pk, by="dora")
        feed(self.pk)
        send()
        feed(self.pk)

    @staticmethod
    def write(buttons: str) -> int:
        """Write one that needs no test."""
        return drafts.write(by="dora", content=Text("News", "HTML"), buttons=buttons, is_shown=True, bot_id=BOT)

    def shown(self, pk: int) -> list[dict[str, Any]]:
        """Return the buttons that the first person got."""
        payload = json.loads(OutgoingMessage.objects.get(key=f"broadcast:{pk}:1").payload)
        return [button for row in payload["reply_markup"]["inline_keyboard"] for button in row]

    def pressed(self, pk: int) -> tuple[Pressed, ...]:
        """Return what the page says of the buttons."""
        found = selectors.broadcast(pk, reader=Reader())
        assert found is not None
        return found.pressed

    def test_a_delivery_carries_the_broadcast_and_the_number_and_no_answer(self) -> None:
        link, yes, no = self.shown(self.pk)
        self.assertEqual(link, {"text": "Our shop", "url": "https://example.com"})
        self.assertEqual(yes, {"text": "I am coming", "callback_data": f"broadcast_press:{self.pk}.1"})
        self.assertEqual(no, {"text": "Not me", "callback_data": f"broadcast_press:{self.pk}.2"})

    def test_people_are_counted_and_not_presses(self) -> None:
        yes, no = f"{self.pk}.1", f"{self.pk}.2"
        said = [presses.press(yes, user_id=user) for user in (1, 1, 2)] + [presses.press(no, user_id=1)]
        self.assertEqual(said, ["See you | there!"] * 3 + [""])
        counts = (Pressed("Our shop", None), Pressed("I am coming", 2), Pressed("Not me", 1))
        self.assertEqual(self.pressed(self.pk), counts)

    def test_buttons_that_nobody_pressed_stand_there_too(self) -> None:
        self.assertEqual([one.people for one in self.pressed(self.pk)], [None, 0, 0])

    def test_old_and_foreign_data_do_nothing(self) -> None:
        ours = [f"{self.pk}.{number}" for number in ("9", "0", "-1")]
        for value in ("", "x", "1", *ours, "999999.1", f"{'9' * 30}.1", "\u0663.\u0661"):
            with self.subTest(value):
                self.assertIsNone(presses.press(value, user_id=1))
        self.assertEqual(presses.press(f"{self.pk}.1", user_id=77), "See you | there!")  # who did not get it
        self.assertFalse(BroadcastButton.objects.exists() or BroadcastPress.objects.exists())

    def test_a_test_is_answered_and_not_counted(self) -> None:
        pk = self.write(TYPED)
        drafts.test(pk, by="dora", person=1)
        test = json.loads(OutgoingMessage.objects.latest("pk").payload)
        self.assertIn(f"broadcast_press:{pk}.1", json.dumps(test))
        self.assertEqual(presses.press(f"{pk}.1", user_id=1), "See you | there!")
        self.assertFalse(BroadcastPress.objects.exists())

    def test_a_copy_has_counts_of_its_own(self) -> None:
        presses.press(f"{self.pk}.1", user_id=1)
        pk = drafts.copy(self.pk, by="dora")
        Broadcast.objects.filter(pk=pk).update(is_shown=True)
        services.start(pk, by="dora")
        feed(pk)
        self.assertEqual(self.shown(pk)[1]["callback_data"], f"broadcast_press:{pk}.1")
        self.assertEqual([one.people for one in self.pressed(pk)], [None, 0, 0])

    def test_an_edit_counts_into_the_same_numbers(self) -> None:
        presses.press(f"{self.pk}.1", user_id=1)
        content, buttons = Text("Other", "HTML"), "Maybe | press\nI am coming | press: Fine"
        edited = recall.write_edit(self.pk, by="dora", content=content, is_shown=True, buttons=buttons)
        services.start(edited, by="dora")
        feed(edited)
        self.assertEqual(presses.press(f"{edited}.1", user_id=1), "Fine")
        presses.press(f"{edited}.1", user_id=2)
        presses.press(f"{edited}.0", user_id=2)
        counts = (Pressed("Our shop", None), Pressed("I am coming", 2), Pressed("Not me", 0), Pressed("Maybe", 1))
        self.assertEqual(self.pressed(self.pk), counts)

    def test_the_count_stays_when_a_person_is_forgotten(self) -> None:
        presses.press(f"{self.pk}.1", user_id=1)
        BroadcastPress.objects.filter(user_id=1).delete()
        self.assertEqual(self.pressed(self.pk)[1], Pressed("I am coming", 1))

    def test_they_are_read_as_they_were_written(self) -> None:
        found = selectors.broadcast(self.write(TYPED), reader=Reader())
        self.assertEqual(
            found and found.buttons,
            "Our shop | https://example.com\nI am coming | press: See you | there!\nNot me | press",
        )

    def test_what_could_not_be_counted_or_answered_is_refused(self) -> None:
        for typed, words in (
            ("A | press\nA | press: Yes", "Two buttons that are pressed say the same"),
            (f"A | press: {'x' * 201}", "has at most 200 characters"),
            (" | press", "The button's text is empty"),
            ("A | pressed", "needs an address like https://example.com"),
        ):
            with self.subTest(typed), self.assertRaisesMessage(ValidationError, words):
                self.write(typed)
