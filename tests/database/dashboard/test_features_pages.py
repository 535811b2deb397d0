"""The pages Commands, Texts, and Webhook and polling: what the bot told of itself, and Telegram of the webhook."""

import re
from datetime import UTC, timedelta

from django.test import override_settings
from django.utils import timezone

from botcore import handlers
from botcore.access.roles import Role
from botcore.models import BotFeature, Step, UpdateSum
from botcore.published import facts
from botcore.registry import Registry
from botcore.runtime.features import FeatureFacts, publish_features
from dashboard.views.features import TABS
from tests.database.dashboard.data import PageTestCase, heartbeat, webhook

HOSTILE = "<script>alert(1)</script>"


def feature(name: str = "shop.buy", **changes: object) -> FeatureFacts:
    """Describe a feature."""
    told = {"name": name, "order": "command", "usage": "/buy WHAT", "help": {"en": "Buy it.", "ru": "Купить."}}
    rest = {"role": Role.MEMBER, "private": False, "in_menu": True, "retry": True, "file": "botcore/handlers/shop.py"}
    return FeatureFacts(**{**told, **rest, **changes})  # type: ignore[arg-type]


class CommandsTests(PageTestCase):
    """What a bot told at its start."""

    def test_before_a_bot_has_started_the_page_says_so(self) -> None:
        self.assertIn("No bot has told what it can do.", self.text("/settings/commands/"))

    def test_every_feature_of_the_registry_has_a_row(self) -> None:
        registry = Registry.discover(handlers)
        self.assertTrue(publish_features(1, facts(registry.features)))
        pages = [self.text(f"/settings/commands/?show={tab}") for tab in TABS]
        self.assertEqual(sum(page.count('<td class="lead">') for page in pages), len(registry.features))
        for words in ("<code>/start</code>", "botcore/handlers/start.py", "owner", "in the menu"):
            self.assertIn(words, pages[0])
        rows = pages[0].count('<td class="lead">')
        self.assertIn(f'Commands <span class="tally">{rows}</span>', pages[0])

    def test_a_kind_that_there_is_not_is_refused_and_one_without_features_says_so(self) -> None:
        publish_features(1, [feature()])
        self.text("/settings/commands/?show=doors", 400)
        self.assertIn("None of this kind.", self.text("/settings/commands/?show=buttons"))

    def test_what_is_told_again_changes_nothing_and_what_differs_takes_its_place(self) -> None:
        self.assertTrue(publish_features(1, [feature("a"), feature("b")]))
        keys = set(BotFeature.objects.values_list("pk", flat=True))
        self.assertFalse(publish_features(1, [feature("a"), feature("b")]))
        self.assertEqual(set(BotFeature.objects.values_list("pk", flat=True)), keys)
        self.assertTrue(publish_features(2, [feature("c")]))
        self.assertTrue(publish_features(1, [feature("b", role=Role.ADMIN)]))
        self.assertEqual(
            list(BotFeature.objects.order_by("bot_id").values_list("bot_id", "name")), [(1, "b"), (2, "c")]
        )

    def test_uses_are_those_of_seven_days_however_they_ended(self) -> None:
        publish_features(1, [feature()])
        today = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        sums = {"step": Step.DAY, "kind": "message", "handler": "shop.buy", "seconds": 1}
        for days_ago, state, count in ((0, "done", 1200), (6, "dead", 34), (7, "done", 1000), (1, "received", 50)):
            UpdateSum.objects.create(at=today - timedelta(days=days_ago), state=state, count=count, **sums)
        self.assertIn('class="number">1,234</td>', self.text("/settings/commands/"))

    def test_help_in_the_words_of_strangers_is_escaped(self) -> None:
        publish_features(1, [feature(HOSTILE, usage=HOSTILE, help={"en": HOSTILE}, file=HOSTILE)])
        self.assertNotIn(HOSTILE, self.text("/settings/commands/"))


class TextsTests(PageTestCase):
    """Files of words."""

    def test_each_file_has_its_phrases_and_how_many_each_language_knows(self) -> None:
        page = self.text("/settings/texts/")
        self.assertIn("templates/messages/start.html", page)
        row = re.sub(r"<[^>]+>", " ", page.split("templates/messages/start.html")[1].split("</tr>")[0]).split()
        self.assertEqual(row[1:], ["all", "all"])
        self.assertGreater(int(row[0]), 0)

    @override_settings(LANGUAGES=[("en", "English"), ("xx", "Nowhere")])
    def test_a_language_without_a_catalogue_knows_nothing(self) -> None:
        self.assertRegex(self.text("/settings/texts/"), r'level-warning">0 / \d')


class WebhookPageTests(PageTestCase):
    """How updates come in."""

    def test_without_anything_both_parts_teach(self) -> None:
        page = self.text("/settings/webhook/")
        self.assertIn("No bot process is alive.", page)
        self.assertIn("None was ever set from here.", page)

    def test_who_polls_and_who_stands_by(self) -> None:
        heartbeat("web-1:2", intake="standby")
        heartbeat("web-1:1", intake="polling")
        page = self.text("/settings/webhook/")
        self.assertEqual(re.findall(r"<code>(web-1:\d)</code>", page), ["web-1:1", "web-1:2"])
        self.assertIn("this environment says polling", page)

    def test_all_that_telegram_said_is_shown_but_never_the_secret(self) -> None:
        webhook(
            secret="s3cret-one", told_secret="s3cret-one", waiting=1234, last_error=f"502 {HOSTILE}",
            last_error_at=timezone.now(), ip_address="149.154.167.220", max_connections=40,
            allowed_updates="callback_query, message", has_certificate=False,
        )  # fmt: skip
        page = self.text("/settings/webhook/")
        for words in (
            "https://bot.example.org/hook", "1,234", "149.154.167.220", "callback_query, message",
            "Telegram cannot deliver:", "told, and the one that is kept", "the server's must be valid",
        ):  # fmt: skip
            self.assertIn(words, page)
        self.assertNotIn("s3cret", page)
        self.assertNotIn(HOSTILE, page)

    def test_old_news_says_that_it_is_old(self) -> None:
        webhook(minutes_ago=30, last_error="502")
        page = self.text("/settings/webhook/")
        self.assertIn("Nobody has asked Telegram for a while", page)
        self.assertNotIn("Telegram cannot deliver:", page)
