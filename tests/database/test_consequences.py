"""What follows from Telegram's errors: states of chats, cancelled messages, new ids, calls made once more."""

import json
from typing import Any

from django.test import TestCase
from django.utils import timezone
from telegram import (
    Bot,
    InlineQueryResultArticle,
    InputMediaPhoto,
    InputTextMessageContent,
    Message,
    ReplyParameters,
    TelegramObject,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter

from botcore.connection.consequences import Benign, Consequences, Retry
from botcore.connection.meanings import Meaning
from botcore.models import Chat, ChatAlias, OutgoingMessage, OutgoingState, PersistentData, Reach
from botcore.people import services as people
from botcore.people.services import ChatProfile
from tests.database.statements import statements
from tests.growing import growing

BOT = 7
LOG = "botcore.connection.consequences"
BLOCKED = Forbidden("Forbidden: bot was blocked by the user")
KICKED = Forbidden("Forbidden: bot was kicked from the supergroup chat")
GROUP, SUPERGROUP = -500, -1_001_234_567_890
ALICE = ChatProfile(1, "private", "Alice", "alice", is_forum=False)


class Case(TestCase):
    """Consequences of one process."""

    def setUp(self) -> None:
        """Begin without aliases."""
        self.told: list[tuple[str, str, str]] = []
        self.consequences = self.make()

    def make(self) -> Consequences:
        """Make those of another process."""
        return Consequences(bot_id=lambda: BOT, tell=self.tell)

    def tell(self, kind: str, text: str, *, level: str = "info") -> None:
        """Keep the events."""
        self.told.append((kind, level, text))

    async def after(self, error: Exception, endpoint: str = "sendMessage", **data: Any) -> Retry | Benign | None:
        """Act on an error."""
        return await self.consequences.after(endpoint, data, error)

    async def message(self, chat: int, **facts: Any) -> OutgoingMessage:
        """Queue a message."""
        now = timezone.now()
        defaults = {"bot_id": BOT, "method": "sendMessage", "payload": "{}", "due_at": now, "created_at": now}
        return await OutgoingMessage.objects.acreate(chat_id=chat, **{**defaults, **facts})

    async def reach(self, chat: int) -> str:
        """Return the chat's state."""
        return str((await Chat.objects.aget(pk=chat)).reach)


class LostChatTests(Case):
    """403."""

    async def met(self, *chats: int) -> None:
        """Let the bot have met these chats."""
        now = timezone.now()
        for chat in chats:
            await Chat.objects.acreate(id=chat, type="private", title="x", first_seen=now, last_seen=now)

    async def test_each_text_marks_the_chat_and_cancels_what_waits_for_it(self) -> None:
        await self.met(1, 2, 3, -4, -5)
        cases = {
            1: ("bot was blocked by the user", Reach.BLOCKED),
            2: ("user is deactivated", Reach.DEACTIVATED),
            -4: ("bot was kicked from the group chat", Reach.KICKED),
            -5: ("the group chat was deleted", Reach.KICKED),
        }
        for chat, (words, reach) in cases.items():
            waits, other = await self.message(chat), await self.message(chat, bot_id=8)
            sent = await self.message(chat, state=OutgoingState.SENT)
            self.assertIsNone(await self.after(Forbidden(f"Forbidden: {words}"), chat_id=str(chat)))
            row = await Chat.objects.aget(pk=chat)
            self.assertEqual((row.reach, row.reach_changed_at is not None), (reach, True))
            for message in (waits, other, sent):
                await message.arefresh_from_db()
            self.assertEqual((waits.state, waits.error), ("cancelled", f"The chat cannot be reached: {reach.label}."))
            self.assertEqual((other.state, sent.state), ("queued", "sent"))
        self.assertEqual(await self.reach(3), Reach.OPEN)

    async def test_an_update_that_says_so_cancels_what_waits_before_telegram_is_asked(self) -> None:
        for chat, kind, status, state in (
            (1, "private", "kicked", "cancelled"),
            (2, "private", "member", "queued"),
            (-3, "supergroup", "left", "cancelled"),
        ):
            waits = await self.message(chat)
            person = {"id": 5, "is_bot": False, "first_name": "Alice"}
            bot = {"user": {"id": BOT, "is_bot": True, "first_name": "Bot"}}
            change = {
                "chat": {"id": chat, "type": kind}, "from": person, "date": 1,
                "old_chat_member": {**bot, "status": "left"},
                "new_chat_member": {**bot, "status": status, **({"until_date": 0} if status == "kicked" else {})},
            }  # fmt: skip
            update = Update.de_json({"update_id": 1, "my_chat_member": change}, Bot("7:abc"))
            await self.consequences.observe(update)
            await waits.arefresh_from_db()
            with self.subTest(kind=kind, status=status):
                self.assertEqual(waits.state, state)

    async def test_a_group_that_is_lost_under_its_new_id_loses_what_waits_under_the_old_one(self) -> None:
        waits = await self.message(GROUP)
        await self.consequences.moved(GROUP, SUPERGROUP)
        await self.after(KICKED, chat_id=SUPERGROUP)
        await waits.arefresh_from_db()
        self.assertEqual(waits.state, "cancelled")

    async def test_the_moment_is_that_of_the_first_error(self) -> None:
        await self.met(1)
        await self.after(BLOCKED, chat_id=1)
        first = (await Chat.objects.aget()).reach_changed_at
        await self.after(BLOCKED, chat_id=1)
        self.assertEqual((await Chat.objects.aget()).reach_changed_at, first)

    async def test_what_may_be_about_another_chat_marks_none(self) -> None:
        await self.met(1, -5)
        waits = await self.message(1)
        await self.after(KICKED, chat_id=1, from_chat_id=-5)
        await self.after(KICKED, chat_id=-5, from_chat_id=-6)
        await self.after(BLOCKED, chat_id=-5)
        await self.after(BLOCKED, chat_id=1, business_connection_id="x")
        await self.after(BLOCKED, chat_id="@channel")
        await self.after(BLOCKED)
        await self.after(Forbidden("Forbidden: bot can't initiate conversation with a user"), chat_id=1)
        await self.after(BadRequest("Bad Request: chat not found"), chat_id=1)
        self.assertEqual((await self.reach(1), await self.reach(-5)), (Reach.OPEN, Reach.OPEN))
        await waits.arefresh_from_db()
        self.assertEqual(waits.state, "queued")

    async def test_a_database_that_is_away_changes_nothing_about_the_answer(self) -> None:
        with self.assertLogs(LOG, "WARNING"):
            async with statements(fail=True):
                self.assertIsNone(await self.after(BLOCKED, chat_id=1))
                data = {"chat_id": GROUP}
                step = await self.consequences.after("sendMessage", data, ChatMigrated(SUPERGROUP))
        self.assertEqual((step, data), (Retry(Meaning.MIGRATED), {"chat_id": SUPERGROUP}))


class MeetingAgainTests(TestCase):
    """A chat that was lost and writes again."""

    def setUp(self) -> None:
        """Alice has blocked the bot."""
        people.meet([], [ALICE])
        people.mark_unreachable(1, Reach.BLOCKED)

    def test_the_next_message_opens_the_chat_at_once_without_another_query(self) -> None:
        before = Chat.objects.get().reach_changed_at
        with self.assertNumQueries(4):  # look, begin, write, end
            people.meet([], [ALICE])
        row = Chat.objects.get()
        self.assertEqual(row.reach, Reach.OPEN)
        self.assertNotEqual(row.reach_changed_at, before)
        with self.assertNumQueries(1):
            people.meet([], [ALICE])

    def test_an_update_that_says_so_closes_it(self) -> None:
        people.meet([], [ALICE])
        blocked = ChatProfile(1, "private", "Alice", "alice", is_forum=False, reach=Reach.BLOCKED)
        lost = growing("botdeck_chats_lost_total", reason="blocked")
        with self.captureOnCommitCallbacks(execute=True):
            people.meet([], [blocked])
        self.assertEqual((Chat.objects.get().reach, lost()), (Reach.BLOCKED, 1))
        with self.captureOnCommitCallbacks(execute=True):
            people.meet([], [blocked])
            people.mark_unreachable(1, Reach.BLOCKED)
        self.assertEqual(lost(), 1)  # it is no loss twice

    def test_a_name_that_changes_leaves_the_moment_alone(self) -> None:
        people.meet([], [ALICE])
        before = Chat.objects.get().reach_changed_at
        people.meet([], [ChatProfile(1, "private", "Alicia", "alice", is_forum=False)])
        self.assertEqual((Chat.objects.get().title, Chat.objects.get().reach_changed_at), ("Alicia", before))


class MigrationTests(Case):
    """A group that becomes a supergroup."""

    async def test_the_call_is_made_once_more_with_the_new_id_and_later_ones_at_once(self) -> None:
        data: dict[str, Any] = {"chat_id": str(GROUP), "text": "hello"}
        step = await self.consequences.after("sendMessage", data, ChatMigrated(SUPERGROUP))
        self.assertEqual((step, data["chat_id"]), (Retry(Meaning.MIGRATED), SUPERGROUP))
        later = {"chat_id": GROUP, "from_chat_id": GROUP}
        self.consequences.rewrite(later)
        self.assertEqual(later, {"chat_id": SUPERGROUP, "from_chat_id": SUPERGROUP})
        alias = await ChatAlias.objects.aget()
        self.assertEqual((alias.old_id, alias.new_id), (GROUP, SUPERGROUP))

    async def test_the_second_time_it_is_the_callers_error(self) -> None:
        data = {"chat_id": GROUP}
        error = ChatMigrated(SUPERGROUP)
        self.assertIsNone(await self.consequences.after("sendMessage", data, error, tried={Meaning.MIGRATED}))
        self.assertEqual(data, {"chat_id": GROUP})

    async def test_a_new_process_knows_the_new_ids(self) -> None:
        await self.after(ChatMigrated(SUPERGROUP), chat_id=GROUP)
        other = self.make()
        await other.load()
        data = {"chat_id": GROUP}
        other.rewrite(data)
        self.assertEqual(data, {"chat_id": SUPERGROUP})

    async def test_of_two_basic_groups_nobody_knows_which_moved(self) -> None:
        data = {"chat_id": GROUP, "from_chat_id": GROUP - 1}
        self.assertIsNone(await self.consequences.after("forwardMessage", data, ChatMigrated(SUPERGROUP)))
        self.assertEqual(await ChatAlias.objects.acount(), 0)

    async def test_the_basic_group_is_the_one_that_moved(self) -> None:
        data = {"chat_id": SUPERGROUP - 1, "from_chat_id": GROUP}
        await self.consequences.after("copyMessage", data, ChatMigrated(SUPERGROUP))
        self.assertEqual(data, {"chat_id": SUPERGROUP - 1, "from_chat_id": SUPERGROUP})

    async def test_an_id_that_cannot_be_leads_nowhere(self) -> None:
        for new_id in (10**30, 5, GROUP, "-100"):
            self.assertIsNone(await self.after(ChatMigrated(new_id), chat_id=GROUP))  # type: ignore[arg-type]
        for chat in (1, "@channel", None, SUPERGROUP):
            self.assertIsNone(await self.after(ChatMigrated(SUPERGROUP - 7), chat_id=chat))
        self.assertEqual(await ChatAlias.objects.acount(), 0)

    async def test_aliases_lead_to_the_end_and_never_round_in_a_circle(self) -> None:
        for old, new, known in (
            (-1, -2, {-1: -2}),
            (-2, -3, {-1: -3, -2: -3}),
            (-3, -1, {-2: -1, -3: -1}),
        ):
            await self.consequences.moved(old, new)
            other = self.make()
            await other.load()
            for one in (self.consequences, other):
                for start in (-1, -2, -3):
                    data = {"chat_id": start}
                    one.rewrite(data)
                    self.assertEqual(data["chat_id"], known.get(start, start), (old, new))
                self.assertEqual(one._aliases, known)

    async def test_the_chat_and_what_is_remembered_of_it_move_along(self) -> None:
        now = timezone.now()
        await Chat.objects.acreate(id=GROUP, type="group", title="Garden", first_seen=now, last_seen=now)
        await Chat.objects.acreate(id=-5001, type="group", title="Other", first_seen=now, last_seen=now)
        for key in (f"chat:{GROUP}", f"conversation:{GROUP}:1", f"conversation:{GROUP}:2", "chat:-5001", "user:1"):
            await PersistentData.objects.acreate(bot_id=BOT, key=key, data=json.dumps({"of": key}), changed_at=now)
        taken = f"conversation:{SUPERGROUP}:2"
        await PersistentData.objects.acreate(bot_id=BOT, key=taken, data="{}", changed_at=now)
        await self.after(ChatMigrated(SUPERGROUP), chat_id=GROUP)
        row = await Chat.objects.aget(title="Garden")
        self.assertEqual((row.pk, row.type, row.first_seen), (SUPERGROUP, "supergroup", now))
        keys = {row.key: json.loads(row.data).get("of") async for row in PersistentData.objects.all()}
        self.assertEqual(keys[f"chat:{SUPERGROUP}"], f"chat:{GROUP}")
        self.assertEqual(keys[f"conversation:{SUPERGROUP}:1"], f"conversation:{GROUP}:1")
        self.assertIsNone(keys[taken])
        self.assertIn("chat:-5001", keys)

    async def test_service_messages_say_it_too_in_either_chat(self) -> None:
        bot = Bot("7:abc")
        for field, chat, value in (
            ("migrate_to_chat_id", GROUP, SUPERGROUP),
            ("migrate_from_chat_id", SUPERGROUP, GROUP),
        ):
            with self.subTest(field):
                await ChatAlias.objects.all().adelete()
                self.consequences = self.make()
                kind = "group" if chat == GROUP else "supergroup"
                raw = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": kind, "title": "x"}, field: value}
                message = Message.de_json(raw, bot)
                await self.consequences.observe(Update(1, message=message))
                data = {"chat_id": GROUP}
                self.consequences.rewrite(data)
                self.assertEqual(data["chat_id"], SUPERGROUP)
                self.assertEqual(await ChatAlias.objects.acount(), 1)

    async def test_an_id_that_is_known_costs_no_query(self) -> None:
        await self.consequences.moved(GROUP, SUPERGROUP)
        async with statements() as seen:
            await self.consequences.moved(GROUP, SUPERGROUP)
        self.assertEqual(seen, [])


class MarkupTests(Case):
    """Texts that Telegram cannot parse, and errors that are none."""

    ERROR = BadRequest("Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"")

    async def test_the_markup_is_taken_away_and_the_author_hears_of_it(self) -> None:
        for endpoint, data, left, text in (
            ("sendMessage", {"chat_id": 1, "text": "<b>x", "parse_mode": "HTML"}, {"chat_id": 1, "text": "x"}, "<b>x"),
            ("sendPhoto", {"caption": "y", "caption_entities": [], "parse_mode": "HTML"}, {"caption": "y"}, "y"),
            ("sendPoll", {"question": "x", "question_parse_mode": "HTML"}, {"question": "x"}, "x"),
            ("editMessageText", {"text": "x", "entities": []}, {"text": "x"}, "x"),
        ):
            with self.subTest(endpoint), self.assertLogs(LOG, "ERROR") as logs:
                self.assertEqual(await self.consequences.after(endpoint, data, self.ERROR), Retry(Meaning.ENTITIES))
                self.assertEqual(data, left)
                self.assertIn("start tag", logs.output[0])
                self.assertIn(f"without markup: {text!r}", logs.output[0])
        self.assertEqual([(kind, level) for kind, level, _ in self.told], [("markup", "error")] * 4)

    async def test_the_event_quotes_nothing_of_the_text_for_more_people_may_read_events(self) -> None:
        error = BadRequest('Bad Request: can\'t parse entities: Unsupported start tag "hunter" at byte offset 8')
        with self.assertLogs(LOG, "ERROR") as logs:
            await self.after(error, chat_id=1, text="The key <hunter>", parse_mode="HTML")
        self.assertIn("The key <hunter>", logs.output[0])
        self.assertNotIn("hunter", self.told[0][2])
        self.assertIn('nsupported start tag "…"', self.told[0][2])

    async def test_nested_markup_is_taken_away_and_what_the_caller_gave_stays(self) -> None:
        photo = InputMediaPhoto("x", caption="<b>one", parse_mode="HTML")
        article = InlineQueryResultArticle("1", "t", InputTextMessageContent("<b>two", parse_mode="HTML"))
        quote = ReplyParameters(5, quote="<b>three", quote_parse_mode="HTML")
        plain = InputMediaPhoto("x", caption="one").to_dict()
        for endpoint, data, left, text in (
            ("sendMediaGroup", {"media": [photo]}, {"media": [plain]}, "<b>one"),
            ("sendMediaGroup", {"media": [photo.to_dict()]}, {"media": [plain]}, "<b>one"),
            ("editMessageMedia", {"media": photo}, {"media": plain}, "<b>one"),
            ("answerInlineQuery", {"results": [article]}, None, "<b>two"),
            ("sendMessage", {"text": "x", "reply_parameters": quote}, None, "x"),
            ("sendPoll", {"question": "<b>q", "question_parse_mode": "HTML"}, {"question": "q"}, "<b>q"),
        ):
            with self.subTest(endpoint), self.assertLogs(LOG, "ERROR") as logs:
                self.assertEqual(await self.consequences.after(endpoint, data, self.ERROR), Retry(Meaning.ENTITIES))
                self.assertNotIn("<b>", json.dumps(data, default=TelegramObject.to_dict))
                self.assertIn(f"without markup: {text!r}", logs.output[0])
                if left is not None:
                    self.assertEqual(json.loads(json.dumps(data, default=TelegramObject.to_dict)), left)
        self.assertEqual((photo.caption, photo.parse_mode, quote.quote), ("<b>one", "HTML", "<b>three"))

    async def test_a_template_that_stays_broken_is_one_event_and_its_text_is_cut(self) -> None:
        with self.assertLogs(LOG, "ERROR") as logs:
            for _ in range(50):
                await self.after(self.ERROR, chat_id=1, text="<b>" + 5000 * "x", parse_mode="HTML")
        self.assertEqual((len(self.told), len(logs.output)), (1, 50))
        self.assertLess(len(logs.output[0] + self.told[0][2]), 1000)

    async def test_without_markup_there_is_nothing_to_take_away(self) -> None:
        self.assertIsNone(await self.after(self.ERROR, endpoint="sendMediaGroup", chat_id=1, media=[]))
        self.assertEqual(self.told, [])

    async def test_what_is_benign_is_as_good_as_done_and_other_errors_are_the_callers(self) -> None:
        same = BadRequest("Bad Request: message is not modified: specified new message content")
        self.assertEqual(await self.after(same, "editMessageText", chat_id=1), Benign())
        for error in (RetryAfter(3), BadRequest("Bad Request: message text is empty"), KeyError("result")):
            self.assertIsNone(await self.after(error, chat_id=1))
