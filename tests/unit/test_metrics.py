"""Label values are closed sets that keep up with what they count."""

from django.test import SimpleTestCase
from telegram import Bot
from telegram.constants import UpdateType

from botcore import metrics
from botcore.alerts.models import ChannelName
from botcore.connection.meanings import Meaning
from botcore.errors.kinds import Severity, Source
from botcore.inbox.models import State
from botcore.outbox.models import Priority


class LabelTests(SimpleTestCase):
    """Sets that others fixed."""

    def test_every_kind_of_update_that_the_library_knows_has_its_label(self) -> None:
        self.assertEqual(set(metrics.KINDS), {*(kind.value for kind in UpdateType), "other"})

    def test_every_severity_and_source_of_errors_is_there_from_the_start(self) -> None:
        found = {tuple(sample.labels.values()) for sample in next(iter(metrics.ERRORS.collect())).samples}
        self.assertEqual(found, {(level.value, source.value) for level in Severity for source in Source})

    def test_methods_that_are_told_apart_are_methods(self) -> None:
        self.assertLessEqual(set(metrics.METHODS), {*dir(Bot), "download", "other"})
        self.assertEqual([metrics.method_label(name) for name in ("sendMessage", "x")], ["sendMessage", "other"])

    def test_labels_of_other_rooms_are_theirs(self) -> None:
        self.assertEqual(set(metrics.OUTCOMES), {*State.values} - {State.PENDING})
        self.assertEqual(metrics.PRIORITIES, tuple(priority.label for priority in Priority))
        self.assertEqual(set(metrics.MEANINGS), {meaning.value for meaning in Meaning})
        self.assertEqual(set(metrics.ALERT_CHANNELS), set(ChannelName.values))

    def test_every_combination_of_closed_sets_is_there_before_anything_is_counted(self) -> None:
        for metric, count in (
            (metrics.UPDATES_PROCESSED, len(metrics.KINDS) * len(metrics.OUTCOMES)),
            (metrics.API_REQUESTS, len(metrics.METHODS) * len(metrics.API_OUTCOMES)),
            (metrics.API_RETRIES, len(metrics.METHODS) * len(metrics.RETRY_REASONS)),
            (metrics.HEARTBEAT, len(metrics.COMPONENTS)),
            (metrics.FLOOD_WAITS, len(metrics.FLOOD_SCOPES)),
            (metrics.ADMIN_ACTIONS, 9),
            (metrics.LOG_RECORDS, 5),
        ):
            (family,) = metric.collect()
            self.assertEqual(len(family.samples), count, family.name)
