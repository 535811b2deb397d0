"""Checks of what each process has around it: its queue to the database, its spool, disk and clock."""

from botcore.monitoring.health.check import Check, Light, counted
from botcore.monitoring.health.fleet import Finding, Fleet, of_each
from botcore.monitoring.selectors import Process

QUEUE_FULL, QUEUE_TOO_FULL = 0.5, 0.9  # of its capacity; beyond it records are only in the log
SPOOLED_MANY = 50_000  # records; 500 in a transaction, so about a minute when the database is back
GIB = 2**30
# The lesser of a share and an amount: a tenth of 2 TB is plenty, 5 GiB are more than a small disk has.
DISK_SHARE, DISK_BYTES = 0.10, 5 * GIB
DISK_LOW_SHARE, DISK_LOW_BYTES = 0.03, 1 * GIB
SKEW, GREAT_SKEW = 2.0, 60.0  # seconds; NTP holds a clock to a fraction, and pages show ages in seconds and minutes


def writer_queue(seen: Fleet) -> Check:
    """Judge by how full the queues of records are."""

    def judge(process: Process) -> Finding:
        queue, capacity = process.vitals.queue, process.vitals.queue_capacity
        share = queue / capacity if capacity else 0.0
        if share < QUEUE_FULL:
            return Light.OK, ""
        words = f"{queue} of {capacity} records wait in memory: see the checks database and spool, and the disk."
        return (Light.FAILED if share >= QUEUE_TOO_FULL else Light.WARNING), words

    return of_each("writer_queue", seen, judge, well="Records are written as they come.", without=Light.UNKNOWN)


def spool(seen: Fleet) -> Check:
    """Judge by how many records wait in files."""

    def judge(process: Process) -> Finding:
        if not process.spooled:
            return Light.OK, ""
        words = f"{counted(process.spooled, 'record')} {'waits' if process.spooled == 1 else 'wait'} for the database"
        light = Light.FAILED if process.spooled >= SPOOLED_MANY else Light.WARNING
        return light, f"{words}, and {'is' if process.spooled == 1 else 'are'} written when it is back."

    return of_each("spool", seen, judge, well="Nothing waits in files.", without=Light.UNKNOWN)


def disk(seen: Fleet) -> Check:
    """Judge by what is free where SPOOL_DIR is."""

    def judge(process: Process) -> Finding:
        return judge_room((process.vitals.disk_free, process.vitals.disk_total), "SPOOL_DIR")

    return of_each("disk", seen, judge, well="", without=Light.UNKNOWN)


def judge_room(room: tuple[int, int], name: str) -> Finding:
    """Judge by the free and all bytes of the disk of a directory."""
    free, total = room
    if not total:
        return Light.UNKNOWN, f"How much is free where {name} is, is not known."
    words = f"{free / GIB:.1f} of {total / GIB:.0f} GiB are free where {name} is"
    if free < min(DISK_LOW_SHARE * total, DISK_LOW_BYTES):
        return Light.FAILED, f"{words}: make room now, the database and the spool may stop."
    if free < min(DISK_SHARE * total, DISK_BYTES):
        return Light.WARNING, f"{words}: make room soon."
    return Light.OK, f"{words}."


def clock(seen: Fleet, skew_here: float | None) -> Check:
    """Judge by how far the clocks of the bots' machines, and of this one, are from the database's."""
    here = judge_skew("The clock of this machine", skew_here)
    found = of_each(
        "clock",
        seen,
        lambda process: judge_skew("Its machine's clock", process.vitals.clock_skew),
        well="All clocks agree with the database's.",
        without=here[0],
    )
    if here[0] is not Light.OK and found.light is not Light.FAILED:
        return Check("clock", here[0], here[1], 0.0)
    return found if seen.alive else Check("clock", Light.OK, "This machine's clock agrees with the database's.", 0.0)


def judge_skew(whose: str, skew: float | None, *, other: str = "the database's", least: float = SKEW) -> Finding:
    """Judge by how far a clock is ahead of another one."""
    if skew is None or abs(skew) < least:
        return Light.OK, ""
    words = f"{whose} is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} {other}: see NTP on both."
    return (Light.FAILED if abs(skew) >= GREAT_SKEW else Light.WARNING), f"{words} Ages in pages are off by as much."
