"""Tries at a password or a code by who is logged in already: each login has its own bound, all together a wider one.

So a stolen session does not keep the account's owner from logging in, and hardly from deciding in another session; and
whoever can make many sessions guesses no further. `here` names a login; ending others does not begin its count anew.
"""

from datetime import timedelta

from botcore.accounts import limits

HERE = {timedelta(minutes=15): 10, timedelta(days=1): 25}
TOGETHER = {timedelta(days=1): 100}  # of an account: four logins may use up theirs


def count(what: str, *, account_id: int, here: str) -> None:
    """Count a try; raise TooMany after many. What a login may not try does not count for the others."""
    limits.take(_key(what, account_id, here), HERE)
    limits.take(_key(what, account_id), TOGETHER)


def forget(what: str, *, account_id: int, here: str) -> None:
    """Begin to count anew in this login, and for all together: something right was given."""
    limits.forget(_key(what, account_id, here))
    limits.forget(_key(what, account_id))


def _key(what: str, account_id: int, here: str = "all") -> str:
    return f"{what}:{account_id}:{here}"
