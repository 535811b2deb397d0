"""Events: written once by their key, with texts that every database takes and that hold no secrets."""

import uuid
from datetime import UTC, datetime
from typing import Any

from django.test import TestCase, TransactionTestCase

from botcore.monitoring.events import event, record_event, store_events
from botcore.monitoring.models import Event, Level
from botcore.recorder import EVENT, Recorder
from tests.database.recording import running, until
from tests.unit.test_files import new_directory

TOKEN = "123456789:AAF-abcdefghijklmnopqrstuvwxyz12345"


def record(**fields: Any) -> dict[str, Any]:
    """Return an event as the recorder hands it over."""
    return {**event("outage", "Telegram is away", bot_id=7), "key": uuid.uuid4().hex, **fields}


class EventTests(TestCase):
    """The service."""

    def test_an_event_is_written_with_all_it_says(self) -> None:
        store_events([record(at="2026-01-01T10:00:00+00:00", process="host:1", level="warning")])
        row = Event.objects.get()
        self.assertEqual(row.at, datetime(2026, 1, 1, 10, tzinfo=UTC))
        self.assertEqual((row.level, row.kind, row.text), (Level.WARNING, "outage", "Telegram is away"))
        self.assertEqual((row.process, row.bot_id), ("host:1", 7))

    def test_a_key_is_written_once(self) -> None:
        first, second = record(), record()
        store_events([first])
        store_events([first, second, second])
        self.assertEqual({row.key.hex for row in Event.objects.all()}, {first["key"], second["key"]})

    def test_texts_are_cut_and_hold_neither_secrets_nor_what_a_database_refuses(self) -> None:
        record_event("k" * 50, f"\x00\ud83d {TOKEN} " + "x" * 5000, level=Level.ERROR)
        row = Event.objects.get()
        self.assertEqual((len(row.kind), len(row.text)), (40, 2000))
        self.assertTrue(row.text.startswith("? [token] xxx"))
        store_events([record(text="y" * 1990 + TOKEN)])
        self.assertNotIn("12345678", Event.objects.exclude(pk=row.pk).get().text)

    def test_a_record_that_is_no_event_is_an_error_on_every_database(self) -> None:
        for fields in ({"level": "loud"}, {"at": "yesterday"}, {"key": "x"}, {"text": None}, {"at": None}):
            with self.subTest(fields), self.assertRaises((ValueError, TypeError, AttributeError)):
                store_events([record(**fields)])


class RecordedEventTests(TransactionTestCase):
    """The service behind the recorder, on a real database."""

    async def test_what_the_database_refuses_costs_one_record(self) -> None:
        one = Recorder(directory=new_directory(self), process="host:1", writers={EVENT: store_events})
        with self.assertLogs("botcore.recorder", "ERROR") as logs:
            async with running(one):
                for number in range(10):
                    one.put(EVENT, event("outage", str(number), bot_id=2**70 if number == 4 else number))
                one.put(EVENT, {"text": "no event at all"})
        texts = [row.text async for row in Event.objects.order_by("id")]
        self.assertEqual(texts, [str(number) for number in range(10) if number != 4])
        self.assertEqual(len(logs.output), 2)
        self.assertIn('"text": "4"', logs.output[0])

    async def test_the_spool_reaches_the_table_once(self) -> None:
        directory = new_directory(self)
        away = Recorder(directory=directory, process="host:1", writers={EVENT: store_events})
        for number in range(10):
            away.put(EVENT, event("outage", str(number)))
        await away._spill()
        await away._spill()
        away._spool.close()
        again = Recorder(directory=directory, process="host:2", writers={EVENT: store_events})
        async with running(again):
            await until(lambda: not list(directory.iterdir()), "the file is replayed")
        self.assertEqual([row.text async for row in Event.objects.order_by("id")], [str(n) for n in range(10)])
