"""The buttons under alerts of conditions: taking one on, silencing it, and who may."""

from datetime import timedelta
from typing import Any

import telegram
from django.test import override_settings
from django.utils import timezone

from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.decisions import decide_waiting
from botcore.alerts.models import Condition, Reason
from botcore.alerts.services import raise_condition
from botcore.connection.deliver import Deliverer
from botcore.database import in_database
from botcore.outbox.models import OutgoingMessage
from botcore.outbox.store import Ready
from tests.database.conditions import firing
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

HOUR = timedelta(hours=1)


class ConditionButtonTests(BotTestCase):
    """A condition that fires, told in Alice's chat."""

    def setUp(self) -> None:
        super().setUp()
        firing("disk_low")

    async def alert(self, reason: Reason = Reason.CONDITION, **facts: Any) -> None:
        """Let the keeper tell Alice of it, and the sender send it."""
        await self.alice.says("/start")
        title = BY_NAME["disk_low"].title
        facts = {"text": "0.5 of 100 GiB are free.", "avoids": "", "at": timezone.now(), **facts}
        await in_database(raise_condition, condition="disk_low", reason=reason, title=title, **facts)
        await in_database(decide_waiting)
        row = await OutgoingMessage.objects.filter(source="alerts").alatest("pk")
        application = await self.bot()
        deliver = Deliverer(application.bot, application.bot_data["entities"].files)
        await deliver(Ready(row.pk, row.chat_id, row.priority, row.method, row.payload))

    async def now(self) -> Condition:
        """Read the condition again."""
        return await Condition.objects.aget(name="disk_low")

    async def test_an_alert_says_what_is_so_with_buttons(self) -> None:
        await self.alert()
        self.assertRegex(
            self.alice.sees,
            r"^Something is wrong\nThe disk is almost full\n0\.5 of 100 GiB are free\. Since [-\d ]*\d\d:\d\d UTC\."
            r"\n/alerts/#condition-disk_low$",
        )
        self.assertEqual(self.alice.buttons, ["Acknowledge", "Silence 1 h"])

    async def test_its_end_has_none(self) -> None:
        await self.alert()
        await Condition.objects.aupdate(fired_at=None)
        await self.alert(Reason.RECOVERED, text="It lasted 14 minutes.")
        self.assertTrue(self.alice.sees.startswith("It is well again\nThe disk is almost full\nIt lasted 14 minutes."))
        self.assertEqual(self.alice.buttons, [])
        shown = telegram.Message.de_json(self.world.messages(self.alice.chat_id)[-1].to_json(), None)
        struck = shown.parse_entities(["strikethrough"]).values()
        self.assertEqual([*struck], ["The disk is almost full"])  # for it is no longer so

    async def test_who_acknowledges_takes_it_on(self) -> None:
        await self.alert()
        self.assertEqual(await self.alice.presses("Acknowledge", times=2), ["Acknowledged", "Acknowledged"])
        row = await self.now()
        self.assertEqual(row.acked_by, "Alice (Telegram 1)")
        said = "Something is wrong\nThe disk is almost full\ncleanup failed. Since "
        self.assertTrue(self.alice.sees.startswith(said))
        self.assertTrue(self.alice.sees.endswith("Acknowledged · Alice"))
        self.assertEqual(self.alice.buttons, ["Silence 1 h"])

    async def test_silence_lasts_an_hour_and_says_who_did_it(self) -> None:
        await self.alert()
        self.assertEqual(await self.alice.presses("Silence 1 h"), ["Silenced for an hour"])
        row = await self.now()
        assert row.silenced_until
        self.assertAlmostEqual(row.silenced_until, timezone.now() + HOUR, delta=timedelta(minutes=1))
        self.assertEqual(row.silenced_by, "Alice (Telegram 1)")
        self.assertTrue(self.alice.sees.endswith("Silenced for an hour · Alice"))
        self.assertEqual(self.alice.buttons, [])

    async def test_who_is_no_owner_any_more_is_refused_at_the_press(self) -> None:
        await self.alert()
        with override_settings(TELEGRAM_ADMIN_IDS=[2]):
            for label in ("Acknowledge", "Silence 1 h"):
                await self.alice.presses(label)
                self.assertEqual(self.alice.sees, DENIED)
        row = await self.now()
        self.assertEqual((row.acked_at, row.silenced_until), (None, None))

    async def test_nobody_else_presses_by_a_forged_button(self) -> None:
        await self.charlie.says("/start")
        for data in ("condition_ack:disk_low", "condition_silence:disk_low"):
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.sees, DENIED)
        self.assertEqual((await self.now()).acked_at, None)

    async def test_what_is_over_or_was_never_there_is_said_so(self) -> None:
        await self.alert()
        await Condition.objects.aupdate(fired_at=None)
        self.assertEqual(await self.alice.presses("Acknowledge"), ["It is over already."])
        for value in ("", "x", "-1", "9" * 30):
            self.assertIn("no such condition", str(await self.alice.forges(f"condition_silence:{value}")))

    @override_settings(TELEGRAM_ADMIN_IDS=[2])
    async def test_they_speak_the_language_of_the_owner(self) -> None:
        await self.bob.says("/start")
        await self.alert()
        self.assertTrue(self.bob.sees.startswith("Что-то не так\nДиск почти заполнен\n"))
        self.assertRegex(self.bob.sees, r"\. С [-\d ]*\d\d:\d\d UTC\.\n")
        self.assertEqual(self.bob.buttons, ["Беру на себя", "Тишина на 1 ч"])
        await self.bob.presses("Беру на себя")
        self.assertIn("Взято в работу · ", self.bob.sees)
        await Condition.objects.aupdate(fired_at=None)
        self.assertEqual(await self.bob.forges("condition_ack:disk_low"), "Это уже закончилось.")
