"""A person is planted in every table, in the spool and in what others send; afterwards nothing of them is found."""

import json
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from django.contrib.auth.models import User as Account
from django.db import OperationalError
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.audit.verify import verify
from botcore.broadcasts import feeding
from botcore.erasure import quotes, selectors, services, theirs
from botcore.erasure.marks import Marks
from botcore.erasure.services import THEMSELVES
from botcore.erasure.stopping import stop
from botcore.erasure.tables import TABLES, Table
from botcore.exceptions import ValidationError
from botcore.models import (
    AuditEntry,
    Broadcast,
    BroadcastDelivery,
    BroadcastState,
    BroadcastWait,
    Chat,
    Condition,
    EarlierName,
    Erasure,
    ErrorGroup,
    OutgoingMessage,
    OutgoingState,
    RoleGrant,
    Segment,
    StaffLink,
    State,
    TagImport,
    Update,
    User,
)
from botcore.people.services import ChatProfile, UserProfile, meet
from botcore.runtime.jobs.run import Run
from botcore.spool.file import SpoolFile
from tests.database.access import BOSS
from tests.database.dashboard.data import outgoing, person, private, update
from tests.database.erasures import (
    FIRST,
    ID,
    LAST,
    MARKS,
    ME,
    MINE,
    NAME,
    QUOTE,
    REFUSED,
    USERNAME,
    WORDS,
    attribute,
    erase,
    found,
    plant,
)


class ErasureCase(TestCase):
    """A spool of its own, and an account."""

    maxDiff = None

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.spool = Path(directory.name)
        override = override_settings(SPOOL_DIR=directory.name)
        override.enable()
        self.addCleanup(override.disable)
        Account.objects.create_superuser("boss", password="x")


class EverywhereTests(ErasureCase):
    """The person is in every table that can hold something of a person."""

    def setUp(self) -> None:
        super().setUp()
        plant()

    def test_they_are_planted_in_every_column_that_can_hold_them(self) -> None:
        places = {place.split()[0] for place in found((*MARKS, FIRST))}
        wanted = {
            f"{table.name}.{attribute(table.model, column)}"
            for table in TABLES
            if table.model not in (*REFUSED, Erasure)
            for column in (*table.id_columns, *table.walked)
        }
        self.assertEqual(wanted - places, set(), "plant them there in tests/database/erasures.py")

    def test_nothing_of_them_is_found_afterwards(self) -> None:
        self.assertTrue(erase())
        self.assertEqual(found((*MARKS, FIRST)), [])

    def test_the_audit_says_nothing_of_them_and_its_chain_is_whole(self) -> None:
        before = AuditEntry.objects.count()
        self.assertTrue(erase())
        self.assertIsNone(verify().broken)
        self.assertGreater(AuditEntry.objects.count(), before)
        ban = AuditEntry.objects.get(action="access.ban", target="person:erased")
        self.assertEqual((ban.actor, ban.before, ban.after), ("boss", "", ""))
        read = AuditEntry.objects.get(action="feedback.read")
        self.assertEqual((read.actor, read.actor_id, read.target), ("erased", None, "feedback:5"))
        self.assertEqual(json.loads(AuditEntry.objects.get(action="errors.resolve").after), {"state": "resolved"})

    def test_the_proof_names_nobody_and_says_how_much_went(self) -> None:
        self.assertTrue(erase())
        (proof,) = selectors.proofs(ID)
        row = Erasure.objects.get(pk=proof.pk)
        self.assertEqual((row.person_id, row.marks, row.by), (None, "", "boss"))
        self.assertIsNotNone(proof.finished_at)
        self.assertEqual({name: proof.counts[name] for name in ("User", "Chat", "PersonTag", "Spool")},
                         {"User": 1, "Chat": 1, "PersonTag": 2, "Spool": 3})  # fmt: skip
        self.assertEqual(selectors.proofs(ID + 1), [])

    def test_what_a_dry_run_says_is_what_goes_and_it_changes_nothing(self) -> None:
        places = found()
        said = selectors.would_go(ID)
        self.assertEqual(found(), places)
        self.assertTrue(erase())
        (proof,) = selectors.proofs(ID)
        for name in ("Update", "OutgoingMessage", "Feedback", "ErrorEvent", "Restriction", "GroupChange", "Event"):
            with self.subTest(name):
                self.assertEqual(proof.counts[name], said[name])

    def test_others_keep_what_is_theirs(self) -> None:
        kept = {"User": User.objects.exclude(pk=ID).count(), "Chat": Chat.objects.exclude(pk=ID).count()}
        groups = ErrorGroup.objects.count()
        self.assertTrue(erase())
        self.assertEqual({"User": User.objects.count(), "Chat": Chat.objects.count()}, kept)
        self.assertEqual(ErrorGroup.objects.count(), groups)
        texts = [
            json.loads(raw).get("message", {}).get("text")
            for raw in Update.objects.values_list("raw", flat=True)
            if raw
        ]
        self.assertEqual(texts.count("yes"), 2)
        self.assertIn(f"Hi, {'*' * len(FIRST)}!", texts)
        self.assertIn(f"See @{'*' * len(USERNAME)}, or tg://user?id={'*' * len(str(ID))}", texts)

    def test_updates_stay_as_shells_so_that_telegram_repeats_none_of_them(self) -> None:
        theirs = list(Update.objects.filter(user_id=ID).values_list("bot_id", "update_id", "kind"))
        self.assertGreater(len(theirs), 3)
        self.assertTrue(erase())
        for bot_id, update_id, kind in theirs:
            row = Update.objects.get(bot_id=bot_id, update_id=update_id)
            self.assertEqual((row.kind, row.raw, row.chat_id, row.user_id, row.lane_key, row.state),
                             (kind, "", None, None, 0, State.DONE))  # fmt: skip

    def test_lines_of_others_stay_in_the_spool(self) -> None:
        self.assertTrue(erase())
        lines = [json.loads(line)["record"]["key"] for line in (self.spool / "dead-1.jsonl").read_text().splitlines()]
        self.assertEqual(lines, ["b"])
        self.assertEqual(len((self.spool / "dead-1.jsonl.bad").read_text().splitlines()), 1)

    def test_cut_off_anywhere_it_goes_on_where_it_was(self) -> None:
        walked: list[str] = []
        batch = quotes.batch

        def dies(table: Table, marks: Marks, after: str) -> tuple[str, int] | None:
            walked.append(table.name)
            if len(walked) == 9:
                raise OperationalError("the server closed the connection")
            return batch(table, marks, after)

        with patch.object(quotes, "batch", dies), self.assertRaises(OperationalError):
            erase()
        cut_off = Erasure.objects.get(finished_at=None)
        self.assertEqual((cut_off.step, cut_off.person_id), (walked[-1], ID))
        with patch.object(quotes, "batch", dies):
            self.assertTrue(services.proceed(cut_off.pk, Run("erasures")))
        self.assertEqual(walked[9], walked[8])
        self.assertEqual(found((*MARKS, FIRST)), [])


