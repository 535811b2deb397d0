"""An app that makes codes, and somebody who logs in with it, for the tests of second factors."""

import time
from typing import Any

from django.contrib.auth.models import User as Login
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.access.roles import Role
from botcore.accounts import factor
from botcore.audit.models import AuditEntry
from tests.database.access import account
from tests.database.dashboard.data import PageTestCase

HOME, LOGIN, CODE = "/account/second-factor/", "/login/", "/login/code/"


def code(account: Login, *, steps: int = 0) -> str:
    """Return the code that the app shows now, or some steps from now."""
    device = TOTPDevice.objects.get(user=account)
    return f"{totp(device.bin_key, t0=-steps * device.step):06}"


def shown(client: Client) -> str:
    """Return the code that an app shows which has scanned what this browser shows."""
    return of_now(client.session["factor_begun"]["secret"])


def of_now(app_secret: str) -> str:
    """Return the code of a secret."""
    return f"{totp(bytes.fromhex(app_secret)):06}"


def enrol(account: Login) -> list[str]:
    """Set the factor up as a person does; return the recovery codes. Codes of now are good again."""
    new = factor.begin(account_id=account.pk)
    by = account.get_username()
    made = factor.confirm(account_id=account.pk, app_secret=new, secret=of_now(new), by=by, here="a test")
    TOTPDevice.objects.update(last_t=-1, drift=0)
    return made


def wrong(account: Login) -> str:
    """Return six digits that are no code of these minutes."""
    return no_code(TOTPDevice.objects.get(user=account).key)


def no_code(app_secret: str) -> str:
    """Return the same for a secret."""
    good = {f"{totp(bytes.fromhex(app_secret), t0=-steps * 30):06}" for steps in range(-3, 4)}
    return next(typed for typed in (f"{int(time.time()) % 1000 + n:06}" for n in range(20)) if typed not in good)


class FactorCase(PageTestCase):
    """Carol, an admin, in her browser and in another one."""

    def setUp(self) -> None:
        super().setUp()
        self.client.logout()
        self.carol = account("carol", Role.ADMIN)
        self.other = Client()

    def log_in(self, client: Client | None = None, to: str = "") -> Any:
        """Give the right password."""
        form = {"username": "carol", "password": "carol-password", "next": to}
        return (client or self.client).post(LOGIN, form)

    def give(self, typed: str, client: Client | None = None) -> Any:
        """Give a code on the second page."""
        return (client or self.client).post(CODE, {"code": typed})

    def begin(self, client: Client | None = None, password: str = "carol-password") -> Any:
        """Press the button that makes a secret."""
        return (client or self.client).post(f"{HOME}begin/", {"password": password})

    def confirm(self, typed: str, client: Client | None = None) -> str:
        """Prove that the app knows it; return the page."""
        return str((client or self.client).post(f"{HOME}confirm/", {"code": typed}).content.decode())

    def is_in(self, client: Client | None = None) -> bool:
        """Tell whether somebody is logged in."""
        return (client or self.client).get("/account/").status_code == 200

    def actions(self) -> list[str]:
        """Return the entries of the audit."""
        return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
