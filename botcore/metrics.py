"""Every Prometheus metric of bot and web, declared once. Processes fill them; `monitoring` shows them.

What has no `where` is the bot's alone. Label sets are closed: people cannot make new series.
"""

from botcore.instruments import BOTH, LATER, REGISTRY, SECONDS, WEB, WEB_REGISTRY, Reading, counter, gauge, histogram

__all__ = ["REGISTRY", "WEB_REGISTRY"]

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost", "message_reaction", "message_reaction_count",
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    "purchased_paid_media", "managed_bot", "guest_message", "other",
)  # fmt: skip  # core.telegram.org/bots/api#update; not from the library, which pages do not know
OUTCOMES = ("done", "ignored", "dead", "quarantined", "expired")
# What bots commonly call; the Bot API has about 180 methods, and each one here costs 30 series.
METHODS = (
    "sendMessage", "sendPhoto", "sendVideo", "sendAudio", "sendVoice", "sendAnimation", "sendDocument", "sendSticker",
    "sendMediaGroup", "sendPoll", "sendInvoice", "sendChatAction", "forwardMessage", "copyMessage", "editMessageText",
    "editMessageCaption", "editMessageMedia", "editMessageReplyMarkup", "deleteMessage", "deleteMessages",
    "setMessageReaction", "pinChatMessage", "answerCallbackQuery", "answerInlineQuery", "answerPreCheckoutQuery",
    "getUpdates", "getMe", "getFile", "getChat", "getChatMember", "getChatAdministrators", "banChatMember",
    "restrictChatMember", "approveChatJoinRequest", "setMyCommands", "setWebhook", "deleteWebhook", "getWebhookInfo",
    "download", "other",
)  # fmt: skip
API_OUTCOMES = ("ok", "network", "timeout", "flood", "client", "server", "unsent", "pool", "cancelled")
RETRY_REASONS = ("network", "timeout", "server", "flood", "not_sent")
MEANINGS = (
    "blocked", "kicked", "deactivated", "chat_gone", "migrated", "benign", "entities", "flood", "rejected", "conflict",
    "uncertain", "not_sent", "refused",
)  # fmt: skip
PRIORITIES = ("reply", "admin", "alert", "broadcast")  # by number
OUTGOING_STATES = ("sent", "failed", "uncertain", "queued")
SEVERITIES = ("warning", "error", "fatal")
SOURCES = (
    "handler", "update", "intake", "outbox", "job", "web", "command", "log", "task", "thread", "alert",
)  # fmt: skip
CONDITIONS = (
    "poller_stalled", "backlog_old", "error_spike", "breaker_open", "database_slow", "disk_low", "dead_letters",
    "job_stale", "webhook_failing", "writer_spilling",
)  # fmt: skip
WINDOWS = {"1h": 1, "1d": 24, "7d": 7 * 24, "30d": 30 * 24}  # hours
ALERT_CHANNELS = ("telegram", "email", "webhook")
CACHE_RESULTS = ("hit", "miss", "shared")
LOOPS = (
    "connection", "intake", "worker", "heartbeat", "budget", "sender", "recorder", "settings", "access", "menus",
    "throttle",
    "alerts", "jobs", "sampler", "broadcasts", "operators",
)  # fmt: skip
LEVELS = ("debug", "info", "warning", "error", "critical")
COMPONENTS = (
    "heart", "watchdog", "intake", "worker", "sender", "recorder", "alerts", "jobs", "sampler", "broadcasts",
    "operators",
)  # fmt: skip
# Calls that take long because of the network are told apart less finely than what happens within the process.
CALL_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60)
LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
LATENCY_SECONDS = (*SECONDS, 120, 600, 3600, 86_400)  # a queue may be long, and nobody waits for more than a day
JOB_SECONDS = (0.01, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600)
ROWS = (1, 2, 5, 10, 25, 50, 100, 250, 500)

