"""/errors and the buttons under alerts: looking, muting, resolving, and who may."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User as Login
from django.test import override_settings
from django.utils import timezone

from botcore.access.models import StaffLink
from botcore.alerts.decisions import decide_waiting
from botcore.alerts.models import Reason
from botcore.alerts.services import raise_alert
from botcore.connection.deliver import Deliverer
from botcore.database import in_database
from botcore.errors import services
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.inbox.models import State
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.store import Ready
from tests.database.dashboard.data import update
from tests.database.errors import error, occurrence
from tests.flow.people import DENIED
from tests.growing import growing
from tests.telegram import BotTestCase

HOUR = timedelta(hours=1)
CARD = ["Acknowledge", "Resolve", "In next release", "Mute 1 h", "1 d", "For ever", "Take it", "↻", "List"]
MUTED = "Muted: it is counted, and nobody is told"
NOTHING = "Nothing changed: it was so already."


class AlertButtonTests(BotTestCase):
    """An alert in Alice's chat."""

    def setUp(self) -> None:
        super().setUp()
        self.group = error(people=3, count=12)

    async def alert(self, **facts: Any) -> None:
        """Let the keeper tell Alice of the error, and the sender send it."""
        await self.alice.says("/start")
        facts = {"reason": Reason.NEW, "title": self.group.title, "at": timezone.now(), **facts}
        await in_database(raise_alert, group_id=self.group.pk, **facts)
        await in_database(decide_waiting)
        row = await OutgoingMessage.objects.aget(source="alerts")
        application = await self.bot()
        deliver = Deliverer(application.bot, application.bot_data["entities"].files)
        await deliver(Ready(row.pk, row.chat_id, row.priority, row.method, row.payload))

    async def now(self) -> ErrorGroup:
        """Read the group again."""
        return await ErrorGroup.objects.aget(pk=self.group.pk)

    async def test_an_alert_says_what_happened_with_buttons(self) -> None:
        await self.alert()
        self.assertEqual(
            self.alice.sees,
            "New error\nKeyError: 'Alice'\nbotcore.handlers.start:start\nOccurrences: 12, people met: 3\n"
            f"/errors/{self.group.pk}/",
        )
        self.assertEqual(self.alice.buttons, ["Mute 1 h", "Resolve"])

    @override_settings(DASHBOARD_URL="https://bot.example.org")
    async def test_pages_with_a_public_address_are_opened_by_a_button(self) -> None:
        await self.alert()
        self.assertEqual(self.alice.buttons, ["Mute 1 h", "Resolve", "Open"])
        self.assertNotIn("/errors/", self.alice.sees)

    @override_settings(DASHBOARD_URL="http://localhost:8000")
    async def test_an_address_that_telegram_refuses_stands_in_the_text(self) -> None:
        await self.alert()
        self.assertEqual(self.alice.buttons, ["Mute 1 h", "Resolve"])
        self.assertIn(f"http://localhost:8000/errors/{self.group.pk}/", self.alice.sees)

    async def test_mute_is_silent_for_an_hour_and_says_who_did_it(self) -> None:
        await self.alert()
        self.assertEqual(await self.alice.presses("Mute 1 h"), [MUTED])
        group = await self.now()
        self.assertEqual(group.state, GroupState.MUTED)
        assert group.muted_until
        self.assertAlmostEqual(group.muted_until, timezone.now() + HOUR, delta=timedelta(minutes=1))
        self.assertTrue(self.alice.sees.endswith(f"{MUTED} · Alice"))
        self.assertEqual(self.alice.buttons, ["Reopen", "Resolve", "In next release", "Take it", "↻", "List"])
        change = await group.changes.alatest("pk")
        self.assertEqual((change.by, change.state), ("Alice (Telegram 1)", GroupState.MUTED))

    async def test_what_is_resolved_can_be_opened_again(self) -> None:
        await self.alert()
        self.assertEqual(await self.alice.presses("Resolve"), ["Resolved"])
        self.assertEqual((await self.now()).state, GroupState.RESOLVED)
        self.assertTrue(self.alice.sees.endswith("Resolved · Alice"))
        self.assertEqual(self.alice.buttons, ["Reopen", "Take it", "↻", "List"])
        self.assertEqual(await self.alice.presses("Reopen"), ["Open again"])
        self.assertEqual((await self.now()).state, GroupState.ONGOING)

    async def test_a_button_pressed_twice_does_it_once(self) -> None:
        await self.alert()
        self.assertEqual(await self.alice.presses("Resolve", times=2), ["Resolved", NOTHING])
        self.assertEqual(await (await self.now()).changes.acount(), 1)

    async def test_who_is_no_owner_any_more_is_refused_at_the_press(self) -> None:
        await self.alert()
        with override_settings(TELEGRAM_ADMIN_IDS=[2]):
            for label in ("Mute 1 h", "Resolve"):
                await self.alice.presses(label)
                self.assertEqual(self.alice.sees, DENIED)
        self.assertEqual((await self.now()).state, GroupState.NEW)

    async def test_nobody_else_presses_by_a_forged_button(self) -> None:
        await self.charlie.says("/start")
        for data in (f"error_resolve:{self.group.pk}", f"error_mute:{self.group.pk}", f"error:{self.group.pk}"):
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.sees, DENIED)
        self.assertEqual((await self.now()).state, GroupState.NEW)

    async def test_an_error_that_is_gone_is_said_so(self) -> None:
        await self.alert()
        await in_database(error, "KeyError: 'Bob'")
        await ErrorGroup.objects.filter(pk=self.group.pk).adelete()
        self.assertEqual(await self.alice.presses("Resolve"), ["This error is gone: somebody has deleted it."])
        for value in ("", "x", "-1", "9" * 30):
            self.assertIn("no such error", str(await self.alice.forges(f"error_mute:{value}")))

    async def test_an_error_that_was_merged_away_leads_to_the_other(self) -> None:
        await self.alert()
        other = await in_database(error, "KeyError: 'Bob'")
        await in_database(services.merge, into=other.pk, others=[self.group.pk], by="bob")
        self.assertEqual(await self.alice.presses("Resolve"), ["Resolved"])
        self.assertEqual((await ErrorGroup.objects.aget(pk=other.pk)).state, GroupState.RESOLVED)

    async def test_hostile_titles_are_shown_as_they_are(self) -> None:
        await self.alert(title="<b>\u202eevil</b> password=hunter22")
        self.assertIn("<b>\\u202eevil</b> password=[hidden]", self.alice.sees)

    @override_settings(TELEGRAM_ADMIN_IDS=[2])
    async def test_alerts_speak_the_language_of_the_owner(self) -> None:
        await self.bob.says("/start")
        await self.alert()
        self.assertTrue(self.bob.sees.startswith("Новая ошибка"))
        self.assertEqual(self.bob.buttons, ["Заглушить на 1 ч", "Решена"])
        await self.bob.presses("Решена")
        self.assertIn("Отмечена решённой · ", self.bob.sees)
        await ErrorGroup.objects.all().adelete()
        self.assertEqual(await self.bob.forges("error:1"), "Ошибки 1 нет.")


