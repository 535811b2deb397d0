"""Requests to the pages of one's own account, of staff accounts, and of logins with a second factor."""

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User as Login
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice, default_key

from botcore.access import codes
from botcore.access.models import Purpose
from botcore.accounts import browsers, sessions
from botcore.accounts.factor import WRONG
from botcore.accounts.models import AccountSession, LimitUse
from tests.faults.asks import Ask

HOME, STEP = "/account/second-factor/", 30
PASSWORD, HERS = "a-long-password-1", {"password": "alice-password"}


class Code:
    """What an app shows when it is sent, some steps later: a run takes a while."""

    def __init__(self, app_secret: str, steps: int = 0) -> None:
        self._key, self._steps = bytes.fromhex(app_secret), steps

    def __str__(self) -> str:
        return f"{totp(self._key, t0=-self._steps * STEP):06}"


class AccountPages:
    """Alice sets a second factor up, Bob has one, Carol has none, and Dave has given too many wrong codes."""

    def __init__(self, alice: Login, browser: Client) -> None:
        new, session = default_key(), browser.session
        session["factor_begun"] = {"secret": new, "until": timezone.now().timestamp() + 24 * 3600}
        session.save()
        self._code, self._later = Code(new), Code(new, 1)
        self._bob, self._carol, self._dave = (self._account(name) for name in ("bob", "carol", "dave"))
        for account in (self._bob, self._dave):
            TOTPDevice.objects.create(user=account, name="app")
        (self._recovery,) = codes.make_several(1, account_id=self._bob.pk, purpose=Purpose.RECOVERY)
        self._cookie = {"Cookie": f"known-{self._bob.pk}={browsers.remember(account=self._bob)}"}
        for _ in range(max(WRONG.values())):
            LimitUse.objects.create(key=f"code:{self._dave.pk}", at=timezone.now())
        for account in (alice, self._bob):
            self._log_in(account)
        self._session = AccountSession.objects.get(account=alice).pk

    @property
    def asks(self) -> dict[str, Ask]:
        """All of them."""
        return {**self._own(), **self._factor(), **self._accounts(), **self._logins()}

    def _account(self, name: str) -> Login:
        return Login.objects.create_user(name, password=PASSWORD, is_staff=True)

    def _log_in(self, account: Login) -> None:
        store = SessionStore()
        store[HASH_SESSION_KEY] = account.get_session_auth_hash()
        store.create()
        key, now = str(store.session_key), timezone.now()
        sessions.note(session_key=key, account_id=account.pk, since=now, ip="192.0.2.1", browser="Firefox/140.0 Linux")

    def _own(self) -> dict[str, Ask]:
        fresh = {"new_password1": "quite-another-22", "new_password2": "quite-another-22"}
        one, rest, there = "/account/sessions/end/", "/account/sessions/end-others/", {"session": str(self._session)}
        return {
            "account": Ask("/account/"),
            "account, link?": Ask("/account/link/", 302),
            "account, link": Ask("/account/link/", 200, "POST", HERS),
            "account, no link": Ask("/account/link/", 200, "POST", {}),
            "account, unlink": Ask("/account/unlink/", 302, "POST", {}),
            "password?": Ask("/account/password/"),
            "password": Ask("/account/password/", 302, "POST", {"old_password": "alice-password", **fresh}),
            "password, wrong": Ask("/account/password/", 200, "POST", {"old_password": "x", **fresh}),
            "session?": Ask(one, 302),
            "session": Ask(one, 302, "POST", there),
            "session, gone": Ask(one, 302, "POST", there, before=(one, there)),
            "sessions?": Ask(rest, 302),
            "sessions": Ask(rest, 302, "POST", {}),
            "sessions, none": Ask(rest, 302, "POST", {}, before=(rest, {})),
        }

    def _factor(self) -> dict[str, Ask]:
        begin, confirm, codes_, off = (f"{HOME}{part}/" for part in ("begin", "confirm", "codes", "off"))
        on = (confirm, {"code": self._code})
        return {
            "factor": Ask(HOME),
            **{f"factor, {path}?": Ask(path, 302) for path in (begin, confirm, codes_, off)},
            "factor, begun": Ask(begin, 302, "POST", HERS),
            "factor, not begun": Ask(begin, 200, "POST", {}),
            "factor, begun twice": Ask(begin, 302, "POST", HERS, before=on),
            "factor, confirmed": Ask(confirm, 200, "POST", on[1]),
            "factor, confirmed twice": Ask(confirm, 200, "POST", on[1], before=on),
            "factor, not confirmed": Ask(confirm, 200, "POST", {"code": "x"}),
            "factor, new codes": Ask(codes_, 200, "POST", {"code": self._later}, before=on),
            "factor, no new codes": Ask(codes_, 200, "POST", {"code": "x"}, before=on),
            "browsers, forgotten?": Ask(f"{HOME}forget/", 302),
            "browsers, forgotten": Ask(f"{HOME}forget/", 302, "POST", {}),
            "factor, off": Ask(off, 302, "POST", {"code": self._later}, before=on),
            "factor, not off": Ask(off, 200, "POST", {"code": "x"}, before=on),
        }

    def _accounts(self) -> dict[str, Ask]:
        bob, carol = f"/accounts/{self._bob.pk}", f"/accounts/{self._carol.pk}"
        return {
            "accounts": Ask("/accounts/"),
            "accounts, reset?": Ask(f"{bob}/reset/"),
            "accounts, reset": Ask(f"{bob}/reset/", 302, "POST", {}),
            "accounts, nothing to reset": Ask(f"{carol}/reset/", 302, "POST", {}),
            "accounts, none to reset": Ask("/accounts/999999/reset/", 404),
            "accounts, log out?": Ask(f"{bob}/log-out/", 302),
            "accounts, log out": Ask(f"{bob}/log-out/", 302, "POST", {}),
            "accounts, nowhere": Ask(f"{carol}/log-out/", 302, "POST", {}),
            "accounts, none to log out": Ask("/accounts/999999/log-out/", 404, "POST", {}),
        }

    def _logins(self) -> dict[str, Ask]:
        here, code = "/login/", "/login/code/"
        bob, carol, dave = ({"username": name, "password": PASSWORD} for name in ("bob", "carol", "dave"))
        return {
            "login": Ask(here, 302, "POST", carol, logged_in=False),
            "login, half": Ask(here, 302, "POST", bob, logged_in=False),
            "code?": Ask(code, 302, logged_in=False),
            "code": Ask(code, 302, "POST", {"code": self._recovery}, logged_in=False, before=(here, bob)),
            "code, remembered": Ask(
                code, 302, "POST", {"code": self._recovery, "remember": "1"}, logged_in=False, before=(here, bob)
            ),
            "login, remembered": Ask(here, 302, "POST", bob, self._cookie, logged_in=False),
            "code, wrong": Ask(code, 200, "POST", {"code": "x"}, logged_in=False, before=(here, bob)),
            "code, too many": Ask(code, 429, "POST", {"code": "x"}, logged_in=False, before=(here, dave)),
            "admin's login": Ask("/admin/login/", 302, logged_in=False),
            "admin's login, inside": Ask("/admin/login/", 403),
        }
