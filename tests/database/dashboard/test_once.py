"""Forms that come twice: what they ask for is done once, and both get the same answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Barrier
from typing import Any

from django.contrib.auth.models import User as Login
from django.contrib.messages import get_messages
from django.db import connection
from django.db.models import Model
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone

from botcore.errors import services as errors
from botcore.models import (
    AuditEntry,
    Broadcast,
    Chat,
    Job,
    OnceKey,
    OutgoingMessage,
    OutgoingState,
    Reach,
    State,
    Update,
)
from botcore.panel.presses import PANEL, keep, pressed
from botcore.runtime.jobs import services as jobs
from tests.database.dashboard.data import PageTestCase, for_pages, message, outgoing, person, private, staff, update
from tests.database.errors import error

ON_ITS_WAY = "It is on its way."
WRITE = "/people/1/write/"


def key_on(page: str, address: str) -> str:
    """Return the key of the form that goes to an address; of a question's page, of its own form."""
    forms = re.findall(rf'<form[^>]* method="post"(?: action="{address}"[^>]*)?>(.*?)</form>', page, re.DOTALL)
    found = re.search(r'name="once" value="([\w-]{16,})" autocomplete="off" hx-morph-skip', "".join(forms))
    return found[1] if found else ""


def said(response: Any) -> list[str]:
    """Return what an answer has to say on the next page."""
    return [str(one) for one in get_messages(response.wsgi_request)]


@dataclass(frozen=True)
class Pressed:
    """A form: the page with it, where it goes, what is typed, and the audit's entry that it leaves."""

    page: str
    address: str
    action: str
    words: str
    form: dict[str, str] = field(default_factory=dict)