class AskingTests(ErasureCase):
    """Who can be forgotten, when it begins, and what is said."""

    def setUp(self) -> None:
        super().setUp()
        self.zora = person(ID, FIRST, last_name=LAST, username=USERNAME)
        private(self.zora)

    def test_staff_are_told_what_to_do_first(self) -> None:
        access.grant(user_id=ID, role=Role.SUPPORT, by="boss", giver=BOSS)
        with self.assertRaisesMessage(ValidationError, "This person has a role: take it first."):
            services.ask(user_id=ID, by="boss")
        RoleGrant.objects.all().delete()
        StaffLink.objects.create(account=Account.objects.create(username="zora"), user_id=ID, at=timezone.now())
        with self.assertRaisesMessage(ValidationError, "This person is linked with a staff account"):
            services.ask(user_id=ID, by="boss")
        with self.settings(TELEGRAM_ADMIN_IDS=[ID]), self.assertRaisesMessage(ValidationError, "TELEGRAM_ADMIN_IDS"):
            services.ask(user_id=ID, by="boss")
        with self.assertRaisesMessage(ValidationError, "This is no person's account."):
            services.ask(user_id=777000, by="boss")
        self.assertEqual(Erasure.objects.count(), 0)

    def test_asked_twice_it_is_one(self) -> None:
        first = services.ask(user_id=ID, themselves=True)
        self.assertEqual(services.ask(user_id=ID, by="boss"), first)
        self.assertEqual(Erasure.objects.get().by, THEMSELVES)

    def test_it_begins_when_the_answer_to_the_press_is_on_record(self) -> None:
        pk = services.ask(user_id=ID, themselves=True)
        self.assertEqual(services.due(), [])
        Erasure.objects.update(asked_at=timezone.now() - timedelta(seconds=31))
        self.assertEqual(services.due(), [pk])

    def test_conditions_and_reports_which_are_objects_are_masked_and_keep_the_rest(self) -> None:
        now = timezone.now()
        facts = {"bot_id": 1, "payload": "{}", "created_at": now}
        vip, named = {"tag": "vip"}, {"search": USERNAME, "tag": "vip"}
        Broadcast.objects.create(created_by=QUOTE, audience=vip, **facts)
        Broadcast.objects.create(created_by="boss", audience=named, **facts)
        Segment.objects.create(name=NAME, conditions=vip, by="boss", at=now)
        Segment.objects.create(name="Regulars", conditions=named, by="boss", at=now)
        boss = Account.objects.get()
        for who in (USERNAME, "bob"):
            report = {"file": "tags.csv", "first": [{"who": f"@{who}", "tags": ["vip"]}]}
            TagImport.objects.create(account=boss, at=now, pairs='[[2,["vip"]]]', report=report)
        services.ask(user_id=ID, by="boss")
        Erasure.objects.update(marks=Marks(ID, USERNAME, NAME).kept())
        self.assertTrue(erase())
        self.assertEqual(found(), [])
        masked = {"search": "*" * len(USERNAME), "tag": "vip"}
        self.assertEqual(list(Broadcast.objects.order_by("pk").values_list("audience", flat=True)), [vip, masked])
        self.assertEqual(list(Segment.objects.order_by("pk").values_list("conditions", flat=True)), [vip, masked])
        self.assertEqual([row.report["first"][0]["who"] for row in TagImport.objects.all()], ["@bob"])

    def test_who_has_changed_their_name_over_and_over_is_forgotten_too(self) -> None:
        now = timezone.now()
        EarlierName.objects.bulk_create(
            EarlierName(user_id=ID, first_name=f"Zoë{number}", last_name="Quandt", username=f"zoraide_{number}",
                        replaced_at=now + timedelta(seconds=number))
            for number in range(400)
        )  # fmt: skip
        told = outgoing(chat_id=2, payload='{"text": "Ask @zoraide_399"}')
        self.assertTrue(erase())
        self.assertEqual(OutgoingMessage.objects.get(pk=told.pk).payload, "")

    def test_somebody_whom_the_bot_never_met_goes_out_of_what_others_wrote(self) -> None:
        User.objects.all().delete()
        Chat.objects.all().delete()
        row = update(State.DONE, raw=json.dumps({"message": {"message_id": 1, "from": ME, "text": WORDS}}), user_id=2)
        self.assertTrue(erase())
        self.assertNotIn(WORDS, Update.objects.get(pk=row.pk).raw)

    def test_who_writes_again_begins_anew(self) -> None:
        User.objects.filter(pk=ID).update(language="ru", messages_on=False, source="old")
        self.assertTrue(erase())
        meet([UserProfile(ID, FIRST, LAST, USERNAME, "en", is_bot=False)],
             [ChatProfile(ID, "private", NAME, USERNAME, is_forum=False)])  # fmt: skip
        anew = User.objects.get(pk=ID)
        self.assertEqual((anew.language, anew.messages_on, anew.source), ("", True, ""))
        self.assertTrue(erase())
        self.assertEqual([proof.finished_at is None for proof in selectors.proofs(ID)], [False, False])