class ErrorsCommandTests(BotTestCase):
    """/errors and the card."""

    async def test_lists_open_errors_with_a_button_for_each(self) -> None:
        row = await in_database(error, "KeyError: 'Alice'", count=3)
        await in_database(error, "ValueError", GroupState.RESOLVED)
        await self.alice.says("/errors")
        self.assertEqual(self.alice.sees, f"Errors · unresolved\n\n#{row.pk} KeyError: 'Alice' (3) 1 min ago")
        self.assertEqual(self.alice.buttons, [f"#{row.pk}", "↻", "Muted 0", "Resolved 1", "All 2"])
        await self.alice.presses(f"#{row.pk}")
        self.assertTrue(self.alice.sees.startswith(f"Error {row.pk} · new\nKeyError: 'Alice'"))
        self.assertEqual(self.alice.buttons, CARD)
        await self.alice.presses("Resolve")
        await self.alice.says("/errors")
        self.assertEqual(self.alice.sees, "No error is unresolved.")

    async def test_other_states_are_a_button_or_a_word_away(self) -> None:
        row = await in_database(error, "ValueError", GroupState.RESOLVED)
        await self.alice.says("/errors")
        await self.alice.presses("Resolved 1")
        self.assertEqual(self.alice.sees, f"Errors · resolved\n\n#{row.pk} ValueError (1) 1 min ago")
        await self.alice.says("/errors resolved")
        self.assertEqual(self.alice.sees, f"Errors · resolved\n\n#{row.pk} ValueError (1) 1 min ago")
        await self.alice.says("/errors muted")
        self.assertEqual(self.alice.sees, "No error is here: muted.")

    async def test_wrong_words_are_shown_with_the_usage(self) -> None:
        for words, said in (("opn", "did you mean open?"), ("all " + "x" * 201, "200")):
            await self.alice.says(f"/errors {words}")
            self.assertIn(said, self.alice.sees)
            self.assertIn("Usage: /errors [state] [words…]", self.alice.sees)

    async def test_words_search(self) -> None:
        first, *_, last = [
            await in_database(error, f"PayError{number}", last_seen=timezone.now() - timedelta(hours=number + 1))
            for number in range(9)
        ]
        await in_database(error)
        await self.alice.says("/errors all payerror")
        self.assertTrue(self.alice.sees.startswith(f"Errors · all «payerror»\n\n#{first.pk} PayError0"))
        self.assertNotIn("Alice", self.alice.sees)
        await self.alice.presses("»")
        self.assertEqual(self.alice.sees, f"Errors · all «payerror»\n\n#{last.pk} PayError8 (1) 9 h ago")
        await self.alice.says("/errors open ' OR 1=1 --")
        self.assertEqual(self.alice.sees, "No error fits these words.")

    async def test_many_fill_pages(self) -> None:
        rows = [
            await in_database(error, f"Error{number}", last_seen=timezone.now() - timedelta(hours=number + 1))
            for number in range(9)
        ]
        await self.alice.says("/errors")
        self.assertIn(f"#{rows[7].pk} Error7", self.alice.sees)
        await self.alice.presses("»")
        self.assertEqual(self.alice.sees, f"Errors · unresolved\n\n#{rows[8].pk} Error8 (1) 9 h ago")
        await self.alice.presses("«")
        self.assertIn(f"#{rows[0].pk} Error0", self.alice.sees)

    async def test_the_same_page_is_looked_at_again(self) -> None:
        for number in range(10):
            await in_database(error, f"Error{number}", last_seen=timezone.now() - timedelta(hours=number + 1))
        await self.alice.says("/errors")
        await self.alice.presses("»")
        await in_database(ErrorGroup.objects.filter(title="Error9").update, count=77)
        await self.alice.presses("↻")
        self.assertIn("Error8 (1)", self.alice.sees)
        self.assertIn("Error9 (77)", self.alice.sees)
        self.assertNotIn("Error7", self.alice.sees)

    async def test_a_title_is_code_so_that_nothing_in_it_is_a_link(self) -> None:
        await in_database(error, "Error at example.com by @someone /start")
        await self.alice.says("/errors")
        newest = self.world.messages(1)[-1]
        self.assertEqual([entity.type for entity in newest.entities], ["bold", "bold", "code", "italic"])

    async def test_the_card_tells_figures_people_history_and_dead_letters(self) -> None:
        row = await in_database(error, count=12, people=3, first_seen=timezone.now() - timedelta(days=3))
        await in_database(services.note, group_id=row.pk, by="bob", text="I look at it")
        mark = (await row.fingerprints.aget()).value
        await in_database(update, State.DEAD, error_group=mark)
        event = await in_database(occurrence, row, message="no greeting for password=hunter22")
        await self.alice.says("/errors")
        await self.alice.presses(f"#{row.pk}")
        self.assertEqual(
            self.alice.sees,
            f"Error {row.pk} · new\nKeyError: 'Alice'\nbotcore.handlers.start:start\n"
            "no greeting for password=[hidden]\nOccurrences: 12, people met: 3\nFirst seen 3 d ago, last 1 min ago\n"
            f"Release: {settings.RELEASE}\nReference: {event.reference}\nDead letters: 1\n\nHistory\n"
            f"just now bob: I look at it\n\n/errors/{row.pk}/",
        )
        self.assertIn("Replay 1", self.alice.buttons)

    async def test_the_card_can_do_what_is_done_most(self) -> None:
        row = await in_database(error)
        await self.alice.says("/errors")
        await self.alice.presses(f"#{row.pk}")
        for label, said, state in (
            ("Acknowledge", "Acknowledged", GroupState.ONGOING),
            ("For ever", MUTED, GroupState.MUTED),
            ("Reopen", "Open again", GroupState.ONGOING),
            ("1 d", MUTED, GroupState.MUTED),
            ("In next release", "Resolved in the next release", GroupState.RESOLVED),
        ):
            self.assertEqual(await self.alice.presses(label), [said])
            self.assertEqual((await ErrorGroup.objects.aget(pk=row.pk)).state, state)
        self.assertIn("· resolved in the release after", self.alice.sees)

    async def test_to_take_it_needs_a_staff_account(self) -> None:
        row = await in_database(error)
        await self.alice.says("/errors")
        await self.alice.presses(f"#{row.pk}")
        self.assertIn("You have no staff account", str(await self.alice.presses("Take it")))
        account = await in_database(Login.objects.create_user, "alice", is_staff=True)
        await StaffLink.objects.acreate(user_id=1, account=account, at=timezone.now())
        self.assertEqual(await self.alice.presses("Take it"), ["Given"])
        self.assertIn("\nGiven to alice\n", self.alice.sees)
        self.assertEqual((await ErrorGroup.objects.aget(pk=row.pk)).assignee_id, account.pk)
        self.assertEqual(await self.alice.presses("Give to nobody"), ["Given"])
        self.assertNotIn("Given to", self.alice.sees)

    async def test_is_for_admins_only(self) -> None:
        label = {"channel": "telegram"}
        done = growing("botdeck_admin_actions_total", **label, outcome="done")
        refused = growing("botdeck_admin_actions_total", **label, outcome="refused")
        commands = growing("botdeck_commands_total", command="errors")
        await self.charlie.says("/errors")
        self.assertEqual(self.charlie.sees, DENIED)
        await self.alice.says("/errors")
        self.assertEqual((done(), refused(), commands()), (1, 1, 2))
