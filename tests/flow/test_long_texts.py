"""Answers that are longer than one message: several in order, or a file."""

import json
import logging
from typing import Any

from django.test import override_settings
from telegram import Update
from telegram.request import RequestData

from botcore.inbox.models import State
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command
from sandbox.world import World
from tests.telegram import BotTestCase, InProcessTelegram, is_from_bot

TEMPLATES = {
    "messages/long.html": "<b>Title</b>\n{% for line in lines %}"
    "<a href='https://example.org/{{ line }}'>{{ line }}</a> & more & more\n{% endfor %}",
    "messages/bold.html": "{% for word in words %}<b>{{ word }}</b> {% endfor %}",
    "messages/broken.html": "<b>{{ text }}",
}
LOADED = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
    }
]
MORE = [[callback_button("More", "long", "400")]]


@command("long")
async def long(_update: Update, context: Context) -> None:
    """Say so many lines."""
    (count,) = context.args or ["1"]
    await context.answer("long", lines=range(int(count)), buttons=MORE)


@button("long")
async def longer(_update: Update, context: Context) -> None:
    """Say so many lines in the place of the pressed button's message."""
    await context.edit("long", lines=range(int(context.value)), buttons=MORE)


@command("bold")
async def bold(_update: Update, context: Context) -> None:
    """Say more bold words than one message may have."""
    await context.answer("bold", words=range(150))


@command("broken")
async def broken(_update: Update, context: Context) -> None:
    """Say a long text with broken HTML."""
    await context.answer("broken", text="word < " * 1000)


class Documents(InProcessTelegram):
    """Takes documents, which the sandbox may not know, and keeps them."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.documents: list[tuple[dict[str, Any], str]] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **kwargs: Any
    ) -> tuple[int, bytes]:
        """Keep a document; pass on the rest."""
        if not url.endswith("/sendDocument") or request_data is None:
            return await super().do_request(url, method, request_data, *args, **kwargs)
        ((_, (name, content, _)),) = (request_data.multipart_data or {}).items()
        self.documents.append(
            (dict(request_data.json_parameters), f"{name}: {content.decode() if isinstance(content, bytes) else ''}")
        )
        chat = {"id": 1, "type": "private"}
        return 200, json.dumps({"ok": True, "result": {"message_id": 999, "date": 1, "chat": chat}}).encode()


@override_settings(TEMPLATES=LOADED)
class LongTextTests(BotTestCase):
    """What a person gets."""

    features = [long, longer, bold, broken]

    def setUp(self) -> None:
        """Take documents too."""
        super().setUp()
        self.telegram = self.documents = Documents(self.world)

    def posts(self) -> list[Any]:
        """Return the bot's messages."""
        return [post for post in self.world.messages(1) if is_from_bot(post)]

    async def test_a_short_answer_is_one_message_that_telegram_reads(self) -> None:
        await self.alice.says("/long 3")
        self.assertEqual(len(self.posts()), 1)
        self.assertEqual(self.telegram.calls[-1]["parse_mode"], "HTML")

    async def test_a_long_answer_comes_in_order_with_its_links_and_the_buttons_under_the_last(self) -> None:
        await self.alice.says("/long 400")
        posts = self.posts()
        self.assertGreater(len(posts), 1)
        self.assertLessEqual(max(len(post.text) for post in posts), 4096)
        lines = "\n".join(post.text for post in posts).splitlines()
        self.assertEqual(lines, ["Title", *(f"{number} & more & more" for number in range(400))])
        links = [entity.url for post in posts for entity in post.entities if entity.type == "text_link"]
        self.assertEqual(links, [f"https://example.org/{number}" for number in range(400)])
        self.assertEqual([bool(post.buttons) for post in posts], [False] * (len(posts) - 1) + [True])

    async def test_a_short_answer_with_more_entities_than_telegram_takes_keeps_them_in_two(self) -> None:
        await self.alice.says("/bold")
        self.assertEqual([len(post.entities) for post in self.posts()], [100, 50])

    @override_settings(BOT_TEXT_PIECES=2)
    async def test_above_the_setting_a_file_is_sent(self) -> None:
        await self.alice.says("/long 400")
        self.assertEqual(self.posts(), [])
        ((parameters, content),) = self.documents.documents
        self.assertTrue(parameters["caption"].startswith("Title 0 & more & more"), parameters["caption"])
        self.assertIn("More", json.dumps(parameters["reply_markup"]))
        self.assertTrue(content.startswith("message.txt: Title\n0 (https://example.org/0) & more"))
        self.assertTrue(content.endswith("399 (https://example.org/399) & more & more\n"))

    async def test_an_edit_that_is_too_long_goes_on_in_new_messages(self) -> None:
        await self.alice.says("/long 3")
        await self.alice.presses("More")
        posts = self.posts()
        self.assertGreater(len(posts), 1)
        lines = "\n".join(post.text for post in posts).splitlines()
        self.assertEqual(lines, ["Title", *(f"{number} & more & more" for number in range(400))])
        self.assertEqual([bool(post.buttons) for post in posts], [False] * (len(posts) - 1) + [True])

    async def test_two_presses_at_once_send_the_rest_once(self) -> None:
        await self.alice.says("/long 3")
        await self.alice.presses("More", times=2)
        lines = "\n".join(post.text for post in self.posts()).splitlines()
        self.assertEqual(len(lines), 401)

    @override_settings(BOT_TEXT_PIECES=1)
    async def test_an_edit_above_the_setting_keeps_the_first_words_and_sends_the_file(self) -> None:
        await self.alice.says("/long 3")
        await self.alice.presses("More")
        (post,) = self.posts()
        self.assertTrue(post.text.startswith("Title 0 & more & more"))
        self.assertFalse(post.buttons)
        self.assertEqual(len(self.documents.documents), 1)

    async def test_a_long_text_with_broken_html_is_said_without_formatting_and_logged(self) -> None:
        with self.assertLogs("botcore.pipeline.speech", logging.ERROR) as logs:
            await self.alice.says("/broken")
        self.assertIn("<b> is never closed", logs.output[0])
        self.assertTrue(self.posts()[0].text.startswith("<b>word &lt; word"))
        self.assertEqual((await self.newest_update()).state, State.DONE)
