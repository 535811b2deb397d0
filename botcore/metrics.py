"""Every Prometheus metric of the bot, declared once. The bot's process fills them; `monitoring` shows them.

They live in a registry of their own, so that a web process does not show zeros for what only the bot counts.
"""

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from telegram.constants import UpdateType

prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()

# Closed sets of label values, so that every series exists from the start and people cannot make new ones.
KINDS = (*(kind.value for kind in UpdateType), "other")
OUTCOMES = ("done", "ignored", "dead", "quarantined", "expired")
API_OUTCOMES = ("ok", "network", "timeout", "flood", "client", "server", "unsent", "pool", "cancelled")
PRIORITIES = ("reply", "admin", "alert", "broadcast")  # by number
OUTGOING_STATES = ("sent", "failed", "uncertain", "queued")
RETRY_REASONS = ("network", "timeout", "server", "flood", "not_sent")
CACHE_RESULTS = ("hit", "miss", "shared")
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

UPDATES_RECEIVED = Counter("botdeck_updates_received", "Updates written to the inbox.", ["kind"], registry=REGISTRY)
UPDATES_DUPLICATE = Counter(
    "botdeck_updates_duplicate", "Updates that Telegram delivered again and the inbox ignored.", registry=REGISTRY
)
UPDATES_PROCESSED = Counter(
    "botdeck_updates_processed", "Updates that left the inbox, by outcome.", ["kind", "outcome"], registry=REGISTRY
)
RETRIES = Counter(
    "botdeck_retries", "Attempts at updates that failed and are made once more, after a back-off.", registry=REGISTRY
)
UPDATES_IN_PROGRESS = Gauge("botdeck_updates_in_progress", "Updates whose handler runs now.", registry=REGISTRY)
UPDATE_DELAY = Histogram(
    "botdeck_update_delay_seconds", "From the inbox to the handler's start.", buckets=SECONDS, registry=REGISTRY
)
HANDLER_DURATION = Histogram(
    "botdeck_handler_duration_seconds", "A handler's run.", ["handler"], buckets=SECONDS, registry=REGISTRY
)
HANDLER_ERRORS = Counter("botdeck_handler_errors", "Handler runs that raised.", ["handler"], registry=REGISTRY)
LEASES_LOST = Counter(
    "botdeck_leases_lost", "Chat lanes whose lease ran out before their work was completed.", registry=REGISTRY
)
POLLS = Counter("botdeck_polls", "getUpdates calls, by outcome.", ["outcome"], registry=REGISTRY)
LAST_POLL = Gauge(
    "botdeck_last_poll_timestamp_seconds", "When getUpdates last succeeded, Unix time.", registry=REGISTRY
)
FOREIGN_POLLER = Gauge(
    "botdeck_foreign_poller", "1 while somebody else polls this token or has set a webhook.", registry=REGISTRY
)
INTAKE_HELD = Gauge(
    "botdeck_intake_held",
    "1 in the process that polls, or that keeps the webhook; 0 in those on standby.",
    registry=REGISTRY,
)
WEBHOOK_REQUESTS = Counter(
    "botdeck_webhook_requests",
    "Deliveries to this process' webhook, by the status of the answer.",
    ["status"],
    registry=REGISTRY,
)
WEBHOOK_WAITING = Gauge(
    "botdeck_webhook_waiting", "Updates that Telegram keeps for the webhook, as getWebhookInfo says.", registry=REGISTRY
)
CLOCK_JUMPS = Counter("botdeck_clock_jumps", "Times that the wall clock was set by 5 s or more.", registry=REGISTRY)
API_REQUESTS = Counter(
    "botdeck_api_requests", "Bot API calls, by method and outcome.", ["method", "outcome"], registry=REGISTRY
)
API_DURATION = Histogram(
    "botdeck_api_request_duration_seconds", "A Bot API call.", ["method"], buckets=SECONDS, registry=REGISTRY
)
API_IN_PROGRESS = Gauge("botdeck_api_requests_in_progress", "Bot API calls under way.", registry=REGISTRY)
API_RETRIES = Counter(
    "botdeck_api_retries", "Bot API calls made again, by method and reason.", ["method", "reason"], registry=REGISTRY
)
CIRCUIT_STATE = Gauge(
    "botdeck_circuit_state",
    "0 while calls go to Telegram, 1 while one tries whether it answers again, 2 while they fail at once.",
    registry=REGISTRY,
)
OUTGOING = Counter(
    "botdeck_outgoing_messages",
    "Calls of the outbox by how they ended; queued ones are made again.",
    ["priority", "state"],
    registry=REGISTRY,
)
OUTGOING_IN_PROGRESS = Gauge(
    "botdeck_outgoing_messages_in_progress", "Messages of the outbox that are being sent now.", registry=REGISTRY
)
CONNECTION_STATE = Gauge(
    "botdeck_connection_state", "1 for the state that the link to Telegram is in.", ["state"], registry=REGISTRY
)
CONNECTION_LATENCY = Gauge(
    "botdeck_connection_latency_seconds",
    "Time that the last call took which neither waits for updates nor carries a file.",
    registry=REGISTRY,
)
CONNECTION_LAST_SUCCESS = Gauge(
    "botdeck_connection_last_success_timestamp_seconds",
    "When Telegram last answered a call, Unix time.",
    registry=REGISTRY,
)
API_CONSEQUENCES = Counter(
    "botdeck_api_consequences",
    "Calls that Telegram refused, by what that means for the chat or the call.",
    ["meaning"],
    registry=REGISTRY,
)
CACHE_REQUESTS = Counter(
    "botdeck_cache_requests",
    "Questions about the bot, chats, members and files: answered from memory, by a call, by somebody else's call.",
    ["cache", "result"],
    registry=REGISTRY,
)
DATABASE_ERRORS = Counter(
    "botdeck_database_errors", "Failed database calls of the bot's loops.", ["loop"], registry=REGISTRY
)
BUILD = Gauge("botdeck_build_info", "1, with the version as label.", ["version"], registry=REGISTRY)

