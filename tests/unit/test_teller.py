"""The teller: what it logs of an event, and which error that makes."""

from unittest import mock

from django.test import SimpleTestCase

from botcore.errors.kinds import Source
from botcore.errors.log_handler import source_of
from botcore.monitoring.teller import Teller


class TellerTests(SimpleTestCase):
    """Events that are errors."""

    def test_each_kind_is_an_error_of_its_own_and_no_job_is_to_blame(self) -> None:
        recorder = mock.Mock()
        tell = Teller(recorder, process="bot-1", bot_id=lambda: None)
        with self.assertLogs("botcore.monitoring.teller", "ERROR") as logs:
            for kind, text in (
                ("connection", "100% lost."),
                ("connection", "Lost %s."),
                ("circuit", "Open."),
                ("5%s", "x"),
            ):
                tell(kind, text, level="error")
        said = [record.getMessage() for record in logs.records]
        self.assertEqual(said, ["connection: 100% lost.", "connection: Lost %s.", "circuit: Open.", "5%s: x"])
        templates = [record.msg for record in logs.records]  # by these errors are grouped
        self.assertEqual(templates, ["connection: %s", "connection: %s", "circuit: %s", "5%%s: %s"])
        self.assertEqual({source_of(record) for record in logs.records}, {Source.LOG})
        self.assertEqual(recorder.put.call_count, 4)
