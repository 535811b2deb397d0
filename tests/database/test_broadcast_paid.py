"""Broadcasts that are paid for with Stars: allowed, agreed to, marked, bounded, paused when they do not suffice."""

import json
from datetime import timedelta
from unittest import mock

from django.utils import timezone

from botcore.broadcasts import audience, course, drafts, selectors, services
from botcore.broadcasts.models import Broadcast
from botcore.broadcasts.pay import Price, price
from botcore.exceptions import ValidationError
from botcore.models import AuditEntry, OutgoingMessage
from botcore.outbox.models import OutgoingState
from botcore.outbox.progress import Sent
from botcore.people import tags
from botcore.people.privacy import Reader
from botcore.runtime import settings
from tests.database.broadcasts import BroadcastCase, add_person, feed, send, started, write

NO_STARS = Sent(OutgoingState.FAILED, error="Balance_too_low")


def pays(per_second: str = "500") -> None:
    """Let the bot pay."""
    settings.change("broadcasts.paid_per_second", per_second, by="")


class PaidTests(BroadcastCase):
    """Twelve people, so that two Stars are the most it costs."""

    people = 12

    def paid(self) -> int:
        """Write a broadcast that is paid for."""
        pays()
        pk = write()
        course.choose(pk, by="dora", is_paid=True)
        return pk

    def test_it_is_off_until_a_rate_is_set(self) -> None:
        pk = write()
        with self.assertRaisesMessage(ValidationError, "Paid broadcasts are off"):
            course.choose(pk, by="dora", is_paid=True)
        pays()
        self.assertTrue(course.choose(pk, by="dora", is_paid=True))
        self.assertFalse(course.choose(pk, by="dora", is_paid=True))
        entry = AuditEntry.objects.latest("pk")
        self.assertEqual((entry.action, json.loads(entry.after)["paid"]), ("broadcasts.delivery", True))

    def test_the_price_is_a_tenth_of_a_star_for_each_and_less_for_what_is_free(self) -> None:
        self.assertIsNone(price(100_000))
        pays("1000")
        self.assertEqual(price(100_000), Price(most=10_000, about=9_700, per_second=1000))
        self.assertEqual(price(1), Price(most=1, about=1, per_second=1000))
        self.assertIsNone(price(None))
        pays("30")
        self.assertEqual(price(100_000), Price(most=10_000, about=0, per_second=30))

    def test_it_begins_only_after_a_yes_to_its_price(self) -> None:
        pk = self.paid()
        facts = selectors.broadcast(pk, reader=Reader())
        assert facts is not None
        self.assertEqual((facts.is_paid, facts.price), (True, Price(2, 2, 500)))
        for stars in (None, 1):
            with self.subTest(stars), self.assertRaisesMessage(ValidationError, "It costs at most 2 Stars"):
                services.start(pk, by="dora", stars=stars)
        with self.assertRaisesMessage(ValidationError, "It costs at most 2 Stars"):
            services.schedule(pk, by="dora", at=timezone.now() + timedelta(hours=1))
        self.assertTrue(services.start(pk, by="dora", stars=2))
        self.assertEqual(json.loads(AuditEntry.objects.latest("pk").after)["stars"], 2)

    def test_a_yes_to_more_stars_than_there_are_is_kept_as_far_as_it_goes(self) -> None:
        pk = self.paid()
        self.assertTrue(services.start(pk, by="dora", stars=10**17))
        self.assertEqual(Broadcast.objects.get().stars, 2**31 - 1)

    def test_who_cannot_be_counted_cannot_be_paid_for(self) -> None:
        pk = self.paid()
        Broadcast.objects.update(total=None, counted_at=timezone.now())
        with self.assertRaisesMessage(ValidationError, "too many people to say what it costs"):
            services.start(pk, by="dora", stars=10**6)

    def test_each_delivery_says_that_it_is_paid_for_and_the_test_does_not(self) -> None:
        pk = self.paid()
        drafts.test(pk, by="dora", person=1)
        services.start(pk, by="dora", stars=2)
        feed(pk)
        payloads = OutgoingMessage.objects.filter(key__startswith="broadcast:").values_list("payload", flat=True)
        self.assertEqual({json.loads(payload)["allow_paid_broadcast"] for payload in payloads}, {True})
        self.assertNotIn("allow_paid_broadcast", OutgoingMessage.objects.get(key=None).payload)
        self.assertNotIn("allow_paid_broadcast", Broadcast.objects.get().payload)
        free = started()
        feed(free)
        self.assertNotIn("paid", OutgoingMessage.objects.get(key=f"broadcast:{free}:1").payload)

    def test_without_stars_it_pauses_and_nobody_is_lost(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        feed(pk)
        got = send(outcomes=dict.fromkeys((2, 3), NO_STARS), most=4)
        feed(pk)
        row = Broadcast.objects.get()
        self.assertEqual((row.state, row.failed, row.sent), ("paused", 0, 2))
        self.assertIn("the bot's Stars do not suffice", row.why)
        self.assertEqual((self.progress(pk).held, send()), (10, []))
        services.resume(pk, by="dora")
        again = send()
        feed(pk)
        self.assert_once_each([*(set(got) - {2, 3}), *again], range(1, 13))
        self.assertEqual((self.state(pk), Broadcast.objects.get().sent), ("done", 12))

    def test_who_goes_on_with_more_stars_has_agreed_to_no_higher_price(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        for number in range(13, 25):
            add_person(number)
        feed(pk)
        send(outcomes={2: NO_STARS})
        feed(pk)
        self.assertIn("the bot's Stars do not suffice", Broadcast.objects.get().why)
        services.resume(pk, by="dora")
        feed(pk)
        self.assertEqual(send(), [2])
        feed(pk)
        row = Broadcast.objects.get()
        self.assertEqual((row.state, row.queued, row.sent), ("paused", 20, 20))
        self.assertIn("there are more now", row.why)

    def test_another_refusal_of_telegrams_is_a_failure_as_ever(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        feed(pk)
        send(outcomes={2: Sent(OutgoingState.FAILED, error="Message is too long")})
        feed(pk)
        self.assertEqual((self.state(pk), Broadcast.objects.get().failed), ("done", 1))

    def test_it_costs_no_more_than_was_agreed_to(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        for number in range(13, 25):
            add_person(number)
        feed(pk)
        send()
        feed(pk)
        row = Broadcast.objects.get()
        self.assertEqual((row.state, row.queued, row.sent), ("paused", 20, 20))
        self.assertIn("The 2 Stars that were agreed to are for 20 people, and there are more now.", row.why)
        services.resume(pk, by="dora")
        feed(pk)
        send()
        feed(pk)
        self.assertEqual((self.state(pk), Broadcast.objects.get().sent), ("done", 24))

    def test_as_many_as_were_agreed_to_are_done_without_a_question(self) -> None:
        for number in range(13, 21):
            add_person(number)
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        feed(pk)
        send()
        feed(pk)
        self.assertEqual((self.state(pk), Broadcast.objects.get().sent), ("done", 20))

    def test_who_does_not_fit_is_not_asked_for(self) -> None:
        for number in range(1, 11):
            tags.tag(user_id=number, name="vip", by="")
        for number in range(13, 30):
            add_person(number)
        pk = self.paid()
        drafts.aim_at(pk, by="dora", words={"tag": "vip"})
        services.start(pk, by="dora", stars=1)
        with mock.patch.object(audience, "LOOKED", 5):
            feed(pk)
            send()
            feed(pk)
        self.assertEqual((self.state(pk), Broadcast.objects.get().sent), ("done", 10))

    def test_it_pauses_when_paying_is_switched_off(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        feed(pk)
        settings.reset("broadcasts.paid_per_second", by="")
        feed(pk)
        self.assertEqual((self.state(pk), send()), ("paused", []))
        self.assertIn("Paid broadcasts were switched off.", Broadcast.objects.get().why)
        pays()
        services.resume(pk, by="dora")
        self.assert_once_each(send(), range(1, 13))

    def test_a_copy_is_paid_for_too_and_agreed_to_anew(self) -> None:
        pk = self.paid()
        services.start(pk, by="dora", stars=2)
        row = Broadcast.objects.get(pk=drafts.copy(pk, by="dora"))
        self.assertEqual((row.is_paid, row.stars), (True, None))
