"""The database, and what is on its way there."""

from deploy.grafana.panels import RATE, SECONDS, SHARE, Panel, Row
from deploy.grafana.queries import J, P, by, quantiles

PERSISTENCE = Row(
    "Persistence",
    [
        Panel(
            number=61,
            title="Records in memory",
            description="On their way to the database, as a share of the room there is, by process.",
            unit=SHARE,
            series={
                "{{process}}": f"max by (process) (botdeck_records_queued{P} / (botdeck_records_queue_capacity{P} > 0))"
            },
        ),
        Panel(
            number=62,
            title="Records written",
            description="Records that the database took, by kind.",
            unit=RATE,
            series={"{{kind}}": by("kind", "botdeck_records_written_total")},
            stacked=True,
        ),
        Panel(
            number=63,
            title="Records that wait outside, or are lost",
            description="Waiting in SPOOL_DIR or in memory; written there, or only in the log, within an hour.",
            unit="none",
            series={
                "waiting": f"sum(botdeck_records_spooled{P})",
                "spilled in 1 h": f"sum(increase(botdeck_records_spilled_total{P}[1h]))",
                "only in the log, in 1 h": f"sum(increase(botdeck_records_dropped_total{P}[1h]))",
            },
        ),
        Panel(
            number=66,
            title="Writing a batch",
            description="How long the database takes for a batch of records.",
            unit=SECONDS,
            series=quantiles("botdeck_records_flush_seconds"),
        ),
        Panel(
            number=64,
            title="Database errors, by loop",
            description="Calls of the bot's loops that failed; they are tried again.",
            unit=RATE,
            series={"{{loop}}": by("loop", "botdeck_database_errors_total") + " > 0"},
        ),
        Panel(
            number=65,
            title="Connections",
            description="The pool of each process, and threads that wait for a connection of it. PostgreSQL only.",
            unit="none",
            series={
                "{{process}} {{state}}": f"sum by (process, state) (botdeck_database_pool_connections{P})",
                "{{process}} waiting": f"sum by (process) (botdeck_database_pool_waiting{P})",
            },
        ),
        Panel(
            number=67,
            title="Size of the database",
            description="The whole, and its largest tables with their indexes.",
            unit="bytes",
            series={
                "all": f"max(botdeck_database_bytes{J})",
                "{{table}}": f"topk(8, max by (table) (botdeck_table_bytes{J}))",
            },
            width=12,
        ),
        Panel(
            number=68,
            title="Rows deleted for their age",
            description="By kind, within a day.",
            unit="none",
            series={"{{kind}}": f"sum by (kind) (increase(botdeck_retention_deleted_rows_total{P}[1d]))"},
            width=12,
        ),
    ],
)