# Updates and their handlers
UPDATES_RECEIVED = counter("botdeck_updates_received", "Updates written to the inbox.", {"kind": KINDS}, where=BOTH)
UPDATES_DUPLICATE = counter(
    "botdeck_updates_duplicate", "Updates that Telegram delivered again and the inbox ignored.", where=BOTH
)
LAST_UPDATE = gauge(
    "botdeck_last_update_timestamp_seconds", "When an update was last written, Unix time.", where=BOTH, mode="max"
)
UPDATES_PROCESSED = counter(
    "botdeck_updates_processed", "Updates that left the inbox, by outcome.", {"kind": KINDS, "outcome": OUTCOMES}
)
REFUSALS = ("banned", "muted", "maintenance", "not_listed", "group", "bot", "throttled", "replayed", "taken")
UPDATES_REFUSED = counter(
    "botdeck_updates_refused",
    "Updates of people whom the bot does not serve, or who were too fast.",
    {"reason": REFUSALS},
)
RETRIES = counter("botdeck_retries", "Attempts at updates that failed and are made once more, after a back-off.")
UPDATES_IN_PROGRESS = gauge("botdeck_updates_in_progress", "Updates whose handler runs now.")
UPDATE_DELAY = histogram("botdeck_update_delay_seconds", "From the inbox to the handler's start.")
UPDATE_PROCESSING = histogram("botdeck_update_processing_seconds", "From there to the end of an attempt.")
UPDATE_LATENCY = histogram(
    "botdeck_update_latency_seconds",
    "From the inbox, or a replay, to the end of an update: what its person waits.",
    buckets=LATENCY_SECONDS,
)
HANDLER_DURATION = histogram("botdeck_handler_duration_seconds", "A handler's run.", {"handler": LATER})
HANDLER_ERRORS = counter("botdeck_handler_errors", "Handler runs that raised.", {"handler": LATER})
COMMANDS = counter("botdeck_commands", "Commands that people gave, of those that the bot has.", {"command": LATER})
LEASES_LOST = counter("botdeck_leases_lost", "Chat lanes whose lease ran out before their work was completed.")
LEASE_TAKEOVERS = counter(
    "botdeck_lease_takeovers",
    "Chat lanes taken that the claim before did not give back.",
    {"queue": ("inbox", "outbox")},
)

# Intake
POLLS = counter("botdeck_polls", "getUpdates calls, by outcome.", {"outcome": ("ok", "conflict", "error")})
LAST_POLL = gauge("botdeck_last_poll_timestamp_seconds", "When getUpdates last succeeded, Unix time.")
FOREIGN_POLLER = gauge("botdeck_foreign_poller", "1 while somebody else polls this token or has set a webhook.")
INTAKE_HELD = gauge(
    "botdeck_intake_held", "1 in the process that polls, or that keeps the webhook; 0 in those on standby."
)
WEBHOOK_REQUESTS = counter(
    "botdeck_webhook_requests",
    "Deliveries to this process' webhook, by the status of the answer.",
    {"status": ("200", "400", "403", "405", "408", "413", "415", "500", "503")},
    where=BOTH,
)
WEBHOOK_WAITING = gauge(
    "botdeck_webhook_waiting", "Updates that Telegram keeps for the webhook, as getWebhookInfo says."
)
WEBHOOK_LAST_ERROR = gauge(
    "botdeck_webhook_last_error_timestamp_seconds",
    "When Telegram last failed to deliver, as getWebhookInfo says, Unix time; 0 for never.",
)
CLOCK_JUMPS = counter("botdeck_clock_jumps", "Times that the wall clock was set by 5 s or more.")

# Calls to Telegram
API_REQUESTS = counter(
    "botdeck_api_requests", "Bot API calls, by method and outcome.", {"method": METHODS, "outcome": API_OUTCOMES}
)
API_DURATION = histogram(
    "botdeck_api_request_duration_seconds", "A Bot API call.", {"method": METHODS}, buckets=CALL_SECONDS
)
API_IN_PROGRESS = gauge("botdeck_api_requests_in_progress", "Bot API calls under way.")
API_RETRIES = counter(
    "botdeck_api_retries",
    "Bot API calls made again, by method and reason.",
    {"method": METHODS, "reason": RETRY_REASONS},
)
API_CONSEQUENCES = counter(
    "botdeck_api_consequences",
    "Calls that Telegram refused, by what that means for the chat or the call.",
    {"meaning": MEANINGS},
)
FLOOD_SCOPES = ("chat", "method", "overall", "paid")
FLOOD_WAITS = counter(
    "botdeck_flood_waits", "Times that Telegram said 429, by what then waits.", {"scope": FLOOD_SCOPES}
)
FLOOD_WAIT_SECONDS = counter(
    "botdeck_flood_wait_seconds", "Seconds that these 429s asked for.", {"scope": FLOOD_SCOPES}
)
LIMITER_WAIT = histogram(
    "botdeck_limiter_wait_seconds", "From a call's wish to its turn.", {"priority": PRIORITIES}, buckets=CALL_SECONDS
)
CIRCUIT_STATE = gauge(
    "botdeck_circuit_state",
    "0 while calls go to Telegram, 1 while one tries whether it answers again, 2 while they fail at once.",
)
CIRCUIT_TRANSITIONS = counter(
    "botdeck_circuit_transitions", "Changes of that state, by the new one.", {"state": ("closed", "half-open", "open")}
)
CONNECTION_STATE = gauge(
    "botdeck_connection_state",
    "1 for the state that the link to Telegram is in.",
    {"state": ("connecting", "up", "degraded", "down")},
)
CONNECTION_LATENCY = gauge(
    "botdeck_connection_latency_seconds",
    "Time that the last call took which neither waits for updates nor carries a file.",
)
CONNECTION_LAST_SUCCESS = gauge(
    "botdeck_connection_last_success_timestamp_seconds", "When Telegram last answered a call, Unix time."
)
CACHE_REQUESTS = counter(
    "botdeck_cache_requests",
    "Questions about the bot, chats, members and files: answered from memory, by a call, by somebody else's call.",
    {"cache": ("me", "chat", "member", "administrators", "file"), "result": CACHE_RESULTS},
)

