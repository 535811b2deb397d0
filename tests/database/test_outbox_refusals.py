"""What send() refuses: one sentence, and nothing in any table."""

import os
from datetime import datetime, timedelta
from datetime import timezone as fixed
from pathlib import Path

from django.db import OperationalError
from django.test import override_settings
from django.utils import timezone

from botcore.outbox import services
from botcore.outbox.content import (
    Album,
    Content,
    Copy,
    Document,
    Forward,
    Media,
    Photo,
    Template,
    Text,
)
from botcore.outbox.models import OutgoingMessage
from botcore.people.models import Reach
from tests.database.outboxes import BLANKS, RefusalCase, add_chat


class Unlucky:
    """A template's value that cannot be shown."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __str__(self) -> str:
        raise self.error


class RefusalTests(RefusalCase):
    """One sentence, and nothing in any table."""

    def test_chats(self) -> None:
        self.refused("The chat 2 is unknown: the bot has not met it.", chat_id=2)
        self.refused("The chat's id must be one of Telegram's numbers; this is '@alice'.", chat_id="@alice")
        self.refused("The chat's id must be one of Telegram's numbers; this is True.", chat_id=True)
        self.refused(f"The chat's id must be one of Telegram's numbers; this is {2**63}.", chat_id=2**63)
        for number, (reach, sentence) in enumerate(
            {
                Reach.BLOCKED: "Alice has blocked the bot.",
                Reach.KICKED: "The bot is not a member of Alice.",
                Reach.DEACTIVATED: "The account of Alice is deleted.",
            }.items()
        ):
            add_chat(10 + number, reach=reach)
            self.refused(sentence, chat_id=10 + number)

    def test_texts(self) -> None:
        for empty in BLANKS:
            self.refused("The text is empty.", text=empty)
        self.refused("The text is empty.", content=Text("<b> </b>", "HTML"))
        self.refused("The text is too long: 1000001 of at most 1000000 characters.", text="x" * 1_000_001)
        self.refused("The text has a null character.", text="a\x00b")
        self.refused("The text has half of a character (a lone surrogate).", text="a\ud800")
        self.refused("The text must be a str.", text=5)
        self.refused(
            "There is no parse mode 'Markdown'; write HTML, MarkdownV2 or nothing.", content=Text("a", "Markdown")
        )
        self.refused("The text's HTML is broken at character 1: <b> is never closed.", content=Text("<b>a", "HTML"))
        self.refused(
            "The text's MarkdownV2 is broken at character 1: bold begins here and never ends.",
            content=Text("*a", "MarkdownV2"),
        )
        self.refused("The parse mode must be a str.", content=Text("a", ["HTML"]))  # type: ignore[arg-type]
        self.refused("The parse mode must be a str.", content=Text("a", None))  # type: ignore[arg-type]
        self.refused("The text must be a str.", content=Text(None))  # type: ignore[arg-type]
        self.refused("`preview` must be True or False; this is 'no'.", content=Text("a", preview="no"))  # type: ignore[arg-type]
        self.refused(
            "The text is too long: 7000001 of at most 2000000 characters with formatting.",
            content=Text("<b></b>" * 1_000_000 + "x", "HTML"),
        )
        self.refused("Say either a text or a content.", text=None)
        self.refused("Say either a text or a content.", text="a", content=Text("a"))
        self.refused("A dict cannot be sent.", content={})

    def test_formatting_does_not_count(self) -> None:
        services.send(chat_id=1, content=Text(f"<b>{'&lt;' * 4096}</b>", "HTML"))
        self.assertEqual(OutgoingMessage.objects.count(), 1)

    def test_files(self) -> None:
        gone, empty, large, pipe = (self.directory / name for name in ("gone", "empty", "large", "pipe"))
        empty.touch()
        with large.open("wb") as file:
            file.truncate(10_000_001)
        os.mkfifo(pipe)
        self.refused(f"The file {gone} cannot be read: No such file or directory.", content=Document(gone))
        self.refused(f"The file {empty} is empty.", content=Document(empty))
        self.refused(f"The file {large} is too large: Telegram takes 10 MB.", content=Photo(large))
        self.refused(f"{pipe} is no file.", content=Document(pipe))
        self.refused(f"{self.directory} is no file.", content=Document(self.directory))
        self.refused("The file's name has a null character.", content=Document(Path("a\x00b")))
        self.refused("A Media cannot be sent.", content=Media("AgACAg"))
        self.refused("The file is missing: give a path, a file_id or an address.", content=Document(""))
        services.send(chat_id=1, content=Document(large))
        with large.open("wb") as file:
            file.truncate(50_000_001)
        OutgoingMessage.objects.all().delete()
        self.refused(f"The file {large} is too large: Telegram takes 50 MB.", content=Document(large))

    def test_a_text_is_a_file_only_as_an_id_or_an_address(self) -> None:
        for file in (
            "/etc/passwd",
            "README.md",
            "~/.ssh/id_rsa",
            "file:///etc/passwd",
            "attach://x",
            "https://",
            "https://@",
        ):
            self.neither(file)
        for file in (
            "https://:80",
            "http://[x",
            "https://x.org:99999",
            "https://x\n.org",
            "ftp://x.org/a",
            "AgAC",
            "a\nbcdef",
        ):
            self.neither(file)
        self.neither("A" * 301, "A" * 59 + "…")
        self.neither("https://x.org/" + "x" * 2048, "https://x.org/" + "x" * 45 + "…")
        self.refused("The file must be a str.", content=Document(b"bytes"))  # type: ignore[arg-type]
        services.send(chat_id=1, content=Document("https://user@x.org:8443/a.pdf?b=c#d"))
        services.send(chat_id=1, content=Document("A-_9" * 75))

    def neither(self, file: str, shown: str = "") -> None:
        """Check that a file is refused, in an album too."""
        sentence = (
            f"The file {repr(file) if not shown else chr(39) + shown} is neither a file_id nor an address like "
            "https://example.com/cat.jpg; give a file of this machine as a Path."
        )
        self.refused(sentence, content=Document(file))
        self.refused(sentence, content=Album([Document("BQACAg"), Document(file)]))

    def test_templates(self) -> None:
        self.refused("There is no template messages/nope.html, messages/nope.md.", content=Template("nope"))
        for name in ("../dashboard/login", "a b", "", "/etc/passwd", "a/../b"):
            self.refused(
                f"{name!r} is no template's name: write order for templates/messages/order.html.",
                content=Template(name),
            )
        self.refused("The template's name has a null character.", content=Template("a\x00b"))
        self.refused("The template's name must be a str.", content=Template(None))  # type: ignore[arg-type]
        mapping = "The template's values must be a dict, such as {'name': 'Alice'}."
        for wrong in (None, ["a"], "abc"):
            self.refused(mapping, content=Template("sentence", wrong))  # type: ignore[arg-type]
        self.refused("The text is empty.", content=Template("sentence", {"sentence": "\u200b"}))
        fails = "The template sentence cannot be rendered: KeyError: 'x'."
        self.refused(fails, content=Template("sentence", {"sentence": Unlucky(KeyError("x"))}))

    def test_a_database_that_fails_in_a_template_is_no_fault_of_the_template(self) -> None:
        content = Template("sentence", {"sentence": Unlucky(OperationalError("gone"))})
        with self.assertRaises(OperationalError):
            services.send(chat_id=1, content=content)

    def test_options(self) -> None:
        for name in ("silent", "protected", "paid"):
            for wrong in ("no", 1, None):
                self.refused(f"`{name}` must be True or False; this is {wrong!r}.", **{name: wrong})
        for number in (0, -1, True, 2**31, "1"):
            below = f"must be a positive number below 2**31; this is {number!r}."
            self.refused(f"The message's id {below}", reply_to=number)
            self.refused(f"The topic's id {below}", topic=number)
        sentence = "The bot's id must be a positive number below 2**52; this is {}."
        for number in (0, -1, "7", 2**52):
            self.refused(sentence.format(repr(number)), bot_id=number)
        self.refused(sentence.format("a number of thousands of digits"), bot_id=10**5000)

    def test_copies_and_forwards(self) -> None:
        for kind in (Copy, Forward):
            self.from_where(kind(424242, 1), "The chat 424242 is unknown: the bot has not met it.")
            self.from_where(
                kind("@x", 1),  # type: ignore[arg-type]
                "The chat's id must be one of Telegram's numbers; this is '@x'.",
            )
            self.from_where(kind(1, 0), "The message's id must be a positive number below 2**31; this is 0.")
            services.send(chat_id=1, content=kind(1, 5))
            OutgoingMessage.objects.all().delete()

    def from_where(self, content: Content, sentence: str) -> None:
        """Check that a copy is refused."""
        self.refused(sentence, content=content)

    def test_times_priorities_and_words(self) -> None:
        naive = datetime(2030, 1, 1)  # noqa: DTZ001
        self.refused("The due time has no time zone; use django.utils.timezone.now() and the like.", due_at=naive)
        self.refused("The due time is more than a day in the past.", due_at=timezone.now() - timedelta(days=2))
        far = "The due time is more than 366 days ahead."
        self.refused(far, due_at=timezone.now() + timedelta(days=367))
        for hours in (-12, 0, 12):
            zone = fixed(timedelta(hours=hours))
            self.refused(far, due_at=datetime.max.replace(tzinfo=zone))
            past = "The due time is more than a day in the past."
            self.refused(past, due_at=datetime.min.replace(tzinfo=zone))
        choices = "0 (reply), 1 (admin), 2 (alert), 3 (broadcast)"
        self.refused(f"There is no priority 9; the priorities are {choices}.", priority=9)
        self.refused("The key is too long: 101 of at most 100 characters.", key="x" * 101)
        self.refused("The key is empty: leave it out, or say what shall be sent once.", key="")
        self.refused("The source must be a str.", source=None)
        self.refused("The due time must be a datetime; this is 'tomorrow'.", due_at="tomorrow")
        self.refused(f"The update's row must be a positive number below 2**52; this is {2**70}.", update_pk=2**70)
        self.refused("There is no update 5.", update_pk=5)
        self.refused("The source has a null character.", source="\x00")

    @override_settings(TELEGRAM_BOT_TOKEN="")
    def test_without_a_token_the_bot_must_be_named(self) -> None:
        self.refused("It is not known which bot shall send: set TELEGRAM_BOT_TOKEN or name a bot_id.")
        services.send(chat_id=1, text="Hello", bot_id=5)
        self.assertEqual(OutgoingMessage.objects.get().bot_id, 5)
