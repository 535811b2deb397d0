"""What 429s teach, as plain numbers: shared by the limiter's paces and by the table that outlives a process."""

SLOWEST = 1 / 16  # of the rate
RECOVERY_SECONDS = 30.0  # without a flood, after which the rate grows again
RECOVERY = 1.25  # by so much: from a half to all in two minutes
SAME_FLOOD = 10.0  # seconds in which several 429s of one scope are one event
MOST_STEPS = 20  # of recovery: more than from the slowest to all


def recovered(lowered_to: float, calm_seconds: float) -> float:
    """Return the factor for a rate that was lowered, after so long without a flood; 1 when all is forgotten."""
    steps = min(max(0.0, calm_seconds) // RECOVERY_SECONDS, MOST_STEPS)
    return float(min(1.0, lowered_to * RECOVERY**steps))


def halved(factor: float) -> float:
    """Return the factor after one more flood."""
    return max(factor / 2, SLOWEST)
