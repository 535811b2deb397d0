"""A session was stolen, by its cookie or with the password: what a thief has made there ends with it."""

from django.conf import settings
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access import codes, links
from botcore.access.models import Purpose
from botcore.accounts.models import AccountSession
from botcore.exceptions import ValidationError
from tests.database.dashboard.otp import HOME, FactorCase, code, enrol, shown

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
