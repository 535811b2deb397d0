"""/alerts and /alert: what is wrong, and what is decided about it."""

from datetime import timedelta

from django.utils import timezone

from botcore.access.roles import Role
from botcore.alerts.maintenance import maintenance
from botcore.alerts.models import Alert, Condition, Reason
from botcore.audit.models import AuditEntry
from botcore.database import in_database
from tests.database.conditions import firing
from tests.flow.operators import OperatorCase

MINUTE = timedelta(minutes=1)


class AlertsTests(OperatorCase):
    """The disk is almost full."""

    def setUp(self) -> None:
        super().setUp()
        firing("disk_low")

    async def now(self) -> Condition:
        """Read the condition again."""
        return await Condition.objects.aget(name="disk_low")

    async def test_tells_conditions_and_channels(self) -> None:
        await self.alice.says("/alerts")
        self.assertEqual(
            self.alice.sees,
            "Conditions\n1. The disk is almost full – so since 10 min ago\nWell or not known: 9\n\n"
            "Channels\n⚪ Telegram: nothing was sent yet\n⚪ e-mail: not set up\n⚪ webhook: not set up",
        )
        self.assertEqual(self.alice.buttons, ["1", "Hold 30m", "Hold 1h", "Hold 4h", "Test", "↻"])

    async def test_one_is_taken_on_and_silenced_by_buttons(self) -> None:
        await self.alice.says("/alerts")
        await self.alice.presses("1")
        self.assertTrue(self.alice.sees.startswith("The disk is almost full\ndisk_low · so since 10 min ago\n"))
        self.assertEqual(await self.alice.presses("Acknowledge"), ["Acknowledged"])
        self.assertIn("taken on by Alice (Telegram 1)", self.alice.sees)
        self.assertEqual(await self.alice.presses("Silence 30m"), ["Silenced"])
        until = (await self.now()).silenced_until
        assert until
        self.assertAlmostEqual(until, timezone.now() + timedelta(minutes=30), delta=MINUTE)
        self.assertEqual(self.alice.buttons, ["Unsilence", "↻", "List"])
        self.assertEqual(await self.alice.presses("Unsilence"), ["Not silenced any more"])
        self.assertEqual(self.alice.buttons, ["Silence 30m", "Silence 1h", "Silence 4h", "↻", "List"])

    async def test_words_silence_with_a_reason(self) -> None:
        await self.alice.says("/alert disk_low silence 4h The disk is <b>on order</b>")
        row = await self.now()
        assert row.silenced_until
        self.assertAlmostEqual(row.silenced_until, timezone.now() + timedelta(hours=4), delta=MINUTE)
        self.assertEqual(row.silence_reason, "The disk is <b>on order</b>")
        self.assertIn("Silenced by Alice (Telegram 1): The disk is <b>on order</b>\n", self.alice.sees)
        entry = await AuditEntry.objects.aget()
        self.assertEqual(
            (entry.action, entry.target, entry.channel), ("alerts.silence", "condition:disk_low", "telegram")
        )

    async def test_what_is_so_already_is_said(self) -> None:
        await self.alice.says("/alert disk_low acknowledge")
        self.assertTrue(self.alice.sees.endswith("\nAcknowledged"))
        await self.alice.says("/alert disk_low acknowledge")
        self.assertTrue(self.alice.sees.endswith("Somebody has taken it on already"))
        await self.alice.says("/alert disk_low unsilence")
        self.assertTrue(self.alice.sees.endswith("It was not silenced"))
        await self.alice.says("/alert job_stale acknowledge")
        self.assertEqual(self.alice.sees, "It is over already.")

    async def test_a_condition_that_is_well_can_be_looked_at(self) -> None:
        await self.alice.says("/alert job_stale")
        self.assertEqual(self.alice.sees, "A scheduled job does not run\njob_stale · not known")

    async def test_all_alerts_are_held_and_released(self) -> None:
        await self.alice.says("/alerts")
        self.assertEqual(await self.alice.presses("Hold 1h"), ["Alerts are held"])
        window = await in_database(maintenance)
        assert window
        assert window.until
        self.assertAlmostEqual(window.until, timezone.now() + timedelta(hours=1), delta=MINUTE)
        self.assertRegex(self.alice.sees, r"^Alerts are held until [-\d ]*\d\d:\d\d UTC \(Alice \(Telegram 1\)\)\n")
        self.assertEqual(await self.alice.presses("Tell alerts again"), ["Alerts are told again"])
        self.assertIsNone(await in_database(maintenance))
        self.assertEqual(await self.alice.forges("alerts_release:"), "Alerts were not held")

    async def test_a_test_goes_to_every_channel(self) -> None:
        await self.alice.says("/alerts")
        self.assertEqual(await self.alice.presses("Test"), ["A test goes to every channel"])
        self.assertEqual((await Alert.objects.aget()).reason, Reason.TEST)
        self.assertIn("Newest alerts\nThis is a test of the alerts – waiting just now\n", self.alice.sees)

    async def test_wrong_words(self) -> None:
        for words, said in (
            ("alert", "Something is missing: condition."),
            ("alert disk", "did you mean disk_low?"),
            ("alert disk_low silenc", "did you mean silence?"),
            ("alert disk_low silence 2h", "Choose one of: 30m, 1h, 4h, 1d, 7d"),
            ("alert disk_low silence 1h " + "x" * 201, "200"),
            ("alerts now", "more than this command takes"),
        ):
            await self.alice.says(f"/{words}")
            self.assertIn(said, self.alice.sees, words)
        for data, said in (
            ("condition:", "There is no such condition."),
            ("condition_do:nothing silence 1h", "There is no such condition."),
            ("condition_do:disk_low", "Choose one of"),
            ("condition_do:disk_low silence", "Choose for how long"),
            ("alerts_hold:99y", "Choose for how long"),
        ):
            self.assertIn(said, str(await self.alice.forges(data)), data)
        row = await self.now()
        self.assertEqual((row.acked_at, row.silenced_until), (None, None))

    async def test_admins_only(self) -> None:
        buttons = ("alerts:", "alerts_hold:1h", "alerts_release:", "alerts_test:", "condition:disk_low",
                   "condition_do:disk_low silence 1h")  # fmt: skip
        await self.assert_needs(Role.ADMIN, "/alerts", "/alert disk_low", buttons=buttons)
        self.assertIsNone((await self.now()).silenced_until)
        self.assertIsNone(await in_database(maintenance))