@override_settings(TELEGRAM_BOT_TOKEN="99:token")
class OnceTests(PageTestCase):
    """Alice clicks twice."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = person(1, "Bob")
        private(self.bob)

    def forms(self) -> list[Pressed]:
        """Prepare every form that has a key."""
        note, dead, group = message(self.bob, "Hello"), update(State.DEAD), error()
        lost = outgoing(OutgoingState.FAILED)
        Job.objects.create(name="roll_up", next_at=timezone.now())
        sent = "1 update sent through again."
        return [
            Pressed("/people/1/", WRITE, "people.write", ON_ITS_WAY, {"text": "Hello"}),
            Pressed("/feedback/", f"/feedback/{note.pk}/answer/", "feedback.answer", "The answer is on its way.",
                    {"text": "Hi"}),
            Pressed("/broadcasts/", "/broadcasts/new/", "broadcasts.draft", "", {"text": "News"}),
            Pressed(f"/updates/{dead.pk}/", f"/updates/{dead.pk}/replay/", "updates.replay", sent),
            Pressed(f"/errors/{group.pk}/", f"/errors/{group.pk}/act/", "errors.note", "Noted.",
                    {"action": "note", "text": "Known"}),
            Pressed("/alerts/", "/alerts/test/", "alerts.test",
                    "A test goes to every channel that is set up; look below what becomes of it."),
            Pressed("/jobs/", "/jobs/roll_up/act/", "jobs.run",
                    "roll_up runs as soon as a bot looks, which takes about a second.", {"do": "run"}),
            Pressed(f"/outbox/{lost.pk}/retry/", f"/outbox/{lost.pk}/retry/", "outbox.retry", "It is queued again."),
        ]  # fmt: skip

    def finish(self) -> None:
        """Let the bot do what was asked for, so that a second time would be possible."""
        Update.objects.update(state=State.DEAD)
        OutgoingMessage.objects.update(state="failed")
        Job.objects.update(wanted_at=None)

    def test_each_is_done_once_and_answered_alike(self) -> None:
        for one in self.forms():
            with self.subTest(one.address):
                form = {**one.form, "once": key_on(self.text(one.page), one.address)}
                self.assertTrue(form["once"])
                first = self.client.post(one.address, form)
                self.finish()
                second = self.client.post(one.address, form)
                self.assertEqual((first.status_code, first.headers["Location"]), (302, second.headers["Location"]))
                self.assertEqual(second.status_code, 302)
                self.assertEqual(said(second), [one.words] if one.words else [])
                self.client.cookies.pop("messages", None)  # as one that never got the first answer
                self.assertEqual(said(self.client.post(one.address, form)), [one.words] if one.words else [])
                self.assertEqual(AuditEntry.objects.filter(action=one.action).count(), 1)
                self.client.post(one.address, {**form, "once": key_on(self.text(one.page), one.address)})
                self.assertEqual(AuditEntry.objects.filter(action=one.action).count(), 2)
                self.client.cookies.pop("messages", None)

    def test_a_replay_of_many_is_done_once_and_answered_alike(self) -> None:
        dead = [update(State.DEAD).pk for _ in range(2)]
        address = f"/updates/replay/?ids={dead[0]},{dead[1]}"
        form = {"once": key_on(self.text(address), "")}
        self.client.post(address, form)
        self.finish()
        second = self.client.post(address, form)
        self.assertEqual(said(second), ["2 updates sent through again."])
        self.assertEqual(AuditEntry.objects.filter(action="updates.replay").count(), 1)

    def test_a_replay_that_is_still_being_done_says_so(self) -> None:
        address = f"/updates/replay/?ids={update(State.DEAD).pk}"
        form = {"once": key_on(self.text(address), "")}
        self.client.post(address, form)
        OnceKey.objects.update(answer="")
        self.client.cookies.pop("messages")
        second = self.client.post(address, form)
        self.assertEqual(second.headers["Location"], "/updates/replay/")
        self.assertEqual(said(second), ["This form was sent already: look what became of it."])

    def test_other_words_another_person_and_another_account_are_something_new(self) -> None:
        person(2, "Carol")
        private(self.bob, id=2)
        form = {"text": "Hello", "once": key_on(self.text("/people/1/"), WRITE)}
        self.client.post(WRITE, form)
        self.client.post(WRITE, {**form, "text": "Hello again"})  # gone back, and written something else
        self.client.post("/people/2/write/", form)
        self.client.force_login(staff("dora", "view_user", "add_outgoingmessage"))
        self.client.post(WRITE, form)
        self.assertEqual(OutgoingMessage.objects.count(), 4)

    def test_a_form_without_a_key_is_new_and_a_forged_key_is_a_key(self) -> None:
        for number, (key, count) in enumerate((("", 2), ("x", 1), ("\x00" + "9" * 5000, 1))):
            with self.subTest(key[:3]):
                for _ in range(2):
                    form = {"text": f"Hello {number}", **({"once": key} if key else {})}
                    self.assertEqual(self.client.post(WRITE, form).status_code, 302)
                self.assertEqual(OutgoingMessage.objects.filter(payload__contains=f"Hello {number}").count(), count)

    def test_what_could_not_be_sent_can_be_sent_again(self) -> None:
        form = {"text": " ", "once": key_on(self.text("/people/1/"), WRITE)}
        for _ in range(2):
            page = self.client.post(WRITE, form)
            self.assertContains(page, "Nothing is sent.")
            self.assertNotEqual(key_on(page.content.decode(), WRITE), form["once"])
        self.assertFalse(OnceKey.objects.exists())

    def test_what_was_refused_is_done_when_the_same_form_comes_again_without_the_reason(self) -> None:
        note, lost = message(self.bob, "Hello"), outgoing(OutgoingState.QUEUED)
        Job.objects.create(name="roll_up", next_at=None)
        Chat.objects.update(reach=Reach.BLOCKED)
        forms: tuple[tuple[str, dict[str, str], str], ...] = (
            (f"/feedback/{note.pk}/answer/", {"text": "Hi"}, "feedback.answer"),
            (f"/outbox/{lost.pk}/retry/", {}, "outbox.retry"),
            ("/jobs/roll_up/act/", {"do": "run"}, "jobs.run"),
        )
        for address, form, action in forms:
            refused = self.client.post(address, {**form, "once": "x"})
            self.assertEqual((refused.status_code, len(said(refused))), (302, 1), address)
            self.assertFalse(AuditEntry.objects.filter(action=action).exists(), address)
            self.client.cookies.pop("messages")
        self.client.post("/broadcasts/new/", {"text": " ", "once": "x"})
        self.assertFalse(OnceKey.objects.exists())
        Chat.objects.update(reach=Reach.OPEN)
        OutgoingMessage.objects.update(state=OutgoingState.FAILED)
        Job.objects.update(next_at=timezone.now())
        for address, form, action in forms:
            for _ in range(2):
                self.client.post(address, {**form, "once": "x"})
            self.assertEqual(AuditEntry.objects.filter(action=action).count(), 1, address)

    def test_what_sets_a_state_goes_by_the_state_and_not_by_an_older_answer(self) -> None:
        group = error()
        Job.objects.create(name="roll_up", next_at=timezone.now())
        pause, resolve = {"do": "pause", "once": "x"}, {"action": "resolve", "once": "x"}
        for again in (False, True):
            with self.subTest(again=again):
                self.client.post("/jobs/roll_up/act/", pause)
                self.client.post(f"/errors/{group.pk}/act/", resolve)
                group.refresh_from_db()
                self.assertEqual((group.state, Job.objects.get().is_paused), ("resolved", True))
                jobs.resume("roll_up", by="bob"), errors.reopen(group_id=group.pk, by="bob")

    def test_a_deed_that_breaks_leaves_the_key_free(self) -> None:
        for is_held in (True, False):
            with self.subTest(is_held=is_held):
                with self.assertRaises(ZeroDivisionError), pressed("a", is_held=is_held):
                    raise ZeroDivisionError
                with pressed("a", is_held=is_held) as is_first:
                    self.assertTrue(is_first)
                OnceKey.objects.all().delete()

    def test_keys_of_forms_go_after_a_day_and_those_of_handlers_stay(self) -> None:
        old = timezone.now() - timedelta(hours=25)
        for bot, key in ((PANEL, "form:a"), (7, "form:a"), (PANEL, "other")):
            OnceKey.objects.create(bot_id=bot, key=key, at=old)
        with pressed("b", is_held=True):
            keep("b", "done")
        kept = OnceKey.objects.order_by("bot_id", "key").values_list("bot_id", "key", "answer")
        self.assertEqual(list(kept), [(PANEL, "form:b", "done"), (PANEL, "other", ""), (7, "form:a", "")])


@for_pages
@override_settings(TELEGRAM_BOT_TOKEN="99:token")
class AtOnceTests(TransactionTestCase):
    """Threads with connections of their own, as two processes have."""

    def test_of_equal_forms_at_the_same_moment_one_is_done(self) -> None:
        alice, bob = Login.objects.create_superuser("alice"), person(1, "Bob")
        private(bob)
        note = message(bob, "Hello")
        ways: tuple[tuple[str, dict[str, str], type[Model], str], ...] = (
            (WRITE, {"text": "Hello"}, OutgoingMessage, ON_ITS_WAY),
            (f"/feedback/{note.pk}/answer/", {"text": "Hi"}, OutgoingMessage, "The answer is on its way."),
            ("/broadcasts/new/", {"text": "News"}, Broadcast, ""),
        )
        for address, form, model, words in ways:
            for number in range(3):
                with self.subTest(address, number=number):
                    before = model._default_manager.count()
                    answers = self.at_once(alice, address, {**form, "once": str(number)})
                    self.assertEqual(model._default_manager.count(), before + 1)
                    self.assertEqual({one.status_code for one in answers}, {302})
                    self.assertEqual(len({one.headers["Location"] for one in answers}), 1)
                    self.assertEqual([said(one) for one in answers], [[words] if words else []] * len(answers))

    def at_once(self, who: Login, address: str, form: dict[str, str], many: int = 4) -> list[Any]:
        """Send it from several browsers of one account at the same time."""
        clients = [Client() for _ in range(many)]
        for client in clients:
            client.force_login(who)
        gate = Barrier(many)

        def run(client: Client) -> Any:
            try:
                gate.wait(timeout=30)
                return client.post(address, form)
            finally:
                connection.close()

        with ThreadPoolExecutor(many) as pool:
            return list(pool.map(run, clients))