# What the bot says
OUTGOING = counter(
    "botdeck_outgoing_messages",
    "Calls of the outbox by how they ended; queued ones are made again.",
    {"priority": PRIORITIES, "state": OUTGOING_STATES},
)
OUTGOING_IN_PROGRESS = gauge("botdeck_outgoing_messages_in_progress", "Messages of the outbox that are being sent now.")
BROADCAST_DELIVERIES = counter(
    "botdeck_broadcast_deliveries",
    "Deliveries of broadcasts by how they ended.",
    {"outcome": ("sent", "failed", "blocked", "uncertain", "cancelled", "too_old")},
)
CHATS_LOST = counter(
    "botdeck_chats_lost",
    "Chats that the bot cannot write to any more, by why.",
    {"reason": ("blocked", "kicked", "deactivated")},
)

# Errors, alerts and what people of the panel do
ERRORS = counter(
    "botdeck_errors",
    "Errors that were caught, by severity and where.",
    {"severity": SEVERITIES, "source": SOURCES},
    where=BOTH,
)
ERROR_PICTURES_SKIPPED = counter(
    "botdeck_error_pictures_skipped", "Errors of a flood that were counted without their details.", where=BOTH
)
ERRORS_UNRECORDED = counter("botdeck_errors_unrecorded", "Errors whose record failed; they are in the log.", where=BOTH)
LOG_RECORDS = counter("botdeck_log_records", "Log records, by level.", {"level": LEVELS}, where=BOTH)
ALERTS = counter(
    "botdeck_alerts",
    "Tries to tell of an error, by how they ended.",
    {"channel": ALERT_CHANNELS, "outcome": ("sent", "failed", "retried")},
)
ALERTS_SUPPRESSED = counter(
    "botdeck_alerts_suppressed",
    "Alerts that did not go out at once, by why.",
    {"reason": ("cooldown", "closed", "quiet_hours", "maintenance", "cap")},
)
ADMIN_ACTIONS = counter(
    "botdeck_admin_actions",
    "What operators did, or were refused, by where.",
    {"channel": ("panel", "admin", "telegram"), "outcome": ("done", "refused", "failed")},
    where=BOTH,
)
LOGIN_FAILURES = counter("botdeck_login_failures", "Logins to the pages that were refused.", where=WEB)
CSP_DIRECTIVES = (
    "default-src",
    "script-src",
    "style-src",
    "img-src",
    "font-src",
    "connect-src",
    "frame-src",
    "form-action",
    "frame-ancestors",
    "object-src",
    "base-uri",
    "other",
)
CSP_REPORTS = counter(
    "botdeck_csp_reports",
    "What browsers say that the content security policy kept pages from.",
    {"directive": CSP_DIRECTIVES},
    where=WEB,
)

# Database and records
DATABASE_ERRORS = counter(
    "botdeck_database_errors", "Failed database calls of the bot's loops.", {"loop": LOOPS}, where=BOTH
)
DATABASE_POOL_CONNECTIONS = gauge(
    "botdeck_database_pool_connections",
    "Connections of this process' pool, PostgreSQL only.",
    {"state": ("used", "idle")},
    where=BOTH,
)
DATABASE_POOL_WAITING = gauge("botdeck_database_pool_waiting", "Threads that wait for one of them.", where=BOTH)
DATABASE_POOL_WAITS = counter("botdeck_database_pool_waits", "Times that a thread had to wait.", where=BOTH)
DATABASE_POOL_WAIT_SECONDS = counter("botdeck_database_pool_wait_seconds", "How long they waited.", where=BOTH)
RECORDS_WRITTEN = counter("botdeck_records_written", "Records that the database took.", {"kind": LATER}, where=BOTH)
RECORDS_QUEUED = gauge("botdeck_records_queued", "Records in memory, on their way to the database.", where=BOTH)
RECORDS_QUEUE_CAPACITY = gauge("botdeck_records_queue_capacity", "How many there can be.", where=BOTH)
RECORDS_BATCH = histogram(
    "botdeck_records_batch_rows", "Records that the database took at once.", where=BOTH, buckets=ROWS
)
RECORDS_FLUSH = histogram("botdeck_records_flush_seconds", "Time that it took for them.", where=BOTH)
RECORDS_FAILURES = counter("botdeck_records_flush_failures", "Batches that it did not take.", where=BOTH)
RECORDS_SPILLED = counter("botdeck_records_spilled", "Records written to SPOOL_DIR meanwhile.", where=BOTH)
RECORDS_SPOOLED = gauge("botdeck_records_spooled", "Records that wait for the database.", where=BOTH)
RECORDS_DROPPED = counter("botdeck_records_dropped", "Records that are only in the log.", where=BOTH)
RETENTION_DELETED = counter("botdeck_retention_deleted_rows", "Rows deleted for their age, by kind.", {"kind": LATER})

