"""What arrives, how it ends, and how long it takes."""

from deploy.grafana.panels import RATE, SECONDS, Panel, Row
from deploy.grafana.queries import J, P, by, quantile, quantiles

UPDATES = Row(
    "Updates",
    [
        Panel(
            number=11,
            title="Received, by type",
            description="Updates written to the inbox, before Telegram is told that they arrived.",
            unit=RATE,
            series={"{{kind}}": by("kind", "botdeck_updates_received_total") + " > 0"},
            stacked=True,
        ),
        Panel(
            number=12,
            title="Handled, by outcome",
            description="Updates that left the inbox; ignored: nobody handles such, dead: every attempt failed.",
            unit=RATE,
            series={"{{outcome}}": by("outcome", "botdeck_updates_processed_total")},
            stacked=True,
        ),
        Panel(
            number=14,
            title="Waiting, being handled, lost",
            description="The backlog, handlers that run now, and chats taken from processes that still worked on them.",
            unit="none",
            series={
                "waiting": f"max(botdeck_inbox_pending{J})",
                "in progress": f"sum(botdeck_updates_in_progress{P})",
                "leases lost in 15 min": f"sum(increase(botdeck_leases_lost_total{P}[15m]))",
            },
        ),
        Panel(
            number=13,
            title="Delay",
            description="From the inbox to the handler's start. The objective: 99 % within 2.5 s.",
            unit=SECONDS,
            series=quantiles("botdeck_update_delay_seconds"),
        ),
        Panel(
            number=15,
            title="Processing",
            description="From the handler's start to the end of the attempt, calls to Telegram included.",
            unit=SECONDS,
            series=quantiles("botdeck_update_processing_seconds"),
        ),
        Panel(
            number=16,
            title="Duration by handler, p95",
            description="One run in twenty takes longer than this.",
            unit=SECONDS,
            series={"{{handler}}": quantile(0.95, "botdeck_handler_duration_seconds", "handler")},
        ),
        Panel(
            number=17,
            title="Errors by handler",
            description="Runs that raised; each is in a group on the page Errors.",
            unit=RATE,
            series={"{{handler}}": by("handler", "botdeck_handler_errors_total") + " > 0"},
        ),
        Panel(
            number=19,
            title="Commands",
            description="Commands that people gave, of those that the bot has.",
            unit=RATE,
            series={"/{{command}}": by("command", "botdeck_commands_total") + " > 0"},
            stacked=True,
        ),
        Panel(
            number=18,
            title="People and chats",
            description="Who was there within an hour, a day, a week, a month; and chats lost within a day.",
            unit="none",
            series={
                "people, {{within}}": f"max by (within) (botdeck_active_people{J})",
                "chats, {{within}}": f"max by (within) (botdeck_active_chats{J})",
                "lost in 24 h: {{reason}}": f"sum by (reason) (increase(botdeck_chats_lost_total{P}[1d]))",
            },
        ),
    ],
)
