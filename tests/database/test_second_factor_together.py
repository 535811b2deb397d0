"""Many who come with the same code at the same moment, or guess all at once: one gets in, and no more guesses count."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

from django.db import connection
from django.test import TransactionTestCase
from django_otp.plugins.otp_totp.models import TOTPDevice

from botcore.accounts import factor, limits
from botcore.accounts.models import LimitUse
from botcore.exceptions import ValidationError
from tests.database.access import account
from tests.database.dashboard.otp import code, enrol, of_now, wrong

MANY, ROUNDS = 4, 5
MORE_ROUNDS = 25  # without the lock a few may pass by luck
MOST = max(factor.WRONG[span] for span in factor.WRONG if span.days < 1)


class TogetherTests(TransactionTestCase):
    """Threads with connections of their own."""

    def setUp(self) -> None:
        """Let Carol have a second factor."""
        self.carol = account()
        self.recovery = enrol(self.carol)

    def at_once(self, work: Callable[[], object], times: int) -> list[object]:
        """Do it so many times at the same time; return what came of each, or that it was too many."""
        gate = Barrier(times)

        def run(_number: int) -> object:
            try:
                gate.wait(timeout=60)
                return work()
            except limits.TooMany:
                return "too many"
            finally:
                connection.close()

        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(run, range(times)))

    def give(self, typed: str, times: int = MANY) -> list[object]:
        """Give the same code many times at once."""
        return self.at_once(lambda: factor.check(account_id=self.carol.pk, secret=typed), times)

    def test_a_code_lets_one_in(self) -> None:
        for _ in range(ROUNDS):
            LimitUse.objects.all().delete()
            TOTPDevice.objects.update(last_t=-1, drift=0)
            self.assertCountEqual(self.give(code(self.carol)), [factor.Way.APP, *[None] * (MANY - 1)])

    def test_a_recovery_code_lets_one_in(self) -> None:
        for number in range(ROUNDS):
            LimitUse.objects.all().delete()
            found = self.give(self.recovery[number])
            self.assertCountEqual(found, [factor.Way.RECOVERY, *[None] * (MANY - 1)])

    def test_guesses_at_once_are_no_more_than_were_allowed(self) -> None:
        found = self.give(wrong(self.carol), MOST + MANY)
        self.assertCountEqual(found, [*[None] * MOST, *["too many"] * MANY])
        self.assertEqual(LimitUse.objects.count(), MOST)

    def test_what_may_be_done_once_is_done_once(self) -> None:
        for number in range(MORE_ROUNDS):
            found = self.at_once(partial(limits.take, f"x:{number}", {timedelta(hours=1): 1}), MANY)
            self.assertCountEqual(found, [None, *["too many"] * (MANY - 1)])

    def test_setting_up_twice_at_once_makes_the_codes_once(self) -> None:
        factor.turn_off(account_id=self.carol.pk, by="")
        new = factor.begin(account_id=self.carol.pk)

        def confirm() -> object:
            try:
                given = {"app_secret": new, "secret": of_now(new)}
                return len(factor.confirm(account_id=self.carol.pk, **given, by="", here="x"))
            except ValidationError:
                return None

        self.assertCountEqual(self.at_once(confirm, 2), [factor.RECOVERY_CODES, None])
        self.assertEqual(factor.state(self.carol.pk).codes_left, factor.RECOVERY_CODES)