# Jobs and the process itself
# Not `job`: that label is Prometheus' own.
JOB_STATES = ("done", "failed", "timed_out", "lost")
JOB_RUNS = counter("botdeck_job_runs", "Runs of jobs, by how they ended.", {"name": LATER, "state": JOB_STATES})
JOB_DURATION = histogram("botdeck_job_duration_seconds", "A job's run.", {"name": LATER}, buckets=JOB_SECONDS)
LOOP_LAG = histogram(
    "botdeck_event_loop_lag_seconds",
    "By how much a timer of the event loop came late, looked at each second.",
    buckets=LAG_SECONDS,
)
HEARTBEAT = gauge(
    "botdeck_heartbeat_timestamp_seconds",
    "When a part of the process last turned, Unix time.",
    {"component": COMPONENTS},
)
BUILD = gauge("botdeck_build_info", "1, with the version as label.", {"version": LATER}, where=BOTH, mode="livemax")

# What the web's page reads from the database
DATABASE_UP = Reading("botdeck_database_up", "1 when the database answered this scrape.")
BOTS = Reading("botdeck_bots", "Bot processes that reported within 15 s.")
INBOX_PENDING = Reading("botdeck_inbox_pending", "Updates that wait for a handler.")
INBOX_OLDEST = Reading("botdeck_inbox_oldest_pending_seconds", "Age of the oldest of them.")
INBOX_UPDATES = Reading(
    "botdeck_inbox_updates",
    "Updates by state, but for those that are done; up to 10 001 of a state, 100 001 that wait.",
    ["state"],
)
OUTBOX_MESSAGES = Reading(
    "botdeck_outbox_messages", "Messages that are not sent, at most 10 001 of a state.", ["state"]
)
OUTBOX_WAITING = Reading("botdeck_outbox_waiting", "Messages to be sent, at most 50 001 in all.", ["priority", "state"])
OUTBOX_OLDEST = Reading("botdeck_outbox_oldest_due_seconds", "Since when the oldest of them could be sent.")
BROADCASTS = Reading("botdeck_broadcasts", "Broadcasts by state.", ["state"])
ERROR_GROUPS = Reading("botdeck_error_groups", "Groups of errors by state.", ["state"])
TABLE_ROWS = Reading("botdeck_table_rows", "Rows of a table, as the database estimates them.", ["table"])
TABLE_BYTES = Reading("botdeck_table_bytes", "Size of a table with its indexes.", ["table"])
DATABASE_BYTES = Reading("botdeck_database_bytes", "Size of the database.")
ACTIVE_PEOPLE = Reading("botdeck_active_people", "People seen within a time.", ["within"])
ACTIVE_CHATS = Reading("botdeck_active_chats", "Chats with updates within a time.", ["within"])
CHATS = Reading("botdeck_chats", "Chats by type, and whether the bot can write to them.", ["type", "reach"])
JOB_LAST_SUCCESS = Reading(
    "botdeck_job_last_success_timestamp_seconds", "When a job last ended well, Unix time; 0 for never.", ["name"]
)
CONDITION_FIRING = Reading("botdeck_condition_firing", "1 while operators are told of the condition.", ["condition"])
CHECK_LIGHT = Reading("botdeck_check_light", "0 ok, 1 warning, 2 failed, 3 unknown.", ["check"])


def kind_label(kind: str) -> str:
    """Return the kind itself, or "other" for one this version does not know."""
    return kind if kind in KNOWN_KINDS else "other"


def method_label(method: str) -> str:
    """Return the method itself, or "other" for one that is not told apart."""
    return method if method in KNOWN_METHODS else "other"


KNOWN_KINDS, KNOWN_METHODS = frozenset(KINDS), frozenset(METHODS)
