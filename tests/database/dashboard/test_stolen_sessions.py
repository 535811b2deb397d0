"""A session was stolen, by its cookie or with the password: what a thief has made there ends with it."""

from contextlib import suppress

from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access import codes, links
from botcore.access.models import Purpose
from botcore.accounts import factor
from botcore.accounts.limits import TooMany
from botcore.accounts.models import AccountSession, LimitUse
from botcore.exceptions import ValidationError
from tests.database.dashboard.otp import HOME, FactorCase, code, enrol, shown, wrong

FRESH = {"new_password1": "a-fresh-long-one-77", "new_password2": "a-fresh-long-one-77"}
BOB = 2


class WaysBackTests(FactorCase):
    """Codes for `/link` and links from the bot, which were made in a session that is ended."""

    def test_whatever_ends_sessions_makes_them_void(self) -> None:
        for end in (self.log_out_elsewhere, self.end_one, self.by_an_owner, self.reset, self.change):
            with self.subTest(end.__name__):
                self.log_in()
                self.log_in(self.other)
                made = links.link_code(account_id=self.carol.pk)
                login = codes.make(account_id=self.carol.pk, purpose=Purpose.LOGIN)
                end()
                with self.assertRaisesMessage(ValidationError, "This code is wrong, used or too old."):
                    links.offer(user_id=BOB, secret=made)
                self.assertIsNone(links.enter(secret=login))

    def test_recovery_codes_stay(self) -> None:
        made = enrol(self.carol)
        self.log_in()
        self.give(made[0])
        self.log_out_elsewhere()
        self.assertEqual(codes.left(account_id=self.carol.pk, purpose=Purpose.RECOVERY), 9)

    def log_out_elsewhere(self) -> None:
        """Press the button."""
        self.client.post("/account/sessions/end-others/")

    def end_one(self) -> None:
        """End the session of the other browser."""
        row = AccountSession.objects.get(session_id=self.other.session.session_key)
        self.client.post("/account/sessions/end/", {"session": row.pk})

    def by_an_owner(self) -> None:
        """Let Alice log Carol out."""
        self.owner().post(f"/accounts/{self.carol.pk}/log-out/")

    def reset(self) -> None:
        """Let Alice take the factor away."""
        enrol(self.carol)
        self.owner().post(f"/accounts/{self.carol.pk}/reset/")

    def change(self) -> None:
        """Change the password, which comes last: the others log in by the old one."""
        self.log_in()
        self.client.post("/account/password/", {"old_password": "carol-password", **FRESH})

    def owner(self) -> Client:
        """Return Alice's browser."""
        owner = Client()
        owner.force_login(self.alice)
        return owner


class CopiedCookieTests(FactorCase):
    """Two browsers come with the same cookie: who decides something is Carol, the other one is a thief."""

    def setUp(self) -> None:
        super().setUp()
        self.log_in()

    def copied(self) -> Client:
        """Return a browser with a copy of Carol's cookie, which works."""
        thief = Client()
        thief.cookies[settings.SESSION_COOKIE_NAME] = self.client.cookies[settings.SESSION_COOKIE_NAME].value
        self.assertTrue(self.is_in(thief))
        return thief

    def ends(self, address: str, **form: str) -> None:
        """Expect that a form logs the copy out, and that Carol's own login stays, in the list, too."""
        thief, since = self.copied(), self.noted().created_at
        self.assertIn(self.client.post(address, form).status_code, {200, 302})
        self.assertEqual((self.is_in(), self.is_in(thief)), (True, False), address)
        self.assertEqual(self.noted().created_at, since)
        self.assertEqual(AccountSession.objects.filter(account=self.carol).count(), 1)

    def noted(self) -> AccountSession:
        """Return what is noted of Carol's browser."""
        return AccountSession.objects.get(session_id=self.client.session.session_key)

    def test_logging_out_everywhere_else_ends_it(self) -> None:
        self.ends("/account/sessions/end-others/")

    def test_each_step_of_a_second_factor_ends_it(self) -> None:
        self.ends(f"{HOME}begin/", password="carol-password")
        self.assertIn('class="secret"', self.text(HOME))
        self.ends(f"{HOME}confirm/", code=shown(self.client))
        TOTPDevice.objects.update(last_t=-1)
        self.ends(f"{HOME}codes/", code=code(self.carol))
        with self.settings(SECOND_FACTOR="required"):
            self.assertTrue(self.is_in())
        TOTPDevice.objects.update(last_t=-1)
        self.ends(f"{HOME}off/", code=code(self.carol))

    def test_what_was_refused_leaves_the_key(self) -> None:
        thief = self.copied()
        self.begin(password="guess")
        self.confirm("000000")
        self.assertEqual((self.is_in(), self.is_in(thief)), (True, True))


