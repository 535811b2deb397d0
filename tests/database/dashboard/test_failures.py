"""A page that fails answers in the form that was asked for, with the reference that finds its error."""

import re

from django.test import override_settings

from botcore.errors.lookup import by_reference
from botcore.models import ErrorEvent, ErrorGroup
from tests.database.captured import recorded
from tests.database.dashboard.data import PageTestCase


@override_settings(ROOT_URLCONF="tests.process.broken_site.urls")
class FailureTests(PageTestCase):
    """A view that raises."""

    def setUp(self) -> None:
        """Let the client show what a person would see."""
        super().setUp()
        self.client.raise_request_exception = False
        self.records = self.enterContext(recorded())

    def test_a_person_reads_a_page_with_the_reference(self) -> None:
        response = self.client.get("/broken/?token=planted-secret-9")
        self.assertEqual(response.status_code, 500)
        found = re.search(r"<code>([0-9A-Z-]+)</code>", response.content.decode())
        assert found
        self.records.store()
        event = ErrorEvent.objects.get()
        self.assertEqual((event.reference, event.source), (found[1], "web"))
        self.assertIn('"path": "/broken/"', event.payload)
        self.assertNotIn("planted-secret", event.payload + event.message + response.content.decode())
        meant = by_reference(found[1].lower())
        self.assertEqual((meant.group_id, meant.event_id) if meant else None, (ErrorGroup.objects.get().pk, event.pk))

    def test_a_live_refresh_and_a_machine_get_a_sentence(self) -> None:
        poll = self.client.get("/broken/", headers={"HX-Request": "true"})
        self.assertRegex(poll.content.decode(), r"^Something went wrong here\. Reference: [0-9A-Z]{4}-[0-9A-Z]{4}$")
        machine = self.client.get("/broken/", headers={"Accept": "application/json"})
        self.assertRegex(machine.json()["reference"], r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
        self.records.store()
        self.assertEqual(ErrorGroup.objects.get().count, 2)

    def test_the_page_comes_even_if_nothing_can_be_recorded(self) -> None:
        def broken(_kind: str, _fields: object) -> None:
            raise RuntimeError("no")

        self.records.tally._put = broken
        with self.assertLogs("botcore.errors.capture", "WARNING"):
            response = self.client.get("/broken/")
        self.assertContains(response, "Something went wrong here", status_code=500)
