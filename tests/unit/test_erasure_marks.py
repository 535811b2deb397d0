"""A person in texts and JSON of others: what is masked, what is taken out, and what stays as it was."""

import json
import time
from typing import Any

from django.test import SimpleTestCase

from botcore.erasure.marks import NO_CHAT, NO_CONTACT, NOBODY, Marks, units

ID, SMALL = 7_423_916_508, 42
ZORA = Marks(ID, "zoraide_q", "Zoraïde Quandt", ("invalid literal for int(): kugel",))
ME = {"id": ID, "is_bot": False, "first_name": "Zoraïde"}
BOB = {"id": 2, "is_bot": False, "first_name": "Bob"}
BOT = {"id": 9, "is_bot": True, "first_name": "Bot"}
MINE = {"message_id": 7, "date": 1, "from": ME, "text": "kugel", "photo": [{"file_id": "A"}]}


def stars(text: str) -> str:
    """Return as many stars as Telegram counts characters."""
    return "*" * units(text)


class TextTests(SimpleTestCase):
    """Texts that are no JSON."""

    def test_id_username_and_full_name_become_stars_of_their_length(self) -> None:
        text = f"ban @ZORAIDE_Q ({ID}), alias zoraïde quandt"
        wanted = f"ban @{stars('zoraide_q')} ({stars(str(ID))}), alias {stars('Zoraïde Quandt')}"
        self.assertEqual(ZORA.masked(text), wanted)
        emoji = Marks(ID, name="Zora 😀")
        self.assertEqual(emoji.masked("Zora 😀!"), "*******!")

    def test_what_only_looks_like_it_stays(self) -> None:
        for text in (f"1{ID}", f"{ID}1", f"-{ID}", "zoraide_qq", "Zoraïde", "Zoraïde Quandtson", "Quandt"):
            with self.subTest(text):
                self.assertEqual(ZORA.masked(text), text)

    def test_short_names_and_a_first_name_alone_are_words_of_everybody(self) -> None:
        for marks in (Marks(ID, "bob"), Marks(ID, name="Benjamin"), Marks(ID, name="A B")):
            self.assertEqual(marks.masked("bob, Benjamin and A B"), "bob, Benjamin and A B")

    def test_a_small_id_is_found_where_its_place_says_so(self) -> None:
        marks = Marks(SMALL)
        self.assertEqual(marks.masked("42 rows, person:42, chat:421, Bob (Telegram 42)"),
                         "42 rows, person:**, chat:421, Bob (Telegram **)")  # fmt: skip

    def test_a_title_loses_the_rest_of_the_line_that_quotes_them(self) -> None:
        self.assertEqual(ZORA.masked("ValueError: invalid literal for int(): kugel and more\nnext"),
                         f"ValueError: {stars('invalid literal for int(): kugel and more')}\nnext")  # fmt: skip

    def test_keys(self) -> None:
        marks = Marks(SMALL)
        for key in ("42", "user:42", "conversation:-5:42", "9:42"):
            self.assertTrue(marks.is_in_key(key), key)
        for key in ("421", "chat:-42", "export:142"):
            self.assertFalse(marks.is_in_key(key), key)

    def test_hostile_texts_take_no_time(self) -> None:
        began = time.process_time()
        for text in (str(ID)[:-1] * 20_000, "zoraide_" * 20_000, "[" * 50_000, '{"a":' * 50_000):
            ZORA.without(text)
        self.assertLess(time.process_time() - began, 2)

    def test_what_somebody_has_nested_on_purpose_is_masked_and_takes_no_time(self) -> None:
        began = time.process_time()
        for opening in ('{"a":', "[", '{"message_id":1,"text":', '{"message_id":1,"from":{"is_bot":true},"text":'):
            for depth in (25, 80, 300, 700, 980):
                nested = f'{opening * depth}"{ID}"{("]" if opening == "[" else "}") * depth}'
                beside = f"[{ID},{nested.replace(str(ID), '1')}]"
                for text in (nested, beside):
                    with self.subTest(opening, depth=depth):
                        self.assertNotIn(str(ID), ZORA.without(text))
        self.assertLess(time.process_time() - began, 5)