class LockTests(FactorCase):
    """A thief in the other browser guesses until it is too much; that is no lock for Carol."""

    def setUp(self) -> None:
        super().setUp()
        self.recovery = enrol(self.carol)
        self.enter(self.other)

    def enter(self, client: Client | None = None) -> None:
        """Log in with both."""
        self.log_in(client)
        self.give(self.recovery.pop(), client)

    def off(self, typed: str, client: Client | None = None) -> int:
        """Switch the factor off; return the status."""
        return (client or self.client).post(f"{HOME}off/", {"code": typed}).status_code

    def begin_with(self, password: str, client: Client | None = None) -> int:
        """Ask for a secret; return the status."""
        return int(self.begin(client, password).status_code)

    def test_wrong_codes_in_a_session_lock_neither_the_login_nor_another_session(self) -> None:
        guess = wrong(self.carol)
        self.assertEqual([self.off(guess, self.other) for _ in range(11)], [200] * 10 + [429])
        self.log_in()
        self.assertEqual(self.give(code(self.carol)).status_code, 302)
        self.assertEqual(self.off(self.recovery.pop(), self.other), 429)
        self.assertEqual(self.off(self.recovery.pop()), 302)

    def test_wrong_codes_while_it_is_set_up_do_neither(self) -> None:
        self.enter()
        self.off(self.recovery.pop())
        self.log_in(self.other)
        statuses = [self.other.post(f"{HOME}confirm/", {"code": "000000"}).status_code for _ in range(11)]
        self.assertEqual(statuses, [200] * 10 + [429])
        self.begin()
        self.assertIn("<li><code>", self.confirm(shown(self.client)))

    def test_wrong_passwords_lock_no_other_session(self) -> None:
        self.enter()
        self.assertEqual([self.begin_with("guess", self.other) for _ in range(11)], [200] * 10 + [429])
        response = self.client.post("/account/password/", {"old_password": "carol-password", **FRESH})
        self.assertRedirects(response, "/account/")

    def test_another_key_of_the_session_begins_no_count_anew(self) -> None:
        guess = wrong(self.carol)
        for _ in range(10):
            self.off(guess, self.other)
            self.begin_with("guess", self.other)
        self.other.post("/account/sessions/end-others/")
        self.assertEqual((self.off(guess, self.other), self.begin_with("guess", self.other)), (429, 429))

    def test_many_logins_together_guess_no_further_than_is_allowed(self) -> None:
        for login in range(10):
            for _ in range(10):
                self.guess(login)
        with self.assertRaises(TooMany):
            self.guess(10)
        self.assertIsNone(factor.check(account_id=self.carol.pk, secret=wrong(self.carol)), "the login is open")
        factor.reset(account_id=self.carol.pk, by="alice")
        self.guess(11)

    def guess(self, login: int) -> None:
        """Give a wrong code in one of many logins."""
        factor.check(account_id=self.carol.pk, secret="no code", here=f"login {login}")

    def test_a_login_that_is_refused_uses_nothing_up(self) -> None:
        for _ in range(30):
            with suppress(TooMany):
                self.guess(1)
        self.assertEqual(LimitUse.objects.filter(key=f"code:{self.carol.pk}:all").count(), 10)
