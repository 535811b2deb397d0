"""What was missed while no process polled: reported when polling begins, and with the first updates that come."""

from botcore.tell import Tell

DAY_HOURS = 24.0  # Telegram keeps updates no longer, core.telegram.org/bots/api#getting-updates
WORTH_SAYING = 60.0  # seconds; a restart is no outage
MOST_MISSED = 100_000  # a larger step is no gap: numbers are random after a quiet week


def report_outage(tell: Tell, seconds: float | None) -> None:
    """Say how long nobody polled; None when no process is known to have polled before."""
    if seconds is None or seconds < WORTH_SAYING:
        return
    hours = seconds / 3600
    if hours > DAY_HOURS:
        tell("outage", f"down {hours:.0f} h; up to {hours - DAY_HOURS:.0f} h of updates are gone", level="error")
    else:
        words = f"{hours:.0f} h" if hours >= 2 else f"{seconds / 60:.0f} min"
        tell("outage", f"nobody polled for {words}; Telegram kept the updates", level="warning")


def report_gap(tell: Tell, *, last_known: int | None, first_new: int) -> None:
    """Say that updates are missing between the last that was stored before and the first that came now."""
    missing = first_new - last_known - 1 if last_known is not None else 0
    if 0 < missing <= MOST_MISSED:
        tell(
            "gap",
            f"{missing} updates before number {first_new} never came: they expired at Telegram "
            "(a pressed button after 150 s), or somebody else took them",
            level="warning",
        )
