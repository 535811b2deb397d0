"""Polls: sent by bots, voted in by people, closed by hand and in time."""

from typing import Any

import telegram

from sandbox.errors import Refused
from sandbox.world import GROUP_ID
from tests.unit.sandbox.kit import ServerCase, WorldCase, until


class Sent(ServerCase):
    async def test_a_poll_comes_back_as_the_library_knows_it(self) -> None:
        sent = await self.bot.send_poll(1, "Tea or coffee?", ["Tea", telegram.InputPollOption("Coffee")])
        poll = sent.poll
        assert poll
        self.assertEqual([option.text for option in poll.options], ["Tea", "Coffee"])
        self.assertEqual((poll.is_anonymous, poll.type, poll.allows_multiple_answers, poll.total_voter_count),
                         (True, "regular", False, 0))  # fmt: skip
        self.assertEqual(len({option.persistent_id for option in poll.options}), 2)

    async def test_a_quiz_has_a_right_answer_and_an_explanation(self) -> None:
        sent = await self.bot.send_poll(
            1, "1+1?", ["1", "2"], type="quiz", correct_option_ids=[1], explanation="<b>Two</b>",
            explanation_parse_mode="HTML", is_anonymous=False,
        )  # fmt: skip
        poll = sent.poll
        assert poll
        self.assertEqual((poll.type, poll.correct_option_ids, poll.explanation, poll.is_anonymous),
                         ("quiz", (1,), "Two", False))  # fmt: skip
        self.assertEqual(poll.explanation_entities[0].type, "bold")
        newer = await self.result("sendPoll", chat_id=1, question="?", options=["a", "b"], type="quiz",
                                  allows_multiple_answers=True, correct_option_ids=[0, 1])  # fmt: skip
        self.assertEqual((newer["poll"]["correct_option_ids"], newer["poll"]["allows_revoting"]), ([0, 1], False))

    async def test_stop_poll_closes_it_once(self) -> None:
        sent = await self.bot.send_poll(1, "?", ["a", "b"])
        self.world.vote(1, 1, sent.message_id, [1])
        closed = await self.bot.stop_poll(1, sent.message_id)
        self.assertEqual((closed.is_closed, closed.options[1].voter_count), (True, 1))
        with self.assertRaisesRegex(telegram.error.BadRequest, "^Poll has already been closed$"):
            await self.bot.stop_poll(1, sent.message_id)
        self.assertTrue(self.world.messages(1)[0].to_json()["poll"]["is_closed"])


class Refusals(WorldCase):
    async def test_wrong_polls_are_refused(self) -> None:
        quiz = {"type": "quiz", "options": ["a", "b"]}
        for given, words in (
            ({"question": ""}, "text must be non-empty"),
            ({"question": "x" * 301}, "poll question length must not exceed 300"),
            ({"options": "["}, "can't parse options JSON object"),
            ({"options": {}}, "expected an Array of String as options"),
            ({"options": []}, "poll must have at least 1 option"),
            ({"options": [1]}, "expected an option to be of type String"),
            ({"options": [{}]}, 'can\'t find field "text"'),
            ({"options": [" "]}, "text must be non-empty"),
            ({"options": ["x" * 101]}, "poll options length must not exceed 100"),
            ({"options": ["x"] * 13}, "poll can't have more than 12 options"),
            ({"type": "vote"}, "unsupported poll type specified"),
            (quiz, "wrong correct option ID specified"),
            ({**quiz, "correct_option_ids": [1, 0]}, "wrong correct option ID specified"),
            ({**quiz, "correct_option_ids": [0, 1]}, "wrong correct option ID specified"),
            ({**quiz, "correct_option_id": 2}, "wrong correct option ID specified"),
            ({**quiz, "correct_option_id": 0, "explanation": "x" * 201},
             "poll explanation length must not exceed 200"),
            ({"question": "*a", "question_parse_mode": "Markdown"},
             "can't parse entities: Can't find end of the entity starting at byte offset 0"),
        ):  # fmt: skip
            with self.subTest(words):
                whole: dict[str, Any] = {"question": "?", "options": ["a", "b"], **given}
                self.assertEqual(await self.error("sendPoll", chat_id=1, **whole), (400, f"Bad Request: {words}"))
        channel = self.world.add_group("News", "channel").id
        open_poll = await self.error("sendPoll", chat_id=channel, question="?", options=["a"], is_anonymous=False)
        self.assertEqual(open_poll[1], "Bad Request: non-anonymous polls can't be sent to channel chats")

    async def test_only_a_poll_of_its_own_is_stopped(self) -> None:
        said = self.world.say(1, 1, "x").message_id
        sent = await self.result("sendPoll", chat_id=GROUP_ID, question="?", options=["a", "b"])
        for chat_id, number, token, words in (
            (1, 99, "1:sandbox", "message with poll to stop not found"),
            (1, said, "1:sandbox", "message is not a poll"),
            (GROUP_ID, sent["message_id"], "2:x", "poll can't be stopped"),
        ):
            with self.subTest(words):
                error = await self.error("stopPoll", token, chat_id=chat_id, message_id=number)
                self.assertEqual(error, (400, f"Bad Request: {words}"))


