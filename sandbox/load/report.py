"""How a load went, in words."""

from sandbox.load.crowd import Course, Plan
from sandbox.load.watch import Tally

HEAD = f"{'':10}{'done':>9}{'answered':>10}{'lost':>8}{'refused':>9}{'p50':>10}{'p95':>10}{'p99':>10}{'most':>10}"


def report(course: Course, plan: Plan) -> list[str]:
    """Return the lines that tell how it went."""
    watch = course.watch
    lines = [HEAD, *(_line(kind, tally) for kind, tally in watch.tallies.items() if tally.done)]
    done = sum(tally.done for tally in watch.tallies.values())
    rate = done / course.seconds if course.seconds else 0.0
    lines.append(f"{rate:.1f} deeds a second of {plan.rate:g} wished; the latest began {course.behind:.3f} s too late.")
    if course.stopped:
        lines.append("It was stopped: what waited then is called lost.")
    pace = watch.messages / course.listened if course.listened else 0.0
    lines.append(f"The bot wrote {watch.messages} messages, {pace:.1f} a second.")
    if watch.late:
        lines.append(f"{watch.late} answers came when nobody waited any more, or a second time.")
    if watch.told_apart:
        lines.append(f"Out of order: {watch.out_of_order} of {watch.told_apart} answers that name what they answer.")
    else:
        lines.append("Out of order: cannot be told, no answer names what it answers.")
    if watch.more:
        lines.append(f"{watch.more} more messages named nothing, and nothing waited in their chats.")
    if course.cut_off:
        lines.append("The live channel was cut off: what is called lost may have been answered.")
    return lines


def _line(kind: str, tally: Tally) -> str:
    shown = "".join(f"{_duration(tally.latencies.percentile(share)):>10}" for share in (0.5, 0.95, 0.99))
    most = _duration(tally.latencies.most if tally.latencies.count else None)
    return f"{kind:10}{tally.done:>9}{tally.latencies.count:>10}{tally.lost:>8}{tally.refused:>9}{shown}{most:>10}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
