"""Answers that nobody can read, from the wire to the caller: was the call made, and is it made again?"""

import json
from typing import Any

from django.test import SimpleTestCase
from telegram import Chat
from telegram.error import NetworkError, TelegramError

from botcore.connection.errors import FileUnreadable, NotSent, PoolTimedOut, TurnedAway, UncertainError, Unsendable
from botcore.connection.known_bot import KnownBot
from botcore.connection.link import LinkState
from botcore.connection.link_watch import LinkWatch, is_no_answer
from botcore.connection.transport import AiohttpRequest, PollRequest
from botcore.connection.way_out import Wish
from tests.unit.wire import Wire, reply, says
from tests.ways import drop, free_way_out

MESSAGE = {"message_id": 5, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
UNDECODABLE: tuple[Any, ...] = (
    None,
    [],
    {},
    {"message_id": "x"},
    {name: value for name, value in MESSAGE.items() if name != "date"},
    {**MESSAGE, "date": 1e300},
)


class Bots:
    """A bot whose calls go by the way out to a server that answers always the same."""

    def __init__(self, body: bytes, transport: type[AiohttpRequest] = AiohttpRequest) -> None:
        self.wire = Wire(says(reply(body)))
        self.transport = transport

    async def __aenter__(self) -> KnownBot:
        await self.wire.__aenter__()
        self.way_out = free_way_out()
        self.way_out.on_result = lambda *said: self.told.append(said[3])
        self.told: list[Any] = []
        base = f"http://127.0.0.1:{self.wire.port}/bot"
        self.bot = KnownBot(
            "1:x",
            base_url=base,
            request=self.transport(4),
            get_updates_request=PollRequest(1),
            rate_limiter=self.way_out,
        )
        await self.bot.initialize()
        return self.bot

    async def __aexit__(self, *exc: object) -> None:
        await self.bot.shutdown()
        await self.way_out.shutdown()
        await self.wire.__aexit__(*exc)


class UnreadableAnswerTests(SimpleTestCase):
    """A success that cannot be read."""

    async def test_a_send_whose_answer_cannot_be_decoded_is_uncertain_and_made_once(self) -> None:
        for result in UNDECODABLE:
            with self.subTest(result=result):
                bots = Bots(json.dumps({"ok": True, "result": result}).encode())
                async with bots as bot:
                    for call in (bot.send_message(1, "x"), bot.sendMessage(1, "x"), bot.forward_message(1, 2, 3)):
                        with self.assertRaises(UncertainError) as raised:
                            await call
                        self.assertIsInstance(raised.exception, NetworkError)
                        self.assertNotIsInstance(raised.exception.__cause__, TelegramError)
                        self.assertIsInstance(raised.exception.__cause__, Exception)
                self.assertEqual(len(bots.wire.calls), 3)

    async def test_so_are_calls_that_decode_by_themselves(self) -> None:
        async with Bots(b'{"ok":true,"result":7}') as bot:
            for call in (
                bot.copy_message(1, 2, 3),
                bot.copy_messages(1, 2, [3]),
                bot.stop_poll(1, 2),
                bot.create_forum_topic(-1, "x"),
                bot.create_chat_invite_link(-1),
                bot.do_api_request("sendNewThing", return_type=Chat),
            ):
                with self.assertRaises(UncertainError):
                    await call

    async def test_a_repeatable_call_whose_answer_cannot_be_decoded_fails_as_the_librarys_calls_fail(self) -> None:
        async with Bots(b'{"ok":true,"result":7}') as bot:
            for call in (bot.get_chat(1), bot.get_me(), bot.get_updates()):
                with self.assertRaises(TelegramError) as raised:
                    await call
                self.assertNotIsInstance(raised.exception, UncertainError)
                self.assertIsInstance(raised.exception.__cause__, Exception)

    async def test_a_body_that_is_no_answer_is_an_uncertain_send_for_caller_and_ledger(self) -> None:
        for body in (b"null", b"[]", b"7", b'"x"', b'{"ok":true}', b'{"ok":false}', b"{}"):
            with self.subTest(body):
                bots = Bots(body)
                async with bots as bot:
                    with self.assertRaisesRegex(UncertainError, "Invalid server response"):
                        await bot.send_message(1, "x")
                self.assertEqual(len(bots.wire.calls), 1)
                self.assertIsInstance(bots.told[0], UncertainError)

    async def test_a_fault_of_the_transport_after_the_call_left_is_uncertain_for_the_ledger_too(self) -> None:
        class Faulty(AiohttpRequest):
            @staticmethod
            def parse_json_payload(payload: bytes) -> dict[str, Any]:
                raise LookupError(payload)

        bots = Bots(b"{}", Faulty)
        async with bots as bot:
            with self.assertRaises(UncertainError) as raised:
                await bot.send_message(1, "x")
        self.assertIsInstance(raised.exception.__cause__, LookupError)
        self.assertIs(bots.told[0], raised.exception)


class MistakeTests(SimpleTestCase):
    """Mistakes of ours, before anything is sent."""

    async def test_a_mistake_in_the_arguments_stays_what_it_is(self) -> None:
        bots = Bots(b'{"ok":true,"result":true}')
        async with bots as bot:
            await bot.set_my_description("x")  # that another call left says nothing of the next one
            with self.assertRaises(ValueError):
                await bot.send_message(1, "x", reply_to_message_id=1, reply_parameters=object())  # type: ignore[arg-type]
            with self.assertRaises(TypeError):
                await bot.send_photo()  # type: ignore[call-arg]
        self.assertEqual(len(bots.wire.calls), 1)

    async def test_what_cannot_be_written_was_not_sent_and_is_not_tried_again(self) -> None:
        bots = Bots(b'{"ok":true,"result":true}')
        async with bots as bot:
            for call in (
                bot.send_message(1, "x", api_kwargs={"odd": object()}),
                bot.send_document(1, b"x", api_kwargs={"odd": object()}, rate_limit_args=Wish()),
            ):
                with self.assertRaises(Unsendable) as raised:
                    await call
                self.assertIsInstance(raised.exception, NotSent)
                self.assertIsInstance(raised.exception.__cause__, TypeError)
        self.assertEqual(bots.wire.calls, [])


class LinkTests(SimpleTestCase):
    """What an error says of the link to Telegram."""

    def judged(self, error: Exception) -> str:
        """Return how the link is after a success and five such errors."""
        watch = LinkWatch("u", tell=drop)
        with watch.calling("getMe"):
            pass
        for _ in range(5):
            with self.assertRaises(type(error)), watch.calling("sendDocument"):
                raise error
        self.assertFalse(watch.judge.in_doubt)
        return watch.state

    def test_a_file_that_cannot_be_read_and_a_call_that_cannot_be_written_say_nothing_of_it(self) -> None:
        for error in (FileUnreadable("gone"), Unsendable("odd"), PoolTimedOut()):
            self.assertEqual(self.judged(error), LinkState.UP)

    def test_a_proxy_that_turns_calls_away_is_trouble_and_no_fault_of_a_handler(self) -> None:
        self.assertEqual(self.judged(TurnedAway("Unauthorized (401)")), LinkState.DEGRADED)
        self.assertTrue(is_no_answer(TurnedAway("Unauthorized (401)")))
        self.assertFalse(is_no_answer(FileUnreadable("gone")))
