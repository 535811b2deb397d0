"""Durations in buckets that are 2 % wide: any number of them takes the same little memory."""

import math
from collections import Counter

STEP = math.log(1.02)
SMALLEST = 0.0001  # seconds


class Latencies:
    """Counts durations; a percentile is at most 2 % above the true one."""

    def __init__(self) -> None:
        self._buckets: Counter[int] = Counter()
        self.count = 0
        self.most = 0.0

    def add(self, seconds: float) -> None:
        self._buckets[math.ceil(math.log(max(seconds, SMALLEST) / SMALLEST) / STEP)] += 1
        self.count += 1
        self.most = max(self.most, seconds)

    def percentile(self, share: float) -> float | None:
        """Return the duration in seconds within which this share of all was; None when there was none."""
        seen = 0
        for bucket in sorted(self._buckets):
            seen += self._buckets[bucket]
            if seen >= share * self.count:
                return min(SMALLEST * math.exp(bucket * STEP), self.most)
        return None
