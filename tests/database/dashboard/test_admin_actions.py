"""Actions in Django's admin: they do what the dashboard's buttons do, for whoever may."""

from datetime import timedelta
from unittest.mock import patch

from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from botcore.admin import inbox as admin_inbox
from botcore.inbox import selection
from botcore.models import (
    AuditEntry,
    Broadcast,
    BroadcastState,
    ErrorGroup,
    Feedback,
    Job,
    OutgoingMessage,
    OutgoingState,
    Restriction,
    State,
    Update,
    User,
)
from tests.database.dashboard.data import PageTestCase, group, message, outgoing, person, staff, update
from tests.database.dashboard.test_admin_lists import address
from tests.database.errors import error

QUEUED, SENDING, SENT, FAILED, UNCERTAIN, _ = OutgoingState


class ActionTests(PageTestCase):
    """Actions do what the dashboard's buttons do, for whoever may."""

    def act(self, name: str, *rows: Model) -> str:
        """Choose rows and an action; return the page after it."""
        form = {"action": name, "_selected_action": [row.pk for row in rows]}
        return str(self.client.post(address(type(rows[0])), form, follow=True).content.decode())

    def test_people_are_muted_for_a_day_and_let_go(self) -> None:
        bob, owner = person(2, "Bob"), person(1, "Alice")  # TELEGRAM_ADMIN_IDS
        page = self.act("mute", bob, owner)
        self.assertIn("1 of 2 changed.", page)
        self.assertIn("1 not: ", page)
        muted = Restriction.objects.get()
        self.assertEqual((muted.user_id, muted.kind, muted.by), (2, "muted", "alice"))
        assert muted.until
        self.assertAlmostEqual(muted.until, timezone.now() + timedelta(days=1), delta=timedelta(minutes=5))
        self.act("lift", bob)
        self.assertFalse(Restriction.objects.exists())
        actions = AuditEntry.objects.filter(target="person:2").order_by("pk").values_list("action", "channel")
        self.assertEqual(list(actions), [("access.mute", "admin"), ("access.lift", "admin")])

    def test_feedback_is_read(self) -> None:
        note = message(person(2, "Bob"), "Hello")
        self.assertIn("1 of 1 changed.", self.act("read", note))
        self.assertTrue(Feedback.objects.get().read_at)

    def test_jobs_are_paused_resumed_and_run(self) -> None:
        job = Job.objects.create(name="roll_up", schedule="every 60 s", next_at=timezone.now())
        self.act("pause", job)
        job.refresh_from_db()
        self.assertEqual((job.is_paused, job.paused_by), (True, "alice"))
        self.act("resume", job)
        self.act("run", job)
        job.refresh_from_db()
        self.assertEqual((job.is_paused, job.wanted_by), (False, "alice"))

    def test_broadcasts_are_paused_and_cancelled_where_they_can_be(self) -> None:
        facts = {"bot_id": 1, "payload": "{}", "created_by": "alice", "created_at": timezone.now()}
        runs = Broadcast.objects.create(**facts, state=BroadcastState.RUNNING)
        over = Broadcast.objects.create(**facts, state=BroadcastState.DONE)
        page = self.act("pause", runs, over)
        self.assertIn("1 of 2 changed.", page)
        self.act("cancel", runs)
        runs.refresh_from_db()
        self.assertEqual(runs.state, BroadcastState.CANCELLED)

    def test_errors_are_resolved(self) -> None:
        problem = error("Trouble")
        self.assertIn("1 of 1 changed.", self.act("resolve", problem))
        self.assertEqual(ErrorGroup.objects.get().state, "resolved")

    def test_who_may_only_look_is_offered_no_action(self) -> None:
        bob = person(2, "Bob")
        self.client.force_login(staff("carol", "view_user", "view_job", "view_broadcast", "view_feedback"))
        self.assertNotIn('name="action"', self.text(address(User)))
        self.act("mute", bob)
        self.assertFalse(Restriction.objects.exists())


