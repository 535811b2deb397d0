"""A session was stolen, by its cookie or with the password: what a thief has made there ends with it."""

from django.test import Client

from botcore.access import codes, links
from botcore.access.models import Purpose
from botcore.accounts.models import AccountSession
from botcore.exceptions import ValidationError
from tests.database.dashboard.otp import FactorCase, enrol

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