class UnderWayTests(ErasureCase):
    """What is handled or sent at that moment is waited for."""

    def setUp(self) -> None:
        super().setUp()
        self.zora = person(ID, FIRST, last_name=LAST, username=USERNAME)
        private(self.zora)

    def test_an_update_that_is_handled_is_waited_for(self) -> None:
        row = update(State.PENDING, user_id=ID, raw=json.dumps({"message": {"text": WORDS}}))
        self.assertFalse(erase())
        self.assertEqual(json.loads(Update.objects.get(pk=row.pk).raw), {"message": {"text": WORDS}})
        self.assertEqual(Erasure.objects.get().person_id, ID)
        Update.objects.update(state=State.DONE)
        self.assertTrue(erase())
        self.assertEqual(found(), [])

    def test_after_an_hour_it_goes_all_the_same(self) -> None:
        update(State.PENDING, user_id=ID)
        pk = services.ask(user_id=ID, by="boss")
        Erasure.objects.update(asked_at=timezone.now() - timedelta(minutes=61))
        self.assertTrue(services.proceed(pk, Run("erasures")))
        self.assertEqual(found(), [])

    def test_records_that_a_living_process_holds_are_waited_for(self) -> None:
        file = SpoolFile.create(self.spool / "bot-1.jsonl")
        assert file
        file.append([json.dumps({"kind": "event", "record": {"key": "a", "text": QUOTE}}).encode() + b"\n"])
        self.assertFalse(erase())
        self.assertEqual(file.waiting, 1)
        file.close()
        self.assertTrue(erase())
        self.assertEqual(found(), [])

    def test_what_is_said_while_tables_are_walked_is_found_by_another_walk(self) -> None:
        batch = quotes.batch
        came: list[Update] = []

        def in_between(table: Table, marks: Marks, after: str) -> tuple[str, int] | None:
            if table.model is Condition and not came:
                raw = {"message": {"message_id": 9, "from": {"id": 2}, "text": "yes", "reply_to_message": MINE}}
                came.extend([update(State.PENDING, user_id=ID), update(user_id=2, raw=json.dumps(raw))])
            return batch(table, marks, after)

        with patch.object(quotes, "batch", in_between):
            self.assertFalse(erase(times=1))
        Update.objects.update(state=State.DONE)
        self.assertTrue(erase())
        self.assertEqual(found(), [])

    def test_in_the_middle_of_a_broadcast_their_delivery_is_cancelled_and_counted(self) -> None:
        now = timezone.now()
        private(person(2, "Bob"))
        news = Broadcast.objects.create(bot_id=1, method="sendMessage", payload='{"text": "News"}', created_by="boss",
                                        created_at=now, started_at=now, fed_at=now, cursor=ID, queued=2,
                                        tell_chat=ID, state=BroadcastState.RUNNING)  # fmt: skip
        for chat_id in (2, ID):
            row = outgoing(OutgoingState.QUEUED, chat_id=chat_id, key=f"broadcast:{news.pk}:{chat_id}", priority=3)
            BroadcastDelivery.objects.create(message=row, broadcast=news)
        self.assertTrue(erase())
        news.refresh_from_db()
        self.assertEqual((news.cancelled, news.queued, news.state), (1, 2, BroadcastState.RUNNING))
        self.assertEqual((news.cursor, news.tell_chat), (ID - 1, None))
        self.assertEqual(list(OutgoingMessage.objects.values_list("chat_id", "state")), [(2, OutgoingState.QUEUED)])
        self.assertEqual(found(), [])

    def test_who_is_put_aside_meanwhile_is_waited_for_no_longer(self) -> None:
        now = timezone.now()
        news = Broadcast.objects.create(bot_id=1, payload="{}", created_by="boss", created_at=now, deferred=2)
        for number in (2, ID):
            BroadcastWait.objects.create(broadcast=news, person=number, due_at=now)
        theirs.forget(Marks(ID), lambda: None)
        self.assertEqual(list(BroadcastWait.objects.values_list("person", flat=True)), [2])
        self.assertEqual(Broadcast.objects.get().deferred, 1)

    def test_a_broadcast_that_has_come_to_them_does_not_come_to_them_again(self) -> None:
        now = timezone.now()
        Chat.objects.filter(pk=ID).update(first_seen=now)
        news = Broadcast.objects.create(bot_id=1, method="sendMessage", payload='{"text": "News"}', created_by="boss",
                                        created_at=now, started_at=now, cursor=ID, queued=1, canary=1,
                                        state=BroadcastState.RUNNING)  # fmt: skip
        row = outgoing(OutgoingState.SENDING, chat_id=ID, key=f"broadcast:{news.pk}:{ID}", priority=3)
        BroadcastDelivery.objects.create(message=row, broadcast=news)
        stop(ID)
        row.delete()  # as theirs.forget() does, long before it comes to the chat
        feeding.step(news.pk)
        self.assertFalse(OutgoingMessage.objects.exists())

    def test_held_back_by_a_pause_it_is_cancelled_too(self) -> None:
        now = timezone.now()
        news = Broadcast.objects.create(bot_id=1, payload="{}", created_by="boss", created_at=now,
                                        state=BroadcastState.PAUSED)  # fmt: skip
        row = outgoing(OutgoingState.CANCELLED, chat_id=ID, key=f"broadcast:{news.pk}:{ID}")
        BroadcastDelivery.objects.create(message=row, broadcast=news, is_held=True)
        self.assertTrue(erase())
        news.refresh_from_db()
        self.assertEqual((news.cancelled, news.state), (1, BroadcastState.PAUSED))
        self.assertEqual(found(), [])
