"""Ids found by a time without an index on it, also where rows came a little out of order."""

from datetime import UTC, datetime, timedelta

from django.test import TestCase

from botcore.models import Update
from botcore.timeline import between, first_ids
from tests.database.dashboard.data import update

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def first(moment: datetime) -> int:
    """Return about the first id of a time."""
    return first_ids(Update, "received_at", moment)[0]


class TimelineTests(TestCase):
    """An update an hour, with gaps between the ids."""

    def setUp(self) -> None:
        self.rows = [update(pk=7 + 13 * hour, received_at=NOON + hour * HOUR) for hour in range(50)]

    def test_the_first_id_of_a_moment_is_found(self) -> None:
        for hour, row in enumerate(self.rows):
            found = first(NOON + hour * HOUR)
            self.assertTrue(row.pk - 13 < found <= row.pk, found)
            found = first(NOON + hour * HOUR + timedelta(seconds=1))
            self.assertTrue(row.pk < found <= row.pk + 13, found)

    def test_before_all_it_is_the_first_and_after_all_one_above_the_last(self) -> None:
        self.assertEqual(first(NOON - 99 * HOUR), self.rows[0].pk)
        self.assertEqual(first(NOON + 99 * HOUR), self.rows[-1].pk + 1)

    def test_an_empty_table_has_none(self) -> None:
        Update.objects.all().delete()
        self.assertEqual(first(NOON), 0)

    def test_the_beginning_is_part_of_a_stretch_and_the_end_is_not(self) -> None:
        found = Update.objects.filter(between(Update, "received_at", NOON + 3 * HOUR, NOON + 5 * HOUR))
        self.assertEqual([row.pk for row in found.order_by("pk")], [row.pk for row in self.rows[3:5]])
        self.assertEqual(Update.objects.filter(between(Update, "received_at", None, None)).count(), 50)

    def test_a_row_that_came_some_minutes_out_of_order_is_not_lost(self) -> None:
        late = update(pk=self.rows[10].pk + 1, received_at=NOON + 10 * HOUR - timedelta(minutes=5))
        since, until = NOON + 9 * HOUR + timedelta(minutes=30), NOON + 10 * HOUR - timedelta(minutes=1)
        found = Update.objects.filter(between(Update, "received_at", since, until))
        self.assertEqual([row.pk for row in found], [late.pk])