class ReplayTests(PageTestCase):
    """The action on the list of updates."""

    address = reverse("admin:botcore_update_changelist")

    def act(self, *rows: Update, **more: str) -> str:
        """Choose the rows and the action; return the page after it."""
        form = {"action": "replay", "_selected_action": [row.pk for row in rows], **more}
        return str(self.client.post(self.address, form, follow=True).content.decode())

    def test_it_sends_the_chosen_through_again_and_says_what_was_refused_and_why(self) -> None:
        dead, waits, left = update(State.DEAD), update(State.PENDING), update(State.DEAD)
        old = timezone.now() - timedelta(minutes=5)
        late = update(State.DEAD, kind="callback_query", received_at=old)
        page = self.act(dead, waits, late)
        self.assertIn("1 update sent through again.", page)
        self.assertIn("1 is refused: nobody waits any more", page)
        self.assertIn("1 is refused: still pending", page)
        states = dict(Update.objects.values_list("pk", "state"))
        self.assertEqual(states, {dead.pk: "pending", waits.pk: "pending", left.pk: "dead", late.pk: "dead"})

    def test_all_of_a_filtered_list_go_within_a_bound(self) -> None:
        rows = [update(State.DEAD) for _ in range(3)]
        with patch.object(selection, "MOST_IDS", 2), patch.object(admin_inbox, "MOST_IDS", 2):
            self.assertIn("At most 2 updates can be named by number", self.act(rows[0], select_across="1"))
        self.assertFalse(Update.objects.filter(state=State.PENDING).exists())
        self.assertIn("3 updates sent through again.", self.act(rows[0], select_across="1"))

    def test_it_takes_the_permission(self) -> None:
        row = update(State.DEAD, user_id=2)
        self.client.force_login(staff("bob", "view_update", "change_update", "delete_update"))
        self.assertNotIn("Replay selected updates", self.text(self.address))
        self.act(row)
        self.assertEqual(Update.objects.get().state, State.DEAD)
        self.client.force_login(staff("charlie", "view_update", "replay_update"))
        self.assertIn("Replay selected updates", self.text(self.address))
        self.act(row)
        self.assertEqual(Update.objects.get().state, State.PENDING)


class OutgoingTests(PageTestCase):
    """The actions on the list of messages."""

    address = reverse("admin:botcore_outgoingmessage_changelist")

    def act(self, action: str, *rows: OutgoingMessage) -> str:
        """Choose the rows and the action; return the page after it."""
        form = {"action": action, "_selected_action": [row.pk for row in rows]}
        return str(self.client.post(self.address, form, follow=True).content.decode())

    def states(self) -> list[str]:
        """Return the states of all messages, oldest first."""
        return list(OutgoingMessage.objects.order_by("pk").values_list("state", flat=True))

    def test_what_waits_is_cancelled_and_it_says_by_whom(self) -> None:
        page = self.act("cancel", *(outgoing(state, chat_id=-5) for state in (QUEUED, SENDING, SENT)))
        self.assertIn("1 of 3 messages cancelled.", page)
        self.assertEqual(self.states(), ["cancelled", "sending", "sent"])
        self.assertEqual(OutgoingMessage.objects.earliest("pk").error, "cancelled by alice")

    def test_what_failed_is_sent_again_and_the_rest_is_refused_with_its_reasons(self) -> None:
        group(-5, "Gardeners")
        rows = [outgoing(state, chat_id=-5) for state in (FAILED, UNCERTAIN, SENT)] + [outgoing(FAILED, chat_id=-6)]
        page = self.act("send_again", *rows)
        self.assertIn("2 of 4 messages queued again.", page)
        self.assertIn("1 not: A message that is sent cannot be sent again.", page)
        self.assertIn("1 not: The chat -6 is unknown", page)
        self.assertEqual(self.states(), ["queued", "queued", "sent", "failed"])

    def test_both_take_the_permission(self) -> None:
        row = outgoing(QUEUED, chat_id=-5)
        self.client.force_login(staff("bob", "view_outgoingmessage", "change_outgoingmessage"))
        self.act("cancel", row)
        self.assertEqual(self.states(), ["queued"])
        self.client.force_login(staff("charlie", "view_outgoingmessage", "resend_outgoingmessage"))
        self.act("cancel", row)
        self.assertEqual(self.states(), ["cancelled"])