class Votes(WorldCase):
    async def poll(self, **more: Any) -> int:
        sent = await self.result("sendPoll", chat_id=GROUP_ID, question="?", options=["a", "b", "c"], **more)
        return int(sent["message_id"])

    async def updates(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.result("getUpdates")
        for update in found:
            await self.call("getUpdates", offset=update.pop("update_id") + 1)
        return found

    def counts(self) -> list[int]:
        poll = next(post for post in self.world.messages(GROUP_ID) if "poll" in post.extra).extra["poll"]
        return [option["voter_count"] for option in poll["options"]]

    async def test_an_open_poll_tells_who_voted_and_an_anonymous_one_only_how_many(self) -> None:
        number = await self.poll(is_anonymous=False)
        self.world.vote(2, GROUP_ID, number, [1])
        answer, state = await self.updates()
        told = answer["poll_answer"]
        self.assertEqual((told["user"]["first_name"], told["option_ids"]), ("Bob", [1]))
        shown = state["poll"]["options"][1]
        self.assertEqual((told["poll_id"], told["option_persistent_ids"]),
                         (state["poll"]["id"], [shown["persistent_id"]]))  # fmt: skip
        self.assertEqual((shown["voter_count"], state["poll"]["total_voter_count"]), (1, 1))
        hidden = await self.poll()
        self.world.vote(2, GROUP_ID, hidden, [0])
        (update,) = await self.updates()
        self.assertEqual(update["poll"]["total_voter_count"], 1)

    async def test_a_vote_is_changed_and_taken_back(self) -> None:
        number = await self.poll(is_anonymous="false", allows_multiple_answers=True)
        self.world.vote(1, GROUP_ID, number, [2, 0, 0])
        self.world.vote(2, GROUP_ID, number, [0])
        self.assertEqual(self.counts(), [2, 0, 1])
        self.world.vote(1, GROUP_ID, number, [1])
        self.assertEqual(self.counts(), [1, 1, 0])
        await self.updates()
        self.world.vote(1, GROUP_ID, number, [])
        answer, state = await self.updates()
        self.assertEqual((answer["poll_answer"]["option_ids"], state["poll"]["total_voter_count"]), ([], 1))
        self.assertEqual(self.counts(), [1, 0, 0])

    async def test_what_people_cannot_do_is_refused(self) -> None:
        number = await self.poll()
        text = self.world.say(1, GROUP_ID, "x").message_id
        for message, options, sentence in (
            (text, [0], f"Message {text} is no poll."),
            (number, [3], "The options of this poll are 0 to 2."),
            (number, [0, 1], "Only one option of this poll can be chosen."),
        ):
            with self.subTest(sentence), self.assertRaises(Refused) as refused:
                self.world.vote(1, GROUP_ID, message, options)
            self.assertEqual(refused.exception.sentence, sentence)
        quiz = await self.poll(type="quiz", correct_option_ids=[0])
        self.world.vote(1, GROUP_ID, quiz, [1])
        with self.assertRaisesRegex(Refused, "cannot be changed"):
            self.world.vote(1, GROUP_ID, quiz, [0])

    async def test_a_poll_closes_in_time_and_the_bot_hears_of_it(self) -> None:
        number = await self.poll(open_period=60)
        self.world.vote(1, GROUP_ID, number, [0])
        await self.updates()
        await until(lambda: bool(self.clock._alarms))
        self.clock.advance(60)
        await until(lambda: self.world.messages(GROUP_ID)[0].extra["poll"]["is_closed"])
        (update,) = await self.updates()
        self.assertTrue(update["poll"]["is_closed"])
        with self.assertRaisesRegex(Refused, "This poll is closed."):
            self.world.vote(2, GROUP_ID, number, [0])

    async def test_a_forwarded_poll_is_the_same_and_a_copied_one_is_not(self) -> None:
        number = await self.poll(type="quiz", correct_option_ids=[0])
        source: dict[str, Any] = {"chat_id": 2, "from_chat_id": GROUP_ID, "message_id": number}
        forwarded = await self.result("forwardMessage", **source)
        copied = await self.result("copyMessage", **source)
        self.world.vote(2, 2, forwarded["message_id"], [1])
        self.assertEqual(self.counts(), [0, 1, 0])
        first, second = (post.to_json()["poll"] for post in self.world.messages(2))
        self.assertEqual((first["total_voter_count"], second["total_voter_count"]), (1, 0))
        self.assertNotEqual(first["id"], second["id"])
        self.assertEqual(copied["message_id"], self.world.messages(2)[1].message_id)
        elsewhere = await self.result("forwardMessage", **{**source, "chat_id": GROUP_ID})
        self.assertNotIn("correct_option_ids", elsewhere["poll"])
