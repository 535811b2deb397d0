"""What became of one injected error, and the table of all of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.faults.sites import SCOPE, Site

HEADS = ("sites", "reached", "recorded", "answered", "survived")
MOST = 40  # failures that are told


@dataclass(slots=True)
class Verdict:
    """One error at one site in one scenario; `records` is in how many log lines it was told."""

    site: Site
    scenario: str = ""
    sticky: bool = False  # raised at every attempt, not only once
    reached: bool = False
    records: int = 0
    answered: bool = False
    survived: bool = False
    words: list[str] = field(default_factory=list)

    def add(self, other: "Verdict") -> None:
        """Take in what became of another error at the same site: both must have gone well."""
        if not other.good or not self.reached:
            self.scenario, self.sticky, self.words = other.scenario, other.sticky, other.words
        self.records = min(self.records, other.records) if self.reached else other.records
        self.answered = other.answered and (self.answered or not self.reached)
        self.survived = other.survived and (self.survived or not self.reached)
        self.reached = True

    @property
    def recorded(self) -> bool:
        """Did it reach the log at ERROR or above?"""
        return self.records > 0

    @property
    def good(self) -> bool:
        """Reached, recorded, answered and survived."""
        return self.reached and self.recorded and self.answered and self.survived

    @property
    def complaint(self) -> str:
        """One line about what was wrong."""
        if not self.reached:
            return f"{self.site.name}: never reached"
        checks = {"recorded": self.recorded, "answered": self.answered, "survived": self.survived}
        wrong = ", ".join(f"not {name}" for name, good in checks.items() if not good)
        how = f"{self.scenario}{', each time' if self.sticky else ''}"
        return f"{self.site.name} ({how}): {wrong}{': ' if self.words else ''}{'; '.join(self.words)}"


def table(verdicts: Sequence[Verdict], *, most: int = MOST) -> str:
    """Return a row for each area, the totals in per cent, and what went wrong."""
    width = max(map(len, [*SCOPE, "per cent"]))
    lines = [f"{'area':{width}}  " + "  ".join(f"{head:>8}" for head in HEADS), _rule(width)]
    areas = {area: [verdict for verdict in verdicts if verdict.site.area == area] for area in SCOPE}
    lines += [_line(area, _counts(mine), width) for area, mine in areas.items() if mine]
    counts = _counts(verdicts)
    shares = [f"{_percent(count, counts[0]):>8}" for count in counts]
    lines += [_rule(width), _line("total", counts, width), f"{'per cent':{width}}  " + "  ".join(shares)]
    wrong = [verdict.complaint for verdict in verdicts if not verdict.good]
    twice = sum(verdict.records > 1 for verdict in verdicts if not verdict.sticky)
    lines += ["", f"told by more than one log line: {twice}", f"wrong: {len(wrong)}", *wrong[:most]]
    if len(wrong) > most:
        lines.append(f"… and {len(wrong) - most} more")
    return "\n".join(lines)


def merged(verdicts: Iterable[Verdict], chosen: Iterable[Site]) -> list[Verdict]:
    """Return one verdict for each site."""
    whole = {site.number: Verdict(site) for site in chosen}
    for verdict in verdicts:
        if verdict.reached:
            whole[verdict.site.number].add(verdict)
    return list(whole.values())


def _counts(verdicts: Iterable[Verdict]) -> list[int]:
    facts = [(1, one.reached, one.recorded, one.answered, one.survived) for one in verdicts]
    return [sum(column) for column in zip(*facts, strict=True)]


def _percent(count: int, whole: int) -> str:
    """Never round up to a hundred."""
    return f"{1000 * count // whole / 10 if whole else 0:.1f}"


def _line(name: str, counts: Sequence[int], width: int) -> str:
    return f"{name:{width}}  " + "  ".join(f"{count:>8}" for count in counts)


def _rule(width: int) -> str:
    return "-" * width + ("  " + "-" * 8) * len(HEADS)
