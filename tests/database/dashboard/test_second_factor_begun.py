"""A second factor that is being set up: whose secret it is, how long it lasts, and two answers to one form."""

from typing import Any

from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access.models import OneTimeCode
from botcore.accounts import factor
from botcore.accounts.models import LimitUse
from tests.database.dashboard.otp import HOME, FactorCase, code, enrol, shown

NOTHING = "Nothing was begun"
SECRET = 'class="secret"'


class BegunTests(FactorCase):
    """Carol's session was stolen: the other browser is the thief's."""

    def setUp(self) -> None:
        super().setUp()
        self.log_in()
        self.log_in(self.other)

    def page(self, client: Client) -> str:
        """Return what the page shows there."""
        return str(client.get(HOME).content.decode())

    def test_what_one_session_began_no_other_is_shown(self) -> None:
        self.begin(self.other)
        self.assertIn(SECRET, self.page(self.other))
        self.assertNotIn(SECRET, self.page(self.client))
        self.assertFalse(TOTPDevice.objects.exists())
        self.assertIn(NOTHING, self.confirm(shown(self.other)))
        self.begin()
        self.assertNotEqual(shown(self.client), shown(self.other))
        self.confirm(shown(self.client))
        self.assertTrue(factor.is_on(self.carol.pk))
        self.assertFalse(self.is_in(self.other))

    def test_it_ends_after_ten_minutes(self) -> None:
        self.begin()
        typed = shown(self.client)
        session = self.client.session
        session["factor_begun"] = {**session["factor_begun"], "until": session["factor_begun"]["until"] - 601}
        session.save()
        self.assertNotIn(SECRET, self.page(self.client))
        self.assertNotIn("factor_begun", self.client.session)
        self.assertIn(NOTHING, self.confirm(typed))

    def test_a_new_password_and_logging_out_elsewhere_end_it(self) -> None:
        fresh = {"new_password1": "a-fresh-long-one-77", "new_password2": "a-fresh-long-one-77"}
        for address, form in (
            ("/account/sessions/end-others/", {}),
            ("/account/password/", {"old_password": "carol-password", **fresh}),
        ):
            self.begin()
            self.assertIn(SECRET, self.page(self.client))
            self.client.post(address, form)
            self.assertTrue(self.is_in(), address)
            self.assertNotIn("factor_begun", self.client.session, address)

    def test_it_goes_with_its_session(self) -> None:
        self.begin()
        self.client.post("/logout/")
        self.log_in()
        self.assertNotIn(SECRET, self.page(self.client))

    def test_it_takes_the_password(self) -> None:
        for password in ("", "guess", "\x00", "x" * 100_000):
            response = self.begin(password=password)
            self.assertContains(response, "This is not your password.")
            self.assertNotContains(response, SECRET)
        self.assertNotIn("factor_begun", self.client.session)

    def test_the_password_is_not_guessed_there(self) -> None:
        statuses = [self.begin(self.other, "guess").status_code for _ in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
        self.assertEqual(self.begin(self.other).status_code, 429)
        self.assertEqual(self.other.post("/account/link/", {"password": "guess"}).status_code, 429)
        form = {"old_password": "guess", "new_password1": "x", "new_password2": "x"}
        self.assertEqual(self.other.post("/account/password/", form).status_code, 429)

    def test_a_right_password_begins_the_count_anew(self) -> None:
        for _ in range(2):
            for _ in range(9):
                self.begin(password="guess")
            self.assertEqual(self.begin().status_code, 302)
        self.assertFalse(LimitUse.objects.exists())


class TwiceTests(FactorCase):
    """The button is pressed twice: the browser shows the second answer only."""

    def setUp(self) -> None:
        super().setUp()
        self.log_in()

    def test_the_second_answer_says_that_it_is_on_and_makes_new_codes(self) -> None:
        self.begin()
        session = dict(self.client.session.items())
        typed = shown(self.client)
        self.confirm(typed)
        for begun in ({}, {"factor_begun": session["factor_begun"]}):
            self.keep(begun)
            page = self.confirm(typed)
            self.assertIn("The second factor is on already: your form came twice", page)
            self.assertIn('action="/account/second-factor/codes/"', page)
        self.assertEqual(factor.state(self.carol.pk), factor.Factor(on=True, codes_left=10))
        self.keep({"second_factor": False})  # the second of two at once has overwritten what the first one wrote
        TOTPDevice.objects.update(last_t=-1)
        self.assertContains(self.client.post(f"{HOME}codes/", {"code": code(self.carol)}), "<li><code>", 10)
        self.assertEqual(OneTimeCode.objects.filter(used_at=None).count(), 10)
        with self.settings(SECOND_FACTOR="required"):
            self.assertTrue(self.is_in())

    def keep(self, facts: dict[str, Any]) -> None:
        """Write into the session."""
        session = self.client.session
        session.update(facts)
        session.save()


class OffTests(FactorCase):
    """Switching it off."""

    def test_it_ends_the_sessions_elsewhere(self) -> None:
        made = enrol(self.carol)
        for client, typed in ((self.client, made[0]), (self.other, made[1])):
            self.log_in(client)
            self.give(typed, client)
            self.assertTrue(self.is_in(client))
        self.client.post(f"{HOME}off/", {"code": made[2]})
        self.assertEqual((self.is_in(), self.is_in(self.other)), (True, False))
