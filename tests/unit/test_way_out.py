"""Every call through python-telegram-bot's own bot and WayOut to a scripted transport; in virtual time."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from unittest.mock import AsyncMock, Mock, patch

from django.test import SimpleTestCase
from telegram import InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TimedOut
from telegram.ext import ExtBot
from telegram.request import RequestData

from botcore.connection.breaker import Breaker, Circuit
from botcore.connection.errors import CircuitOpen, PoolTimedOut, UncertainError
from botcore.connection.limiter import Limiter
from botcore.connection.pace import EvenPace
from botcore.connection.way_out import Wish
from botcore.outbox.models import Priority
from tests.no_network import NoNetwork
from tests.virtual_time import START, now, run
from tests.ways import free_way_out

Answer = tuple[int, dict[str, Any]] | BaseException | float
SENT = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}}
TRUE = {"ok": True, "result": True}


def error(status: int, text: str, **parameters: Any) -> Answer:
    """Return Telegram's answer with this error."""
    return status, {"ok": False, "error_code": status, "description": text, "parameters": parameters}


class Script(NoNetwork):
    """A transport that answers from a list, then with success; a number means: hang for so many seconds."""

    def __init__(self, answers: list[Answer]) -> None:
        self.answers = answers
        self.calls: list[tuple[float, str, Any]] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_args: Any, **_kwargs: Any
    ) -> tuple[int, bytes]:
        """Answer."""
        name = url.rpartition("/")[2]
        given = request_data.json_parameters if request_data else {}
        chat = int(given["chat_id"]) if "chat_id" in given else None
        self.calls.append((round(now() - START, 3), name, chat))
        answer = self.answers.pop(0) if self.answers else (200, SENT if name.startswith("send") else TRUE)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = (200, SENT)
        if isinstance(answer, BaseException):
            raise answer
        return answer[0], json.dumps(answer[1]).encode()


class Out:
    """A bot whose calls go by WayOut, with everything that it told."""

    def __init__(self, *answers: Answer) -> None:
        self.script = Script(list(answers))
        self.results: list[tuple[Any, ...]] = []
        self.way_out = free_way_out(limiter=Limiter(EvenPace(30)))
        self.way_out.breaker = Breaker(clock=now)
        self.way_out.on_result = lambda *said: self.results.append(said)
        self.bot: ExtBot[Wish] = ExtBot("1:x", request=self.script, rate_limiter=self.way_out)


def play(story: Callable[[Out], Awaitable[None]], *answers: Answer) -> Out:
    """Play a story with a bot; return what it left."""

    async def whole() -> Out:
        out = Out(*answers)
        await story(out)
        await out.way_out.shutdown()
        return out

    return run(whole())


