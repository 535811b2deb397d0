"""The plain SQL of the history: many samples at once, sums of updates, and what the history has already."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from botcore import sql
from botcore.monitoring.history.values import Remembered, Values, read_row, write_values
from botcore.monitoring.models import MetricSample, Step

logger = logging.getLogger(__name__)

BATCH = 1000  # rows in one statement


def read_samples(series: Sequence[str], step: Step, since: datetime, until: datetime) -> dict[int, Remembered]:
    """Return what is kept of the series from `since` to before `until`, by seconds since 1970."""
    (found,) = read_spans(series, [(step, since, until)])
    return found


def read_spans(
    series: Sequence[str], spans: Sequence[tuple[Step, datetime, datetime]], *, begins: Sequence[Step] = ()
) -> tuple[dict[int, Remembered], ...]:
    """Return the same for several spans, read together; then, without values, where each of `begins` does.

    A row that cannot be read counts as missing: one of them must not end a page, nor the hour it lies in.
    """
    one = f"""SELECT %s AS part, {sql.epoch("at")} AS second, "values" FROM botcore_metricsample
        WHERE step = %s AND at >= %s AND at < %s"""
    params = [
        value for part, (step, since, until) in enumerate(spans)
        for value in (part, step, sql.adapt(since), sql.adapt(until))
    ]  # fmt: skip
    begin = f"""SELECT * FROM (SELECT %s AS part, {sql.epoch("at")} AS second, '{{}}' AS "values"
        FROM botcore_metricsample WHERE step = %s ORDER BY at LIMIT 1) AS begins"""
    params += [value for part, step in enumerate(begins, len(spans)) for value in (part, step)]
    terms = [one] * len(spans) + [begin] * len(begins)
    found: tuple[dict[int, Remembered], ...] = tuple({} for _ in terms)
    bad = []
    for part, second, text in sql.execute(" UNION ALL ".join(terms) + " ORDER BY 1, 2", params):
        try:
            found[part][second] = read_row(text, series)
        except (ValueError, TypeError, RecursionError):
            bad.append((spans[part][0], second))
    if bad:
        (step, second), count = bad[0], len(bad)
        first = datetime.fromtimestamp(second, UTC)
        logger.warning("%d samples of metrics (%s) cannot be read, the first of %s", count, step.label, first)
    return found


def read_history(
    series: Sequence[str], spans: Mapping[Step, tuple[datetime, datetime]]
) -> tuple[dict[Step, dict[int, Remembered]], dict[Step, datetime]]:
    """Return a span of each step that may be shown, and where all steps begin that are kept, read together."""
    found = read_spans(series, [(step, *span) for step, span in spans.items()], begins=list(Step))
    begins = zip(Step, found[len(spans) :], strict=True)
    oldest = {step: datetime.fromtimestamp(min(rows), UTC) for step, rows in begins if rows}
    return dict(zip(spans, found, strict=False)), oldest


def write_samples(step: Step, values: Mapping[datetime, Values]) -> None:
    """Write values of minutes, hours or days; those that are there already are replaced."""
    MetricSample.objects.bulk_create(
        [MetricSample(step=step, at=at, values=write_values(named)) for at, named in values.items()],
        update_conflicts=True,
        unique_fields=["step", "at"],
        update_fields=["values"],
    )


def sum_updates(hours: Iterable[datetime], days: Iterable[datetime]) -> None:
    """Write the sums of updates of these hours, from the minutes, and then of these days, from the hours."""
    for step, starts, table, at in (
        (Step.HOUR, hours, "botcore_updatecount WHERE minute", "minute"),
        (Step.DAY, days, f"botcore_updatesum WHERE step = {Step.HOUR:d} AND at", "at"),
    ):
        for first in starts:
            sql.execute(
                f"""
                INSERT INTO botcore_updatesum (step, at, kind, handler, state, count, seconds)
                SELECT {step:d}, %s, kind, handler, state, SUM(count), SUM(seconds)
                FROM {table} >= %s AND {at} < %s GROUP BY kind, handler, state
                ON CONFLICT (step, at, kind, handler, state)
                DO UPDATE SET count = EXCLUDED.count, seconds = EXCLUDED.seconds
                """,
                [sql.adapt(moment) for moment in (first, first, first + timedelta(seconds=step))],
            )


def note_counts(counts: Sequence[tuple[int, int]]) -> None:
    """Note that the history has these rows of UpdateCount, but for those that have grown since they were read.

    Rows that a writer holds are left for the next time: waiting for them could end in a deadlock.
    """
    for number in range(0, len(counts), BATCH):
        given, params = sql.table("bigint bigint", counts[number : number + BATCH])
        sql.execute(
            f"""
            UPDATE botcore_updatecount SET in_history = true WHERE id IN (
                SELECT kept.id FROM botcore_updatecount AS kept JOIN {given} ON kept.id = column1
                WHERE kept.count = column2 {sql.lock("FOR UPDATE OF kept SKIP LOCKED")}
            )
            """,
            params,
        )
