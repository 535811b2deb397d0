"""PromQL as the panels need it, for what is chosen at the top: installation, process, range of rates.

What processes count has `process`, which is `web` for the web; "All" means both, and what the database tells. Each
process' counter is rated by itself before rates are summed, for it begins at 0 with each process.
"""

J = '{job="$job"}'
P = '{job="$job",process=~"$process"}'
OWN_PORTS = '{job=~"$job-.+"}'  # prometheus.yml calls that scrape job botdeck-bots


def by(label: str, metric: str, *, where: str = P) -> str:
    """Return a counter's rate by one label."""
    return f"sum by ({label}) (rate({metric}{where}[$range]))"


def quantile(share: float, metric: str, *labels: str, where: str = P) -> str:
    """Return a histogram's quantile, by labels."""
    return f"histogram_quantile({share}, sum by ({', '.join([*labels, 'le'])}) (rate({metric}_bucket{where}[$range])))"


def quantiles(metric: str, *, where: str = P) -> dict[str, str]:
    """Return the usual three."""
    return {f"p{share * 100:.0f}": quantile(share, metric, where=where) for share in (0.5, 0.95, 0.99)}


def firing(severity: str) -> str:
    """Return how many of our alerts fire; the watchdog always does."""
    ours = f'job="$job",alertname=~"Botdeck.+",alertname!="BotdeckWatchdog",severity="{severity}"'
    return f'count(ALERTS{{{ours},alertstate="firing"}}) or vector(0)'