class WayOutTests(SimpleTestCase):
    """What callers see, what Telegram sees, and what the ledger hears."""

    def setUp(self) -> None:
        """Leave the database out: what is kept there has tests of its own."""
        self.keep = self.enterContext(patch("botcore.connection.consequences._keep", AsyncMock()))

    def test_a_call_that_succeeds_is_told_once_with_all_that_the_ledger_needs(self) -> None:
        async def story(out: Out) -> None:
            await out.bot.send_message(7, "hi", rate_limit_args=Wish(Priority.ADMIN, outgoing=5))

        out = play(story)
        ((endpoint, data, wish, outcome, started_at, attempts),) = out.results
        self.assertEqual((endpoint, data["chat_id"], data["text"]), ("sendMessage", 7, "hi"))
        self.assertEqual((wish, outcome, attempts), (Wish(Priority.ADMIN, outgoing=5), SENT["result"], 1))
        self.assertIsNotNone(started_at.tzinfo)

    def test_a_paid_call_goes_by_the_pace_that_is_paid_for_also_in_its_floods(self) -> None:
        turn, flooded = AsyncMock(return_value=None), Mock()

        async def story(out: Out) -> None:
            with patch.multiple(out.way_out.limiter, turn=turn, flooded=flooded):
                await out.bot.send_message(7, "hi", allow_paid_broadcast=True)
                await out.bot.send_message(8, "hi")

        play(story, error(429, "Too Many Requests: retry after 5", retry_after=5))
        self.assertEqual([call.kwargs["paid"] for call in turn.await_args_list], [True, True, False])
        self.assertEqual([call.kwargs["paid"] for call in flooded.call_args_list], [True])

    def test_the_way_asks_the_alias_before_anything_else(self) -> None:
        async def story(out: Out) -> None:
            await out.way_out.consequences.moved(-5, -1002)
            await out.bot.send_message(-5, "hi")

        self.assertEqual(play(story).script.calls, [(0.0, "sendMessage", -1002)])

    def test_a_flood_wait_is_kept_and_the_call_made_again(self) -> None:
        async def story(out: Out) -> None:
            await asyncio.gather(out.bot.send_message(7, "hi"), out.bot.send_message(8, "hi"))

        out = play(story, error(429, "Too Many Requests: retry after 5", retry_after=5))
        times = {chat: at for at, _, chat in out.script.calls}
        self.assertGreaterEqual(times[7], 5)
        self.assertLess(times[8], 0.1)
        self.assertEqual(sorted(said[5] for said in out.results), [1, 2])

    def test_a_long_flood_wait_is_the_inbox_business(self) -> None:
        async def story(out: Out) -> None:
            for _ in range(2):
                with self.assertRaises(RetryAfter):
                    await out.bot.send_message(7, "hi")
            await out.bot.send_message(8, "hi")

        out = play(story, error(429, "Too Many Requests: retry after 3600", retry_after=3600))
        self.assertEqual([chat for _, _, chat in out.script.calls], [7, 8])
        self.assertEqual([said[5] for said in out.results], [1, 0, 1])

    def test_floods_may_hold_up_a_call_for_30_seconds_in_all(self) -> None:
        async def story(out: Out) -> None:
            with self.assertRaises(RetryAfter):
                await out.bot.send_message(7, "hi")
            self.assertAlmostEqual(now() - START, 14)  # the second would have made it 43

        out = play(story, *[error(429, "Too Many Requests", retry_after=seconds) for seconds in (14, 29)])
        self.assertEqual(out.results[0][5], 2)

    def test_a_group_that_became_a_supergroup_is_written_to_under_its_new_id(self) -> None:
        async def story(out: Out) -> None:
            await out.bot.send_message(-5, "hi")

        text = "Bad Request: group chat was upgraded to a supergroup chat"
        out = play(story, error(400, text, migrate_to_chat_id=-1002))
        self.assertEqual([chat for _, _, chat in out.script.calls], [-5, -1002])
        self.assertEqual([written.args[2:] for written in self.keep.call_args_list], [(-5, -1002)])
        self.assertEqual((len(out.results), out.results[0][1]["chat_id"], out.results[0][5]), (1, -1002, 2))

    def test_chats_that_migrate_in_a_circle_end(self) -> None:
        async def story(out: Out) -> None:
            with self.assertRaises(ChatMigrated):
                await out.bot.send_message(-5, "hi")

        texts = [error(400, "group chat was upgraded", migrate_to_chat_id=chat) for chat in (-6, -5)]
        self.assertEqual(len(play(story, *texts).script.calls), 2)

    def test_a_send_without_an_answer_is_uncertain_and_not_repeated(self) -> None:
        async def story(out: Out) -> None:
            with self.assertRaises(TimedOut) as caught:
                await out.bot.send_message(7, "hi")
            self.assertIsInstance(caught.exception, UncertainError)

        out = play(story, TimedOut())
        self.assertEqual(len(out.script.calls), 1)
        self.assertIsInstance(out.results[0][3], UncertainError)

    def test_a_send_that_found_no_free_connection_is_repeated(self) -> None:
        async def story(out: Out) -> None:
            await out.bot.send_message(7, "hi")

        out = play(story, PoolTimedOut(), PoolTimedOut())
        self.assertEqual((len(out.script.calls), out.results[0][5]), (3, 3))

    def test_an_outage_opens_the_circuit_and_what_was_not_sent_waits_for_its_end(self) -> None:
        async def story(out: Out) -> None:
            for chat in range(1, 9):
                with self.assertRaises(UncertainError):
                    await out.bot.send_message(chat, "hi")
            self.assertEqual(out.way_out.breaker.state, Circuit.OPEN)
            await out.bot.send_message(9, "hi")
            self.assertEqual(out.way_out.breaker.state, Circuit.CLOSED)

        out = play(story, *[error(502, "Bad Gateway")] * 8)
        self.assertEqual(len(out.script.calls), 9)

    def test_while_the_circuit_is_open_a_call_gives_up_before_its_deadline_and_was_not_sent(self) -> None:
        async def story(out: Out) -> None:
            for chat in range(1, 9):
                with self.assertRaises(UncertainError):
                    await out.bot.send_message(chat, "hi")
            await asyncio.sleep(1.3)
            hanging = asyncio.create_task(out.bot.log_out())  # is the probe
            await asyncio.sleep(0)
            with self.assertRaises(CircuitOpen):
                await out.bot.send_message(9, "hi")
            self.assertLess(now() - START, 18)
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)
            await out.bot.send_message(10, "hi")

        out = play(story, *[error(502, "Bad Gateway")] * 8, 60.0)
        self.assertEqual([chat for _, _, chat in out.script.calls[8:]], [None, 10])
        self.assertEqual([said[5] for said in out.results if said[1].get("chat_id") == 9], [0])

    def test_a_call_that_is_cancelled_is_told_too_and_frees_the_probe(self) -> None:
        async def story(out: Out) -> None:
            with self.assertRaises(TimeoutError):
                async with asyncio.timeout(5):
                    await out.bot.send_message(7, "hi")

        out = play(story, 60.0)
        self.assertIsInstance(out.results[0][3], asyncio.CancelledError)
        self.assertEqual(out.results[0][5], 1)

    def test_refusals_reach_the_caller_as_they_are(self) -> None:
        async def story(out: Out) -> None:
            with self.assertRaises(BadRequest):
                await out.bot.send_message(7, "hi")
            with self.assertRaises(Forbidden):
                await out.bot.send_message(7, "hi")

        out = play(
            story, error(400, "Bad Request: chat not found"), error(403, "Forbidden: bot was blocked by the user")
        )
        self.assertEqual(len(out.script.calls), 2)

    def test_a_ledger_that_fails_does_not_make_the_call_fail(self) -> None:
        async def story(out: Out) -> None:
            def fail(*_said: Any, **_more: Any) -> None:
                raise RuntimeError("no ledger")

            out.way_out.on_result = fail
            with self.assertLogs("botcore.connection.way_out", "ERROR"):
                await out.bot.send_message(7, "hi")

        self.assertEqual(len(play(story).script.calls), 1)

    def test_an_album_takes_as_many_turns_as_it_has_pictures(self) -> None:
        async def story(out: Out) -> None:
            await out.bot.send_media_group(7, [InputMediaPhoto("id")] * 6)
            await out.bot.send_message(8, "hi")

        out = play(story, (200, {"ok": True, "result": [SENT["result"]]}))
        self.assertGreaterEqual(out.script.calls[1][0], 6 / 30)

    def test_a_broadcast_of_300_does_not_delay_a_reply(self) -> None:
        async def story(out: Out) -> None:
            wish = Wish(Priority.BROADCAST)
            tasks = [asyncio.create_task(out.bot.send_message(n, "hi", rate_limit_args=wish)) for n in range(1, 301)]
            await asyncio.sleep(3)
            asked = now()
            await out.bot.send_message(999, "hi")
            self.assertLess(now() - asked, 1 / 29)
            await asyncio.gather(*tasks)

        self.assertEqual(len(play(story).results), 301)