# What the recorder does; its kinds are those that have a writer, and it makes their series when it is made.
RECORDS_WRITTEN = Counter("botdeck_records_written", "Records that the database took.", ["kind"], registry=REGISTRY)
RECORDS_SPOOLED = Gauge("botdeck_records_spooled", "Records that wait for the database.", registry=REGISTRY)
RECORDS_DROPPED = Counter("botdeck_records_dropped", "Records that are only in the log.", registry=REGISTRY)
DATABASE_ERRORS.labels("recorder")

for _kind in KINDS:
    UPDATES_RECEIVED.labels(_kind)
    for _outcome in OUTCOMES:
        UPDATES_PROCESSED.labels(_kind, _outcome)
for _status in ("200", "400", "403", "405", "408", "413", "415", "503"):
    WEBHOOK_REQUESTS.labels(_status)
for _priority in PRIORITIES:
    for _state in OUTGOING_STATES:
        OUTGOING.labels(_priority, _state)
for _meaning in (
    "blocked",
    "kicked",
    "deactivated",
    "chat_gone",
    "migrated",
    "benign",
    "entities",
    "flood",
    "rejected",
    "conflict",
    "uncertain",
    "not_sent",
    "refused",
):
    API_CONSEQUENCES.labels(_meaning)
for _cache in ("me", "chat", "member", "administrators", "file"):
    for _result in CACHE_RESULTS:
        CACHE_REQUESTS.labels(_cache, _result)
for _state in ("connecting", "up", "degraded", "down"):
    CONNECTION_STATE.labels(_state)
for _outcome in ("ok", "conflict", "error"):
    POLLS.labels(_outcome)
# What most calls are; the series of other methods begin with a retry, for each heartbeat keeps all there are.
for _method in ("sendMessage", "editMessageText", "answerCallbackQuery", "getMe", "other"):
    for _reason in RETRY_REASONS:
        API_RETRIES.labels(_method, _reason)
for _loop in ("connection", "intake", "worker", "heartbeat", "budget", "sender"):
    DATABASE_ERRORS.labels(_loop)


def kind_label(kind: str) -> str:
    """Return the kind itself, or "other" for one this version does not know."""
    return kind if kind in KNOWN_KINDS else "other"


KNOWN_KINDS = frozenset(KINDS)
