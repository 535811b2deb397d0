"""What the web's /metrics reads from the database, in parts: one that cannot be read does not hold up the others."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from django.apps import apps
from django.db.models import AutoField, Count, Model, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from botcore import metrics, sql
from botcore.alerts.models import Condition
from botcore.broadcasts import selectors as broadcasts
from botcore.errors.kinds import GroupState
from botcore.errors.models import ErrorGroup
from botcore.inbox import selectors as inbox
from botcore.models import Chat, Job, Reach, State, User
from botcore.monitoring.health import Light, checks
from botcore.outbox import selectors as outbox

Part = Callable[[], Iterable[GaugeMetricFamily]]
COUNTED = 100_001  # rows of a table on SQLite
LIGHTS = (Light.OK, Light.WARNING, Light.FAILED, Light.UNKNOWN)
CHAT_TYPES = ("private", "group", "supergroup", "channel")


def waiting() -> Iterator[GaugeMetricFamily]:
    """Yield what is in the inbox and not done."""
    counts = inbox.counts()
    yield metrics.INBOX_PENDING.of(counts[State.PENDING])
    yield metrics.INBOX_UPDATES.by(_by_one(counts))


def unsent() -> Iterator[GaugeMetricFamily]:
    """Yield what is in the outbox and not sent, and the broadcasts."""
    yield metrics.OUTBOX_MESSAGES.by(_by_one(outbox.counts()))
    yield metrics.OUTBOX_WAITING.by(outbox.waiting().items())
    due = outbox.oldest_due()
    yield metrics.OUTBOX_OLDEST.of((timezone.now() - due).total_seconds() if due else 0.0)
    yield metrics.BROADCASTS.by(_by_one(broadcasts.counts()))


def troubles() -> Iterator[GaugeMetricFamily]:
    """Yield errors, conditions and jobs."""
    groups = dict(ErrorGroup.objects.order_by().values_list("state").annotate(Count("pk")))
    yield metrics.ERROR_GROUPS.by(_by_one({state: groups.get(state, 0) for state in GroupState.values}))
    fired = dict(Condition.objects.values_list("name", "fired_at"))
    yield metrics.CONDITION_FIRING.by(
        _by_one({name: fired.get(name) is not None for name in dict.fromkeys([*metrics.CONDITIONS, *fired])})
    )
    jobs = Job.objects.filter(next_at__isnull=False).values_list("name", "last_success_at")
    yield metrics.JOB_LAST_SUCCESS.by(_by_one({name: at.timestamp() if at else 0.0 for name, at in jobs}))


def people() -> Iterator[GaugeMetricFamily]:
    """Yield who is active, and the chats; each table is read once."""
    now = timezone.now()
    since = {name: now - timedelta(hours=hours) for name, hours in metrics.WINDOWS.items()}
    oldest = min(since.values())
    counts = {f"in_{name}": Count("pk", filter=Q(last_seen__gte=start)) for name, start in since.items()}
    for reading, model in ((metrics.ACTIVE_PEOPLE, User), (metrics.ACTIVE_CHATS, Chat)):
        found = model._default_manager.filter(last_seen__gte=oldest).aggregate(**counts)
        yield reading.by(_by_one({name: found[f"in_{name}"] for name in since}))
    every = {(kind, reach): 0 for kind in CHAT_TYPES for reach in Reach.values}
    chats = Chat.objects.order_by().values_list("type", "reach").annotate(Count("pk"))
    yield metrics.CHATS.by({**every, **{(kind, reach): count for kind, reach, count in chats}}.items())


def tables() -> Iterator[GaugeMetricFamily]:
    """Yield rows and sizes, from what the database knows anyway."""
    models = apps.get_app_config("botcore").get_models()
    if not sql.is_postgresql():
        yield metrics.TABLE_ROWS.by(([model._meta.db_table], _rows(model)) for model in models)
        pages = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        yield metrics.DATABASE_BYTES.of(sql.execute(pages)[0][0])
        return
    facts = sql.execute(
        """SELECT relname, greatest(reltuples, 0), pg_total_relation_size(oid) FROM pg_class
        WHERE relname = ANY(%s) AND relkind = 'r' AND relnamespace = current_schema()::regnamespace""",
        [[model._meta.db_table for model in models]],
    )
    yield metrics.TABLE_ROWS.by(([name], rows) for name, rows, _ in facts)
    yield metrics.TABLE_BYTES.by(([name], size) for name, _, size in facts)
    yield metrics.DATABASE_BYTES.of(sql.execute("SELECT pg_database_size(current_database())")[0][0])


def _rows(model: type[Model]) -> int:
    """Return the span of the ids, which costs nothing; count tables with others, but not far."""
    if not isinstance(model._meta.pk, AutoField):
        return model._default_manager.order_by()[:COUNTED].count()
    return sql.span_of_ids(model._meta.db_table)


def lights() -> Iterator[GaugeMetricFamily]:
    """Yield every check of health; that of the backlog has looked for the oldest update."""
    found = checks()
    yield metrics.CHECK_LIGHT.by(([check.name], LIGHTS.index(check.light)) for check in found)
    yield from (
        metrics.INBOX_OLDEST.of(check.age) for check in found if check.name == "backlog" and check.age is not None
    )


QUICK: Sequence[Part] = (waiting, unsent, troubles, lights)
SLOW: Sequence[Part] = (people, tables)


def _by_one(counts: Mapping[str, float]) -> Iterator[tuple[Sequence[str], float]]:
    for label, value in counts.items():
        yield [label], value
