"""What each bot can do, as it told at its start: written when it differs, read by the page Commands."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import Q, Sum
from django.utils import timezone

from botcore import sql
from botcore.access.roles import Role
from botcore.monitoring.models import Step, UpdateSum
from botcore.runtime.models import BotFeature

DAYS = 7


@dataclass(frozen=True)
class FeatureFacts:
    """A feature as the registry describes it. `order` is the word of its turn, `usage` its command with arguments.

    `help` is by language; `file` is where its function stands.
    """

    name: str
    order: str
    usage: str
    help: dict[str, str]
    role: Role
    private: bool
    in_menu: bool
    retry: bool
    file: str


@dataclass(frozen=True)
class FeatureRow(FeatureFacts):
    """A feature with how many updates it took in the last seven days, today (UTC) with them."""

    bot_id: int
    uses: int


@transaction.atomic
def publish_features(bot_id: int, facts: Iterable[FeatureFacts]) -> bool:
    """Keep what a bot can do; return whether that is new. Of two releases at once the one that started last is kept."""
    sql.one_at_a_time("features")
    rows = [BotFeature(bot_id=bot_id, position=place, **asdict(fact)) for place, fact in enumerate(facts)]
    kept = BotFeature.objects.filter(bot_id=bot_id)
    if [_key(row) for row in kept.order_by("position")] == [_key(row) for row in rows]:
        return False
    kept.delete()
    BotFeature.objects.bulk_create(rows)
    return True


def features() -> list[FeatureRow]:
    """Return the features of all bots in the order in which they are asked."""
    midnight = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    ended = UpdateSum.objects.filter(step=Step.DAY, at__gt=midnight - timedelta(days=DAYS)).exclude(state="received")
    uses = dict(ended.exclude(handler="").values_list("handler").annotate(Sum("count")).order_by())
    return [_row(row, uses.get(row.name, 0)) for row in BotFeature.objects.order_by("bot_id", "position")]


def feature_names() -> set[str]:
    """Return the names of what any bot can do."""
    return set(BotFeature.objects.values_list("name", flat=True))


def named_by_command(command: str) -> str:
    """Return the name of what answers a command such as /start; "" when no bot has it."""
    rows = BotFeature.objects.filter(Q(usage=command) | Q(usage__startswith=f"{command} "))
    return rows.order_by("bot_id", "position").values_list("name", flat=True).first() or ""


def _key(row: BotFeature) -> tuple[object, ...]:
    return (row.name, row.order, row.usage, row.help, row.role, row.private, row.in_menu, row.retry, row.file)


def _row(row: BotFeature, uses: int) -> FeatureRow:
    return FeatureRow(
        name=row.name,
        order=row.order,
        usage=row.usage,
        help=row.help,
        role=Role(row.role),
        private=row.private,
        in_menu=row.in_menu,
        retry=row.retry,
        file=row.file,
        bot_id=row.bot_id,
        uses=uses,
    )
