"""Data of buttons beyond 64 bytes: behind a key that nobody guesses, for their owner, for a while."""

from datetime import timedelta

from django.test import TestCase
from django.utils import timezone

from botcore.exceptions import ValidationError
from botcore.outbox.callback_data import NotYoursError, keep, look_up
from botcore.outbox.models import CallbackData
from botcore.people.models import ChatAlias

LONG = "я" * 100


def value_of(data: str) -> str:
    """Return what a handler finds behind its name."""
    return data.partition(":")[2]


class CallbackDataTests(TestCase):
    """Keeping and looking up."""

    def test_what_fits_stays_in_the_button(self) -> None:
        fits = "v:" + "x" * 62
        self.assertEqual((keep(fits, chat_id=1), look_up(value_of(fits), chat_id=1, user_id=1)), (fits, "x" * 62))
        self.assertFalse(CallbackData.objects.exists())

    def test_bytes_count_and_the_name_stays_for_the_handler(self) -> None:
        short = keep(f"vote:{LONG}", chat_id=1)
        self.assertRegex(short, r"^vote:~[\w-]{20,}$")
        self.assertLessEqual(len(short.encode()), 64)
        self.assertEqual(look_up(value_of(short), chat_id=1, user_id=5), LONG)

    def test_a_button_for_one_person_is_kept_however_short_its_data_are(self) -> None:
        value = value_of(keep("v:yes", chat_id=-1, user_id=5))
        self.assertEqual(look_up(value, chat_id=-1, user_id=5), "yes")
        with self.assertRaises(NotYoursError):
            look_up(value, chat_id=-1, user_id=6)

    def test_nobody_else_finds_them(self) -> None:
        chats, persons = value_of(keep(f"v:{LONG}", chat_id=1)), value_of(keep(f"v:{LONG}", chat_id=1, user_id=5))
        for value, chat_id, user_id in (
            (chats, 2, 6),
            (chats, None, 1),
            (chats, None, None),
            (persons, 1, 6),
            (persons, 5, 6),
            (persons, 1, None),
        ):
            with self.subTest(value=value, chat=chat_id, user=user_id), self.assertRaises(NotYoursError):
                look_up(value, chat_id=chat_id, user_id=user_id)
        for value, chat_id, user_id, found in (
            (chats, 1, 6, LONG),
            (persons, 1, 5, LONG),
            (persons, 2, 5, LONG),
            ("~guess", 1, 5, None),
            ("~" + "x" * 100_000, 1, 5, None),
        ):
            with self.subTest(value=value[:30], chat=chat_id, user=user_id):
                self.assertEqual(look_up(value, chat_id=chat_id, user_id=user_id), found)

    def test_a_group_that_moved_keeps_its_buttons(self) -> None:
        value = value_of(keep(f"v:{LONG}", chat_id=-7))
        ChatAlias.objects.create(old_id=-7, new_id=-1007, at=timezone.now())
        self.assertEqual(look_up(value, chat_id=-1007, user_id=5), LONG)

    def test_a_value_that_looks_like_a_key_is_kept_too(self) -> None:
        short = keep("v:~mine", chat_id=1)
        self.assertEqual(look_up(value_of(short), chat_id=1, user_id=1), "~mine")

    def test_they_expire(self) -> None:
        value = value_of(keep(f"v:{LONG}", chat_id=1))
        left = CallbackData.objects.get().expires_at - timezone.now()
        self.assertAlmostEqual(left / timedelta(days=1), 30, delta=0.01)
        CallbackData.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        self.assertIsNone(look_up(value, chat_id=1, user_id=1))

    def test_data_without_a_handlers_name_or_without_an_owner_are_refused(self) -> None:
        for data in (LONG, f"{'n' * 50}:{LONG}"):
            with self.subTest(data[:5]), self.assertRaisesRegex(ValidationError, "begin with a handler's name"):
                keep(data, chat_id=1)
        with self.assertRaisesRegex(ValidationError, "need an owner"):
            keep(f"v:{LONG}")
