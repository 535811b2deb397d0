"""Processes, jobs, and the web."""

from deploy.grafana.panels import CALLS, SECONDS, SHARE, Panel, Row
from deploy.grafana.queries import OWN_PORTS, J, P, by, quantile, quantiles

RUNTIME = Row(
    "Runtime",
    [
        Panel(
            number=81,
            title="Event loop lag, p99",
            description="By how much the loop is late: a handler that is slow without await holds up all chats.",
            unit=SECONDS,
            series={"{{process}}": quantile(0.99, "botdeck_event_loop_lag_seconds", "process")},
        ),
        Panel(
            number=85,
            title="Parts of processes",
            description="How long ago each part last turned, the worst of all processes.",
            unit=SECONDS,
            series={"{{component}}": f"max by (component) (time() - (botdeck_heartbeat_timestamp_seconds{P} > 0))"},
        ),
        Panel(
            number=91,
            title="Processes and versions",
            description="Processes that run, the web among them, by version.",
            unit="none",
            series={"{{version}}": f"count by (version) (botdeck_build_info{P})"},
            stacked=True,
        ),
        Panel(
            number=86,
            title="Runs of jobs",
            description="Within an hour, by job and how they ended.",
            unit="none",
            series={"{{name}}, {{state}}": f"sum by (name, state) (increase(botdeck_job_runs_total{P}[1h])) > 0"},
        ),
        Panel(
            number=87,
            title="Last success of jobs",
            description="How long ago each job last ended well.",
            unit=SECONDS,
            series={"{{name}}": f"time() - max by (name) (botdeck_job_last_success_timestamp_seconds{J} > 0)"},
        ),
        Panel(
            number=82,
            title="Memory of bots",
            description="Resident memory, from the bots' own ports: the scrape job botdeck-bots.",
            unit="bytes",
            series={"{{instance}}": f"process_resident_memory_bytes{OWN_PORTS}"},
        ),
        Panel(
            number=83,
            title="CPU of bots",
            description="Cores that a process keeps busy, from the bots' own ports; one is all that Python can use.",
            unit=SHARE,
            series={"{{instance}}": f"rate(process_cpu_seconds_total{OWN_PORTS}[$range])"},
        ),
        Panel(
            number=88,
            title="Answers of the web, by status",
            description="Of pages and endpoints.",
            unit=CALLS,
            series={"{{status}}": by("status", "django_http_responses_total_by_status_total", where=J)},
            stacked=True,
        ),
        Panel(
            number=89,
            title="Duration of requests",
            description="Of pages and endpoints, with all middleware.",
            unit=SECONDS,
            series=quantiles("django_http_requests_latency_including_middlewares_seconds", where=J),
        ),
        Panel(
            number=90,
            title="Operators",
            description="What they did or were refused on pages and in chats, and logins that failed, within an hour.",
            unit="none",
            series={
                "{{channel}}, {{outcome}}": f"sum by (channel, outcome) (increase(botdeck_admin_actions_total{P}[1h]))",
                "logins refused": f"sum(increase(botdeck_login_failures_total{J}[1h]))",
            },
        ),
        Panel(
            number=92,
            title="Clock jumps",
            description="Times that a machine's clock was set by 5 s or more, within an hour.",
            unit="none",
            series={"{{process}}": f"sum by (process) (increase(botdeck_clock_jumps_total{P}[1h]))"},
        ),
    ],
)
