"""What an error costs: recording one, counting one of a flood, and a flood of 10 000 in 10 s beside a live event loop.

`TEST_DATABASE=postgresql python -m benchmarks.errors`
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.test.utils import get_runner

from benchmarks.inbox import loops
from botcore.database import database_threads
from botcore.errors import capture, crumbs
from botcore.errors.background import flush_for_ever
from botcore.errors.kinds import Source
from botcore.errors.store import store_errors
from botcore.errors.tally import ERROR, Tally
from botcore.models import ErrorEvent, ErrorGroup
from botcore.recorder import Recorder
from botcore.recorder.lines import make_line
from tests.environment import SERVER

FLOOD, SECONDS = 10_000, 10
ROUNDS = 500
DEPTH = 15  # calls between the handler and the bug


def main() -> None:
    """Measure on a test database."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    print(f"{SERVER.version if SERVER else 'SQLite'}; this machine: {loops():.0f} million loops/s")
    show("recording one, with its picture", [seconds_of(fresh=True) for _ in range(ROUNDS)])
    show("counting one of a flood", [seconds_of(fresh=False) for _ in range(ROUNDS)])
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(flood(Path(directory)))
    group = ErrorGroup.objects.get()
    print(f"  afterwards: one group, count {group.count}, people {group.people}, {ErrorEvent.objects.count()} events")
    runner.teardown_databases(databases)
    if SERVER:
        SERVER.stop()


def fail(depth: int) -> None:
    """Be the bug."""
    context = {"depth": depth, "texts": ["some text"] * 20, "password": "secret"}
    if not depth:
        raise ValueError(f"{context['texts']}"[:40])
    fail(depth - 1)


def catch(number: int) -> None:
    """Be the guard."""
    try:
        fail(DEPTH)
    except ValueError as exc:
        capture.capture(exc, source=Source.HANDLER, handler="shop.buy", update=number, user_id=number % 500)


def seconds_of(*, fresh: bool) -> float:
    """Return the CPU seconds of one capture, its line for the recorder included."""
    lines: list[object] = []
    tally = Tally(lambda kind, fields: lines.append(make_line(kind, fields)))
    capture.use(tally)
    with crumbs.trail():
        for number in range(20):
            crumbs.note("call", "info", "sendMessage", f"chat 1, {number} ms: ok")
        for number in range(0 if fresh else 6):
            catch(number)
        start = time.thread_time()
        catch(7)
        return time.thread_time() - start


async def flood(directory: Path) -> None:
    """Let a thousand errors a second come for ten seconds; look how late the loop gets, and what memory does."""
    recorder = Recorder(directory=directory, process="bench", writers={ERROR: store_errors})
    tally = Tally(recorder.put)
    capture.use(tally)
    late: list[float] = []
    memory: list[float] = []
    async with database_threads(2):
        tasks = [asyncio.create_task(work) for work in (recorder.run(), flush_for_ever(tally), watch(late))]
        begun, cpu = time.monotonic(), time.process_time()
        for number in range(FLOOD):
            catch(number)
            if number % 1000 == 999:
                memory.append(resident())
            await asyncio.sleep(max(0.0, begun + (number + 1) * SECONDS / FLOOD - time.monotonic()))
        took, cpu = time.monotonic() - begun, time.process_time() - cpu
        tasks[1].cancel()
        tally.flush()
        await recorder.close()
        tasks[2].cancel()
        await asyncio.wait(tasks)
    late.sort()
    print(f"  {FLOOD} errors in {took:.1f} s took {cpu:.2f} s of CPU, all threads and the writer included")
    print(f"  the loop was late: p50 {late[len(late) // 2]:.1f} ms, p99 {late[int(len(late) * 0.99)]:.1f} ms, "
          f"at most {late[-1]:.1f} ms")  # fmt: skip
    print(f"  memory after each thousand, MiB: {' '.join(f'{size:.1f}' for size in memory)}")


async def watch(late: list[float]) -> None:
    """Note by how many milliseconds naps of 5 ms are too long."""
    while True:
        begun = time.monotonic()
        await asyncio.sleep(0.005)
        late.append((time.monotonic() - begun - 0.005) * 1000)


def resident() -> float:
    """Return this process' memory in MiB."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if "VmRSS" in line)
    return int(line.split()[1]) / 1024


def show(name: str, seconds: list[float]) -> None:
    """Print median and p99 in milliseconds."""
    ordered = sorted(value * 1000 for value in seconds)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(f"  {name}: median {statistics.median(ordered):.2f} ms, p99 {p99:.2f} ms of CPU")


if __name__ == "__main__":
    main()