class JsonTests(SimpleTestCase):
    """Updates, payloads and other JSON."""

    def assert_cleaned(self, value: Any, wanted: Any, marks: Marks = ZORA) -> None:
        """Fail unless it becomes this."""
        self.assertEqual(marks.cleaned(value), wanted)

    def test_what_does_not_name_them_stays_as_it_was_written(self) -> None:
        text = '{ "id" : 5, "text": "Hello, Zora" }'
        self.assertEqual(ZORA.without(text), text)

    def test_an_account_and_a_private_chat_are_nobodys(self) -> None:
        self.assert_cleaned({"from": ME, "chat": {**ME, "type": "private"}}, {"from": NOBODY, "chat": NO_CHAT})

    def test_of_their_message_its_shell_stays(self) -> None:
        shell = {"message_id": 7, "date": 1, "from": NOBODY}
        self.assert_cleaned(MINE, shell)
        answer = {"message_id": 8, "from": BOB, "text": "yes"}
        quoting = {**answer, "reply_to_message": MINE, "quote": {"text": "kugel"}}
        self.assert_cleaned(quoting, {**answer, "reply_to_message": shell})

    def test_a_forward_and_an_answer_from_elsewhere(self) -> None:
        origin, nobodys = {"type": "user", "sender_user": ME}, {"type": "user", "sender_user": NOBODY}
        sent = {"message_id": 8, "from": BOB}
        self.assert_cleaned({**sent, "text": "kugel", "forward_origin": origin}, {**sent, "forward_origin": nobodys})
        elsewhere = {"text": "yes", "quote": {"text": "kugel"}, "external_reply": {"origin": origin, "photo": []}}
        self.assert_cleaned(elsewhere, {"text": "yes", "external_reply": {"origin": nobodys}})

    def test_a_mention_without_a_username_is_masked_where_it_stands(self) -> None:
        span = {"type": "text_mention", "offset": 3, "length": 7, "user": ME}
        found = ZORA.cleaned({"message_id": 8, "from": BOB, "text": "😀 Zoraïde!", "entities": [span]})
        self.assertEqual(found["text"], "😀 *******!")
        for offset, length in ((-1, 5), (99, 5), ("a", 5), (0, 10**9), (None, None)):
            odd = {**span, "offset": offset, "length": length}
            ZORA.cleaned({"message_id": 8, "from": BOB, "text": "abc", "entities": [odd]})  # does not raise

    def test_a_message_of_the_bot_that_names_them_loses_its_words_and_others_do_not(self) -> None:
        card = {"message_id": 8, "date": 1, "from": BOT, "text": "kugel", "reply_markup": {"data": f"person:{ID}"}}
        self.assert_cleaned(card, {"message_id": 8, "date": 1, "from": BOT})
        said = {"message_id": 8, "from": BOB, "text": f"see {ID}, kugel"}
        self.assert_cleaned(said, {**said, "text": f"see {stars(str(ID))}, kugel"})

    def test_who_is_called_as_a_part_of_a_form_leaves_forms_whole(self) -> None:
        payload = {"text": "Hello", "parse_mode": "HTML", "reply_markup": {"inline_keyboard": []}, str(ID): 1}
        for name in ("reply_markup", "parse_mode", "inline_keyboard", "html"):
            with self.subTest(name):
                found = Marks(ID, name).cleaned(payload)
                self.assertEqual(found.pop("*" * 10), 1)
                self.assertEqual(found, {key: value for key, value in payload.items() if key != str(ID)})
        chat = {"chat": {"id": 5, "type": "private"}, "text": "@private"}
        self.assert_cleaned(chat, {**chat, "text": "@*******"}, Marks(ID, "private"))

    def test_a_contact_is_emptied(self) -> None:
        contact = {"phone_number": "+1", "first_name": "Z", "user_id": ID}
        self.assert_cleaned({"contact": contact}, {"contact": NO_CONTACT})

    def test_numbers_by_their_names_and_long_ones_anywhere(self) -> None:
        found = ZORA.cleaned({"user_id": ID, "ids": [ID, 5], str(ID): True})
        self.assertEqual(found, {"user_id": 0, "ids": [0, 5], stars(str(ID)): True})
        small = {"update_id": 42, "count": 42, "user_id": 42, "is_bot": True}
        self.assert_cleaned(small, {**small, "user_id": 0}, Marks(SMALL))
        self.assert_cleaned({"id": True, "user_id": 1.0}, {"id": True, "user_id": 1.0}, Marks(1))

    def test_escaped_names_are_found_by_what_a_column_is_searched_for(self) -> None:
        text = json.dumps({"text": "Zoraïde Quandt"})
        self.assertTrue(any(needle in text for needle in ZORA.needles))
        self.assertEqual(json.loads(ZORA.without(text)), {"text": stars("Zoraïde Quandt")})

    def test_kept_and_read_again_they_are_the_same(self) -> None:
        self.assertEqual(Marks.of_text(ZORA.kept()), ZORA)
