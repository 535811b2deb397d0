"""What went wrong, and who was told."""

from deploy.grafana.panels import RATE, SHARE, ZERO_IS_GOOD, Kind, Panel, Row
from deploy.grafana.queries import J, P, by

ERRORS = Row(
    "Errors",
    [
        Panel(
            number=41,
            title="Errors, by severity and place",
            description="Errors that were caught, in bots and web; warnings are passing trouble.",
            unit=RATE,
            series={"{{severity}}, {{source}}": by("severity, source", "botdeck_errors_total") + " > 0"},
            stacked=True,
        ),
        Panel(
            number=42,
            title="Groups, by state",
            description="Problems on the page Errors: new ones nobody has looked at, regressed ones came again.",
            unit="none",
            series={"{{state}}": f"max by (state) (botdeck_error_groups{J})"},
        ),
        Panel(
            number=43,
            title="Lines of the log",
            description="By level, from warning on.",
            unit=RATE,
            series={
                "{{level}}": by(
                    "level",
                    "botdeck_log_records_total",
                    where='{job="$job",process=~"$process",level=~"warning|error|critical"}',
                )
            },
        ),
        Panel(
            number=44,
            title="The bot's own alerts",
            description="Tries to tell somebody, by channel and how they ended.",
            unit="none",
            series={
                "{{channel}}, {{outcome}}": f"sum by (channel, outcome) (increase(botdeck_alerts_total{P}[1h])) > 0",
                "held back: {{reason}}": f"sum by (reason) (increase(botdeck_alerts_suppressed_total{P}[1h])) > 0",
            },
        ),
        Panel(
            number=47,
            title="Conditions that the bot raises itself",
            description="What the page Alerts shows as firing.",
            unit="none",
            series={"{{condition}}": f"max by (condition) (botdeck_condition_firing{J})"},
            kind=Kind.STATES,
            steps=ZERO_IS_GOOD,
            words={0: "calm", 1: "fires"},
        ),
        Panel(
            number=45,
            title="Late updates against the objective",
            description="Share of updates that began more than 2.5 s after their arrival; the objective allows 1 %.",
            unit=SHARE,
            series={
                "5 m": "job:botdeck_updates_late:ratio_rate5m" + J,
                "1 h": "job:botdeck_updates_late:ratio_rate1h" + J,
                "6 h": "job:botdeck_updates_late:ratio_rate6h" + J,
            },
        ),
    ],
)
