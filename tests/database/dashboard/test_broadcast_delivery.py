"""The page of how a broadcast goes out: hours of people's days, whose zone is known, and a price that is agreed to."""

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from botcore.broadcasts import course
from botcore.models import Broadcast
from botcore.people import attributes
from botcore.runtime import settings
from tests.database.broadcasts import add_people, feed, started, write
from tests.database.dashboard.data import PageTestCase, staff

TOMORROW = f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}"


@override_settings(TELEGRAM_BOT_TOKEN="99:token")
class DeliveryPageTests(PageTestCase):
    """Dora may write to everybody, who are twelve."""

    def setUp(self) -> None:
        super().setUp()
        self.client.force_login(staff("dora", "view_broadcast", "change_broadcast", "read_messages"))
        add_people(12)
        self.pk = write()

    def press(self, part: str, **form: str) -> str:
        """Send a form; return what the page says then."""
        return self.client.post(f"/broadcasts/{self.pk}/{part}/", form, follow=True).content.decode()

    def test_hours_are_chosen_shown_and_refused_in_their_field(self) -> None:
        self.assertIn(f'href="/broadcasts/{self.pk}/delivery/"', self.text(f"/broadcasts/{self.pk}/"))
        self.assertIn("At 10:00-20:00 of each person's own day.", self.press("delivery", hours="10:00 - 20:00"))
        self.assertIn('value="10:00-20:00"', self.text(f"/broadcasts/{self.pk}/delivery/"))
        page = self.press("delivery", hours="soon<")
        self.assertIn("Write two times of the day", page)
        self.assertIn('value="soon&lt;"', page)

    def test_it_says_whose_zone_is_known_and_that_a_guess_is_one(self) -> None:
        attributes.put(user_id=1, name="time_zone", value="Asia/Tokyo")
        page = self.text(f"/broadcasts/{self.pk}/delivery/")
        self.assertIn("<strong>1 person</strong> is known", page)
        self.assertIn("the others count as in UTC", page)
        self.assertNotIn("/settings/broadcasts.zone/", page)
        settings.change("broadcasts.zones", '{"ru": "Europe/Moscow"}', by="")
        page = self.text(f"/broadcasts/{self.pk}/delivery/")
        self.assertIn("<code>ru</code> Europe/Moscow", page)
        self.assertIn("That is only a guess", page)

    def test_paying_is_not_offered_while_it_is_off(self) -> None:
        self.assertNotIn('name="paid"', self.text(f"/broadcasts/{self.pk}/delivery/"))
        self.assertIn("Paid broadcasts are off", self.press("delivery", paid="on"))
        self.assertFalse(Broadcast.objects.get().is_paid)
        self.client.force_login(staff("erin", "view_broadcast", "change_broadcast", "view_runtimesetting"))
        page = self.text(f"/broadcasts/{self.pk}/delivery/")
        self.assertIn('href="/settings/broadcasts.paid_per_second/"', page)

    def test_the_price_is_said_and_agreed_to_before_it_starts(self) -> None:
        settings.change("broadcasts.paid_per_second", "500", by="")
        page = self.press("delivery", paid="on")
        self.assertIn("It costs at most <strong>2 Stars</strong>, about 2 at 500 messages a second.", page)
        page = self.text(f"/broadcasts/{self.pk}/start/")
        self.assertEqual(page.count('name="stars" value="2" required'), 2)
        self.assertIn("It costs at most 2 Stars: say yes to that first.", self.press("start"))
        self.assertIn("It costs at most 2 Stars: say yes to that first.", self.press("start", do="later", at=TOMORROW))
        self.assertEqual(Broadcast.objects.get().state, "draft")
        self.assertIn("It is sent now.", self.press("start", stars="2"))
        self.assertIn("At most 2 Stars were agreed to.", self.text(f"/broadcasts/{self.pk}/"))
        self.assertEqual(Broadcast.objects.get().stars, 2)

    def test_who_waits_for_their_hours_stands_on_the_page(self) -> None:
        attributes.put(user_id=1, name="time_zone", value="Asia/Tokyo")
        course.choose(self.pk, by="dora", hours="10:00-10:01")
        self.press("start")
        feed(self.pk)
        row = Broadcast.objects.get()
        self.assertGreater(row.deferred, 0)
        page = self.text(f"/broadcasts/{self.pk}/")
        self.assertIn(f"<dt>Waiting for their hours</dt><dd>{row.deferred}</dd>", page)

    def test_one_that_runs_is_not_changed(self) -> None:
        self.pk = started()
        self.assertIn("It is running and cannot be changed.", self.text(f"/broadcasts/{self.pk}/delivery/"))
        self.assertEqual(self.client.get("/broadcasts/999/delivery/").status_code, 404)
