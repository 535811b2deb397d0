"""The lane protocol in plain SQL for one table: wake, claim, renew, release, abandon; behind a fence.

A claim's owner is unique: it is what every later move compares. A lane is released by comparing its `seq` with the
claimed one: a look at the work itself would miss what arrived meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from django.db import transaction

from botcore import metrics, sql

LONGEST_WAIT = 900.0  # seconds of back-off; a lane that seems to wait longer met a clock that jumped back
LONGEST_LEASE = 600.0  # seconds that settings allow; one that seems to last longer did, too


class Held(Protocol):
    """A lane in somebody's hands; `owner` names the very claim."""

    @property
    def pk(self) -> int:
        """The lane's row."""

    @property
    def owner(self) -> str:
        """The claim's name."""


class Release(Protocol):
    """How a lane is given back: is work left, how long shall it wait, did any attempt of the claim come to its end?"""

    @property
    def lane(self) -> Any:
        """The lane, with its `pk` and the `seq` of its claim."""

    @property
    def more(self) -> bool:
        """Is work left?"""

    @property
    def wait_seconds(self) -> float:
        """Of back-off; 0 for none."""

    @property
    def tried(self) -> bool:
        """Is the lane no longer suspected of crashes?"""


@dataclass(frozen=True, slots=True)
class LaneTable:
    """One table of lanes. `key` maps the columns that name a lane of a bot to PostgreSQL's types.

    `turn` is the order in which lanes are claimed; `channel` is where NOTIFY tells of work, with the bot's id.
    Every method but has_work_for() and owners_of() needs the caller's transaction.
    """

    name: str
    key: Mapping[str, str]
    channel: str
    turn: str = "ready_at"

    def wake(self, bot_id: int, keys: Iterable[tuple[int, ...]]) -> None:
        """Mark the lanes as ready and tell the workers at commit.

        Sorted by key, because two who wake would deadlock otherwise. A back-off that is under way stays.
        """
        columns = ", ".join(self.key)
        given, params = sql.table(" ".join(self.key.values()), sorted(set(keys)))
        upsert = f"""
            INSERT INTO {self.name} (bot_id, {columns}, seq, ready_at)
            SELECT %s, given.*, 1, {sql.now()} FROM {given} WHERE true
            ON CONFLICT (bot_id, {columns}) DO UPDATE
            SET seq = {self.name}.seq + 1, ready_at = COALESCE({self.name}.ready_at, EXCLUDED.ready_at)
        """
        if sql.is_postgresql():  # both in one statement: this runs for each batch that comes in
            sql.execute(
                f"WITH woken AS ({upsert}) SELECT pg_notify(%s, %s)", [bot_id, *params, self.channel, str(bot_id)]
            )
        else:
            sql.execute(upsert, [bot_id, *params])

    def notify(self, bot_id: int) -> None:
        """Wake idle workers when the transaction commits."""
        sql.notify(self.channel, str(bot_id))

    def claim(  # noqa: PLR0913
        self,
        bot_id: int,
        *,
        owner: str,
        lanes: int,
        lease_seconds: float,
        held: Sequence[int] = (),
        take_over: bool = True,
        only: str = "",
        turn: str = "",
    ) -> list[tuple[Any, ...]]:
        """Lease lanes that have work; return pk, key columns, seq and crashes of each.

        `held` are lanes that the caller still works on, `take_over` includes those whose lease ran out. `only` is a
        further condition, `turn` another order. Chosen first and apart: a plan may run a subquery in the condition once
        for each row, and so take more than the limit.
        """
        mine, mine_params = sql.one_of(held)
        claimed = sql.execute(
            f"""
            WITH chosen AS MATERIALIZED (
                SELECT id FROM {self.name}
                WHERE bot_id = %s AND {_free(take_over=take_over)}
                  {f"AND {only}" if only else ""}
                  AND NOT id {mine}
                ORDER BY {turn or self.turn} LIMIT %s {sql.lock("FOR UPDATE SKIP LOCKED")}
            )
            UPDATE {self.name} SET owner = %s, lease_until = {sql.seconds_from_now()},
                crashes = CASE WHEN owner = '' THEN crashes ELSE crashes + 1 END
            WHERE id IN (SELECT id FROM chosen) RETURNING id, {", ".join(self.key)}, seq, crashes
            """,
            [bot_id, *mine_params, lanes, owner, lease_seconds],
        )
        if taken_over := sum(row[-1] > 0 for row in claimed):
            queue = self.channel.removeprefix("botdeck_")
            transaction.on_commit(partial(metrics.LEASE_TAKEOVERS.labels(queue).inc, taken_over))
        return claimed

    def has_work_for(self, bot_id: int, only: str) -> bool:
        """Tell whether a lane that fits the condition could be claimed."""
        return bool(
            sql.execute(
                f"SELECT 1 FROM {self.name} WHERE bot_id = %s AND {_free(take_over=True)} AND {only} LIMIT 1", [bot_id]
            )
        )

    def owners_of(self, lanes: Iterable[int]) -> dict[int, str]:
        """The fence: return which claims hold the lanes now, and lock them, in the order that wake() uses.

        A claim's owner is unique, so a lease that ran out but was taken by nobody is still its holder's.
        """
        these, params = sql.one_of(set(lanes))
        return dict(
            sql.execute(
                f"""SELECT id, owner FROM {self.name} WHERE id {these}
                ORDER BY bot_id, {", ".join(self.key)} {sql.lock("FOR UPDATE")}""",
                params,
            )
        )

    def renew(self, lanes: Sequence[Held], *, lease_seconds: float) -> set[int]:
        """Prolong the leases of claims that nobody else has taken; return those lanes."""
        owners = self.owners_of(lane.pk for lane in lanes)
        mine = [lane.pk for lane in lanes if owners.get(lane.pk) == lane.owner]
        if mine:
            these, params = sql.one_of(mine)
            sql.execute(
                f"UPDATE {self.name} SET lease_until = {sql.seconds_from_now()} WHERE id {these}",
                [lease_seconds, *params],
            )
        return set(mine)

    def release(self, released: Sequence[Release]) -> None:
        """Give lanes back; the caller has looked at the fence."""
        given, params = sql.table(
            "bigint bigint int float8 int",
            [
                (done.lane.pk, done.lane.seq, int(done.more), min(done.wait_seconds, LONGEST_WAIT), int(done.tried))
                for done in released
            ],
        )
        sql.execute(
            f"""
            UPDATE {self.name} SET owner = '', lease_until = NULL,
                ready_at = CASE WHEN seq = column2 AND column3 = 0 THEN NULL ELSE {sql.now()} END,
                not_before = CASE WHEN column4 > 0 THEN {sql.seconds_from_now("column4")} ELSE NULL END,
                crashes = CASE WHEN column5 > 0 THEN 0 ELSE crashes END
            FROM {given} WHERE id = column1
            """,
            params,
        )

    def abandon(self, bot_id: int, process: str = "") -> int:
        """Free the lanes that a process held when it died, all lanes without a name; return how many these were."""
        rows = sql.execute(
            f"""
            UPDATE {self.name} SET owner = '', lease_until = NULL, crashes = crashes + 1
            WHERE bot_id = %s AND owner <> '' AND substr(owner, 1, %s) = %s RETURNING id
            """,
            [bot_id, len(process), process],
        )
        if rows:
            self.notify(bot_id)
        return len(rows)


def _free(*, take_over: bool) -> str:
    """Return the condition of a lane that may be claimed."""
    over = f"OR {_is_over('lease_until', LONGEST_LEASE)}" if take_over else ""
    waited = _is_over("not_before", LONGEST_WAIT)
    return f"ready_at IS NOT NULL AND (lease_until IS NULL {over}) AND (not_before IS NULL OR {waited})"


def _is_over(column: str, longest: float) -> str:
    """Return a condition: the moment has passed, or lies so far ahead that the clock must have gone back since."""
    return f"({column} <= {sql.now()} OR {column} > {sql.seconds_from_now(str(2 * longest))})"
