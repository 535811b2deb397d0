"""Calls to Telegram, in and out."""

from deploy.grafana.panels import CALLS, SECONDS, SHARE, Kind, Panel, Row
from deploy.grafana.queries import J, P, by, quantile

BOT_API = Row(
    "Bot API",
    [
        Panel(
            number=21,
            title="Calls, by outcome",
            description="Every attempt: client is a refusal (4xx), unsent did not reach Telegram.",
            unit=CALLS,
            series={"{{outcome}}": by("outcome", "botdeck_api_requests_total")},
            stacked=True,
        ),
        Panel(
            number=22,
            title="Calls that fail",
            description="Share of calls without an answer, or with a 5xx.",
            unit=SHARE,
            series={"failing": "job:botdeck_api_failures:ratio_rate5m" + J},
        ),
        Panel(
            number=23,
            title="Duration by method, p95",
            description="Long polls apart. One call in twenty takes longer than this.",
            unit=SECONDS,
            series={
                "{{method}}": quantile(
                    0.95,
                    "botdeck_api_request_duration_seconds",
                    "method",
                    where='{job="$job",process=~"$process",method!="getUpdates"}',
                )
            },
        ),
        Panel(
            number=24,
            title="Waiting for a turn, p95",
            description="How long calls wait for their turn under Telegram's limits, by priority.",
            unit=SECONDS,
            series={"{{priority}}": quantile(0.95, "botdeck_limiter_wait_seconds", "priority")},
        ),
        Panel(
            number=25,
            title="Flood waits",
            description="Seconds that Telegram's 429s asked for, for each second, by what then waits.",
            unit="none",
            series={"{{scope}}": by("scope", "botdeck_flood_wait_seconds_total")},
        ),
        Panel(
            number=26,
            title="Calls made again",
            description="Retries, by reason.",
            unit=CALLS,
            series={"{{reason}}": by("reason", "botdeck_api_retries_total")},
        ),
        Panel(
            number=27,
            title="Circuit",
            description="Whether calls go to Telegram, fail at once, or one tries.",
            unit="none",
            series={"{{process}}": f"max by (process) (botdeck_circuit_state{P})"},
            kind=Kind.STATES,
            steps=((None, "green"), (1, "orange"), (2, "red")),
            words={0: "closed", 1: "one tries", 2: "open"},
        ),
        Panel(
            number=30,
            title="Polls",
            description="getUpdates by outcome (conflict: somebody else polls), and since when none was good.",
            unit="none",
            series={
                "{{outcome}}/s": by("outcome", "botdeck_polls_total"),
                "seconds since the last": f"time() - max(botdeck_last_poll_timestamp_seconds{P} > 0)",
            },
        ),
        Panel(
            number=31,
            title="Webhook",
            description="Deliveries by the status of our answer, and what waits at Telegram.",
            unit="none",
            series={
                "{{status}}/s": by("status", "botdeck_webhook_requests_total") + " > 0",
                "waiting": f"max(botdeck_webhook_waiting{P})",
            },
        ),
        Panel(
            number=28,
            title="Outbox: what waits",
            description="Messages to be sent, by priority, and since when the oldest of them could be.",
            unit="none",
            series={
                "{{priority}}": f"sum by (priority) (botdeck_outbox_waiting{J})",
                "seconds, the oldest": f"max(botdeck_outbox_oldest_due_seconds{J})",
            },
            width=12,
        ),
        Panel(
            number=29,
            title="Outbox: how calls ended",
            description="sent, failed (refused), uncertain (no answer came), queued (made again).",
            unit=CALLS,
            series={"{{state}}": by("state", "botdeck_outgoing_messages_total")},
            stacked=True,
            width=12,
        ),
    ],
)
