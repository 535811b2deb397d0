"""What send() refuses of albums and buttons: one sentence, and nothing in any table."""

from typing import Any

from botcore.exceptions import ValidationError
from botcore.outbox import services
from botcore.outbox.content import (
    Album,
    Button,
    Document,
    Photo,
    Voice,
)
from botcore.outbox.models import OutgoingMessage
from tests.database.outboxes import BLANKS, RefusalCase, queued

LONG = "x" * 100
NO_LISTS: tuple[Any, ...] = (None, "ab", 5, {})
YES = [Button("a", data="a:b")]


class PartsTests(RefusalCase):
    """Wrong numbers, wrong kinds, and what is no list of them."""

    def test_captions_and_albums(self) -> None:
        long = "The caption is too long: 1025 of at most 1024 characters."
        self.refused(long, content=Photo("AgACAg", "x" * 1025))
        self.refused(long, content=Album([Photo("AAAAA"), Photo("BBBBB", "x" * 1025)]))
        self.refused("An album has 2 to 10 files; this one has 1.", content=Album([Photo("AAAAA")]))
        self.refused("An album has 2 to 10 files; this one has 11.", content=Album([Photo("AAAAA")] * 11))
        mixed = "An album has photos and videos, or documents only, or audios only."
        self.refused(mixed, content=Album([Photo("AAAAA"), Document("BBBBB")]))
        self.refused(mixed, content=Album([Voice("AAAAA"), Voice("BBBBB")]))
        for blank in BLANKS[1:]:
            self.refused("The caption is empty.", content=Photo("AAAAA", blank))
        self.refused("The caption must be a str.", content=Photo("AAAAA", None))  # type: ignore[arg-type]
        for wrong in NO_LISTS:
            self.refused(f"The files of an album must be a list; this is {wrong!r}.", content=Album(wrong))
        nested: Any = Album([Photo("AAAAA")])
        self.refused("An album has files such as Photo(…); 'a' is none.", content=Album(["a", "b"]))  # type: ignore[list-item]
        with self.assertRaisesMessage(ValidationError, "An album has files such as Photo(…); Album("):
            services.send(chat_id=1, content=Album([nested, Photo("AAAAA")]))
        none = "Telegram shows no buttons under an album or a forwarded message."
        self.refused(none, content=Album([Photo("AAAAA"), Photo("BBBBB")]), buttons=[[Button("a", data="a:b")]])

    def test_buttons(self) -> None:
        self.refused("A message has at most 100 buttons; this one has 101.", buttons=[[Button("a", data="a:")]] * 101)
        for blank in BLANKS[:-1]:
            self.refused("The button's text is empty.", buttons=[[Button(blank, data="a:")]])
        long = "The button's text is too long: 257 of at most 256 characters."
        self.refused(long, buttons=[[Button("x" * 257, data="a:")]])
        either = "The button 'a' needs either an address or data."
        self.refused(either, buttons=[[Button("a")]])
        self.refused(either, buttons=[[Button("a", url="https://x.org", data="a:")]])
        for url in ("x.org", "javascript:alert(1)", "https://", "https://[x", "https://\x01.org", "https://@"):
            self.refused("The button 'a' needs an address like https://example.com.", buttons=[[Button("a", url=url)]])
        self.refused(
            f"Data of a button begin with a handler's name and a colon; these are {LONG[:40]!r}….",
            buttons=[[Button("kept", data=f"vote:{LONG}"), Button("a", data=LONG)]],
        )

    def test_what_is_no_button(self) -> None:
        for wrong in NO_LISTS:
            self.refused(f"The rows of buttons must be a list; this is {wrong!r}.", buttons=wrong)
        self.refused("The buttons of a row must be a list; this is 'ab'.", buttons=["ab"])
        flat = "The buttons of a row must be a list; this is Button(text='a', url='', data='a:b', user_id=None)."
        self.refused(flat, buttons=[Button("a", data="a:b")])
        self.refused("A row of buttons has Button(…) only; 'a' is none.", buttons=[["a"]])
        self.refused("The button's data must be a str.", buttons=[[Button("a", data=5)]])  # type: ignore[arg-type]
        self.refused(
            "The data of the button 'a' are too long: at most 100000 characters.",
            buttons=[[Button("a", data="a:" + "b" * 99_999)]],
        )
        for number in ("me", True, 2**70, 0, -5):
            person = Button("a", data="a:b", user_id=number)  # type: ignore[arg-type]
            sentence = f"The person's id must be a positive number below 2**52; this is {number!r}."
            self.refused(sentence, buttons=[[person]])

    def test_generators_keep_what_they_bring(self) -> None:
        services.send(chat_id=1, text="x", buttons=(row for row in [(button for button in YES), []]))  # type: ignore[arg-type]
        self.assertEqual(queued()[1]["reply_markup"], {"inline_keyboard": [[{"text": "a", "callback_data": "a:b"}]]})
        OutgoingMessage.objects.all().delete()
        services.send(chat_id=1, content=Album(Photo(f"AAAA{number}") for number in range(2)))  # type: ignore[arg-type]
        self.assertEqual([item["media"] for item in queued()[1]["media"]], ["AAAA0", "AAAA1"])
