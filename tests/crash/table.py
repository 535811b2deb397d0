"""The table that the crash suite prints: a row for each scenario, the totals, and what explains the repetitions."""

from collections import Counter
from collections.abc import Sequence

from tests.crash.scenarios import Result

HEADS = ("updates in", "handled", "lost", "twice", "explained", "disorder", "kills", "faults", "seconds")
MOST = 5  # sentences of each kind


def table(results: Sequence[Result]) -> str:
    """Return the whole report."""
    rows = [(result.name, _cells(result)) for result in results if not result.skipped]
    totals = [sum(column) for column in zip(*(cells for _, cells in rows), strict=True)]
    width = max(len(name) for name in [result.name for result in results] + ["total"])
    lines = [f"{'scenario':{width}}  " + "  ".join(HEADS), _rule(width)]
    lines += [_line(name, cells, width) for name, cells in rows]
    lines += [f"{result.name:{width}}  skipped: {result.skipped}" for result in results if result.skipped]
    lines += [_rule(width), _line("total", totals, width), "", _causes(results), *_complaints(results)]
    return "\n".join(lines)


def _cells(result: Result) -> list[int]:
    verdict = result.verdict
    explained = sum(verdict.explained.values())
    counts = [verdict.updates_in, verdict.handled, len(verdict.lost), verdict.repeated, explained]
    return [*counts, len(verdict.disorder), result.kills, result.faults, round(result.seconds)]


def _line(name: str, cells: Sequence[int], width: int) -> str:
    return f"{name:{width}}  " + "  ".join(f"{cell:{len(head)}}" for cell, head in zip(cells, HEADS, strict=True))


def _rule(width: int) -> str:
    return "-" * width + "  " + "  ".join("-" * len(head) for head in HEADS)


def _causes(results: Sequence[Result]) -> str:
    causes: Counter[str] = sum((result.verdict.explained for result in results), Counter())
    if not causes:
        return "Nothing was handled twice."
    told = ", ".join(f"{count} by {cause}" for cause, count in causes.most_common())
    return f"Handled twice, in flight when it was taken away and not yet completed: {told}."


def _complaints(results: Sequence[Result]) -> list[str]:
    lines = []
    for result in results:
        verdict = result.verdict
        for what, sentences in (
            ("lost", verdict.lost),
            ("twice without a cause", verdict.unexplained),
            ("out of order", verdict.disorder),
            ("note", result.notes),
        ):
            lines += [f"{result.name}: {what}: {sentence}" for sentence in sentences[:MOST]]
            if len(sentences) > MOST:
                lines.append(f"{result.name}: {what}: … and {len(sentences) - MOST} more")
        if verdict.completed_again:
            lines.append(f"{result.name}: note: {verdict.completed_again} completions were written twice")
    return lines
