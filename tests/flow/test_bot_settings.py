"""The bot's settings by /settings: the list, a card, changing, asking first, taking back, and who may."""

import json
from datetime import timedelta

from django.utils import timezone

from botcore.access import services as access
from botcore.access.roles import Role
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from botcore.runtime.models import RuntimeSetting
from botcore.runtime.setting_table import SETTINGS
from botcore.runtime.settings import change, refresh, value
from tests.database.access import BOSS
from tests.flow.people import DENIED
from tests.telegram import BotTestCase

CHARLIE = 3


class BotSettingsTests(BotTestCase):
    """Alice, an owner, and Charlie, a member."""

    def setUp(self) -> None:
        super().setUp()
        refresh()
        self.addCleanup(refresh)

    async def cap(self) -> int:
        """Return the value of one of them."""
        found: int = await in_database(value, "alerts.cap")
        return found

    async def test_admins_find_them_under_their_own(self) -> None:
        await self.alice.says("/settings")
        await self.alice.presses("The bot's settings")
        self.assertIn("\naccess\n1. access.people: everyone", self.alice.sees)
        seen = [self.alice.sees]
        while "»" in self.alice.buttons:
            await self.alice.presses("»")
            seen.append(self.alice.sees)
        listed = "\n".join(seen)
        self.assertEqual([name for name in SETTINGS if name not in listed], [])
        await self.alice.presses("«")
        await self.alice.presses("1")
        self.assertIn("Default: ", self.alice.sees)
        self.assertEqual(len(self.alice.answers), 1)

    async def test_a_card_says_value_default_limits_and_what_was(self) -> None:
        for number in (11, 12, 13, 14):
            await in_database(change, "alerts.cap", number, by="Bob <b>")
        await self.alice.says("/settings alerts.cap")
        self.assertIn("Value: 14\nDefault: 10\nWrite a whole number from 1 to 1,000.", self.alice.sees)
        self.assertIn("\nTo change it: /settings alerts.cap 14\n", self.alice.sees)
        self.assertIn("just now: 13 → 14 · Bob <b>", self.alice.sees)
        self.assertEqual(self.alice.sees.count(" → "), 3)

    async def test_a_card_whose_buttons_have_the_values_does_not_say_what_to_write(self) -> None:
        await self.alice.says("/settings access.people")
        self.assertIn("Default: ", self.alice.sees)
        self.assertNotIn("To change it", self.alice.sees)
        await in_database(change, "access.handlers", {f"a.{number}": "admin" for number in range(9)}, by="Bob")
        await self.alice.says("/settings access.handlers")
        self.assertIn("\nTo change it: /settings access.handlers …\n", self.alice.sees)

    async def test_a_value_is_set_at_once_and_taken_back_by_a_button(self) -> None:
        await self.alice.says("/settings ALERTS.cap 20")
        self.assertEqual(await self.cap(), 20)
        self.assertIn("Changed alerts.cap from 10 to 20.", self.alice.sees)
        await self.alice.presses("Undo")
        self.assertEqual(await self.cap(), 10)
        self.assertIn("Changed alerts.cap from 20 to 10.", self.alice.sees)
        self.assertNotIn("Undo", self.alice.buttons)
        self.assertFalse(await RuntimeSetting.objects.aexists())
        self.assertEqual(await AuditEntry.objects.filter(target="setting:alerts.cap").acount(), 2)

    async def test_undo_brings_back_what_was_set_and_until_when(self) -> None:
        until = timezone.now() + timedelta(hours=1)
        await in_database(change, "alerts.cap", 5, by="Bob", until=until)
        await self.alice.says("/settings alerts.cap 20")
        await self.alice.presses("Undo")
        row = await RuntimeSetting.objects.aget(name="alerts.cap")
        self.assertEqual((row.value, row.until), ("5", until))

    async def test_undo_does_nothing_to_what_somebody_has_changed_since(self) -> None:
        await self.alice.says("/settings alerts.cap 20")
        await in_database(change, "alerts.cap", 30, by="Bob")
        self.assertEqual(await self.alice.presses("Undo"), ["It was changed meanwhile: nothing is undone."])
        self.assertEqual(await self.cap(), 30)
        for data in ("x", "[]", "[1, 2]", '["none", null, null, "1"]', '["alerts.cap", null, 7, "30", 1]'):
            self.assertTrue(await self.alice.forges(f"bot_setting_undo:{data}"))
        self.assertEqual(await self.cap(), 30)

    async def test_back_to_the_default_and_back_again(self) -> None:
        await self.alice.says("/settings alerts.cap 20")
        await self.alice.presses("Back to the default")
        self.assertEqual(await self.cap(), 10)
        await self.alice.presses("Undo")
        self.assertEqual(await self.cap(), 20)

    async def test_buttons_offer_the_few_values_that_there_are(self) -> None:
        await self.alice.says("/settings throttle.enabled")
        await self.alice.presses("off")
        self.assertFalse(await in_database(value, "throttle.enabled"))
        self.assertIn("on", self.alice.buttons)

    async def test_what_shuts_people_out_is_asked_for(self) -> None:
        await self.alice.says("/settings access.people listed")
        self.assertEqual(self.alice.sees, "Set access.people to listed?")
        self.assertEqual(await in_database(value, "access.people"), "everyone")
        await self.alice.presses("Set")
        self.assertEqual(await in_database(value, "access.people"), "listed")
        self.assertIn("Changed access.people from everyone to listed.", self.alice.sees)
        await self.alice.says("/settings access.groups")
        await self.alice.presses("nowhere")
        await self.alice.presses("Cancel")
        self.assertEqual(await in_database(value, "access.groups"), "everywhere")

    async def test_what_needs_a_restart_is_asked_for_and_says_so(self) -> None:
        await self.alice.says("/settings broadcasts.paid_per_second 500")
        await self.alice.presses("Set")
        self.assertIn("It counts from the next start on: /restart.", self.alice.sees)

    async def test_days_of_retention_are_settings_too(self) -> None:
        await self.alice.says("/settings retention.messages 30")
        self.assertEqual(self.alice.sees, "Set retention.messages to 30 days? What is older is deleted for good.")
        self.assertEqual(await in_database(value, "retention.messages"), 90)
        await self.alice.presses("Set")
        self.assertIn("Changed retention.messages from 90 days to 30 days.", self.alice.sees)

    async def test_taking_back_what_is_grave_is_asked_for_too(self) -> None:
        await self.alice.says("/settings retention.messages 365")
        await self.alice.presses("Set")
        for pressed in ("Undo", "Back to the default"):
            with self.subTest(pressed):
                await self.alice.says("/settings retention.messages")
                if pressed == "Undo":
                    await self.alice.says("/settings retention.messages 200")
                    await self.alice.presses("Set")
                before = await in_database(value, "retention.messages")
                await self.alice.presses(pressed)
                self.assertIn("Set retention.messages to ", self.alice.sees)
                self.assertEqual(await in_database(value, "retention.messages"), before)
                await self.alice.presses("Set")
                self.assertNotEqual(await in_database(value, "retention.messages"), before)

    async def test_only_who_changed_it_takes_it_back(self) -> None:
        await self.charlie.says("/start")
        await self.admit(Role.OWNER)
        await self.alice.says("/settings alerts.cap 20")
        note = '["alerts.cap", null, null, "20", 1]'
        self.assertIn("Only who has changed it", str(await self.charlie.forges(f"bot_setting_undo:{note}")))
        self.assertEqual(await self.cap(), 20)
        await self.alice.forges(f"bot_setting_undo:{note}")
        self.assertEqual(await self.cap(), 10)

    async def test_admins_look_at_settings_of_access_and_only_owners_change_them(self) -> None:
        await self.charlie.says("/start")
        await self.admit(Role.ADMIN)
        await in_database(change, "access.handlers", '{"admin.restrict": "owner"}', by="Alice")
        await self.charlie.says("/settings access.handlers")
        self.assertIn("admin.restrict: owner", self.charlie.sees)
        self.assertNotIn("Back to the default", self.charlie.buttons)
        note = json.dumps(["access.handlers", None, None, '{"admin.restrict":"owner"}', CHARLIE])
        for act in (
            "bot_setting_back:access.handlers",
            "bot_setting_to:access.people|listed",
            f"bot_setting_undo:{note}",
        ):
            with self.subTest(act):
                self.assertIn("Only owners change this setting.", str(await self.charlie.forges(act)))
        await self.charlie.says("/settings access.people listed")
        self.assertEqual(self.charlie.sees, "Only owners change this setting.")
        self.assertEqual(dict(await in_database(value, "access.handlers")), {"admin.restrict": "owner"})

    async def test_handlers_that_there_are_not_are_refused(self) -> None:
        for name, words in {
            "admin.restrict.bna": "There is no handler admin.restrict.bna: did you mean admin.restrict.ban?",
            "zzz": "There is no handler zzz.",
            "admin.restri": "There is no handler admin.restri: did you mean admin.restrict",
        }.items():
            with self.subTest(name):
                await self.alice.says(f'/settings access.handlers {{"{name}": "owner"}}')
                self.assertIn(words, self.alice.sees)
        await self.alice.says('/settings access.handlers {"admin.restrict": "owner", "admin.": "support"}')
        await self.alice.presses("Set")
        self.assertEqual(len(await in_database(value, "access.handlers")), 2)

    async def admit(self, role: Role) -> None:
        """Give Charlie a role."""
        await in_database(access.grant, user_id=CHARLIE, role=role, by="the tests", giver=BOSS)

    async def test_values_of_several_words(self) -> None:
        await self.alice.says('/settings access.handlers {"about.about": "admin"}')
        await self.alice.presses("Set")
        self.assertEqual(dict(await in_database(value, "access.handlers")), {"about.about": "admin"})

    async def test_wrong_names_and_values(self) -> None:
        for words, answer in (
            ("/settings alrts.cap", "There is no setting alrts.cap: did you mean alerts.cap?"),
            ("/settings zzz 5", "There is no setting zzz."),
            ("/settings alerts.cap 0", "Write a whole number from 1 to 1,000."),
            ("/settings alerts.cap many words", "Write a whole number from 1 to 1,000."),
            ("/settings access.people nobody", "Choose one of: everyone, listed."),
        ):
            await self.alice.says(words)
            self.assertEqual(self.alice.sees, answer)
        await self.alice.says("/settings alerts.cap 10")
        self.assertIn("It is so already.", self.alice.sees)
        self.assertFalse(await RuntimeSetting.objects.aexists())

    async def test_members_neither_see_nor_change_them(self) -> None:
        await self.charlie.says("/settings")
        self.assertEqual(self.charlie.buttons[-1], "Time zone…")
        for words in ("/settings alerts.cap", "/settings alerts.cap 20", "/settings zzz"):
            await self.charlie.says(words)
            self.assertEqual(self.charlie.sees, DENIED)
        for data in (
            "bot_settings:|",
            "bot_setting:alerts.cap",
            "bot_setting_to:alerts.cap|20",
            "bot_setting_back:alerts.cap",
            "bot_setting_undo:x",
            "bot_setting_ok:x",
        ):
            before = len(self.charlie.answers)
            await self.charlie.forges(data)
            self.assertEqual(self.charlie.answers[before:], [DENIED], data)
        self.assertFalse(await RuntimeSetting.objects.aexists())
