"""The recorder in real processes: killed between commit and clean-up, and with a PostgreSQL server that crashes."""

import json
import signal
import unittest
import uuid

from botcore.monitoring.events import event
from botcore.recorder import EVENT
from tests.database.recording import spool_files
from tests.environment import SERVER
from tests.postgresql import PostgreSQL
from tests.processes import Running, Stack, eventually

# Puts one event after the other until SIGTERM, then says how many. With "die" the first commit is its last act.
PROGRAM = """
import asyncio, os, signal, sys
from pathlib import Path
import django
django.setup()
from botcore.database import database_threads
from botcore.monitoring.events import event, store_events
from botcore.recorder import EVENT, Recorder

def store_and_die(batch):
    store_events(batch)
    os.kill(os.getpid(), signal.SIGKILL)

async def main(directory, how):
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    writer = store_and_die if how == "die" else store_events
    recorder = Recorder(directory=Path(directory), process=f"host:{os.getpid()}", writers={EVENT: writer})
    count = 0
    async with database_threads(2):
        running = asyncio.create_task(recorder.run())
        print("ready", flush=True)
        while not stopping.is_set():
            if how == "put":
                recorder.put(EVENT, event("count", str(count)))
                count += 1
            await asyncio.sleep(0.005)
        await recorder.close()
        await asyncio.wait({running})
    print("put", count, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


class RealProcesses(unittest.TestCase):
    """Real processes on one database and one directory."""

    def start(self, **environment: str) -> None:
        """Make the database."""
        self.stack = self.enterContext(Stack(**environment))
        self.stack.migrate()
        self.directory = self.stack.directory / "spool"

    def program(self, how: str) -> Running:
        """Start a process with a recorder."""
        return self.stack.run("-c", PROGRAM, str(self.directory), how, DJANGO_SETTINGS_MODULE="botproject.settings")

    def texts(self) -> list[str]:
        """Return the events' texts, in the order in which they were written."""
        code = (
            "import json; from botcore.models import Event; "
            "print(json.dumps(list(Event.objects.order_by('id').values_list('text', flat=True))))"
        )
        found: list[str] = json.loads(self.stack.manage("shell", "--verbosity", "0", "-c", code))
        return found


class KillTests(RealProcesses):
    """A process that dies at the worst moment."""

    def test_a_kill_between_commit_and_clean_up_writes_nothing_twice(self) -> None:
        self.start()
        self.directory.mkdir()
        records = [{**event("count", str(number)), "key": uuid.uuid4().hex} for number in range(50)]
        dead = self.directory / "dead.jsonl"
        dead.write_text("".join(json.dumps({"kind": EVENT, "record": record}) + "\n" for record in records))

        killed = self.program("die")
        self.assertEqual(killed.wait(), -signal.SIGKILL, killed.output)
        self.assertEqual((len(self.texts()), dead.exists()), (50, True))

        heir = self.program("idle")
        eventually(lambda: not dead.exists(), what="the next process replays the file")
        self.assertEqual(heir.stop(), 0, heir.output)
        self.assertEqual(self.texts(), [str(number) for number in range(50)])


@unittest.skipUnless(SERVER, "SQLite has no server that could go away; the PostgreSQL run tests this")
class OutageTests(RealProcesses):
    """A PostgreSQL server of its own that crashes under recorders."""

    def setUp(self) -> None:
        """Start the server."""
        self.server = PostgreSQL()
        self.addCleanup(self.server.stop)
        self.start(DATABASE_URL=self.server.start())

    def spilled(self) -> list[str]:
        """Return the texts in the spool."""
        lines = [line for path in spool_files(self.directory) for line in path.read_text().splitlines()]
        return [json.loads(line)["record"]["text"] for line in lines]

    def test_crashes_of_the_server_lose_and_repeat_nothing(self) -> None:
        process = self.program("put")
        eventually(self.texts, what="events arrive")
        for _ in range(2):
            self.server.halt()
            eventually(lambda: len(self.spilled()) > 200, what="events go to the spool")
            self.server.resume()
            eventually(lambda: not spool_files(self.directory), what="the spool is replayed")
        self.assertEqual(process.stop(), 0, process.output)
        self.assertIn("the database is away, recorder waits", process.output)
        texts = self.texts()
        self.assertEqual(sorted(texts, key=int), [str(number) for number in range(len(texts))])
        self.assertIn(f"put {len(texts)}\n", process.output)

    def test_what_a_killed_process_spilled_is_replayed_by_whoever_comes_first(self) -> None:
        self.server.halt()
        process = self.program("put")
        eventually(lambda: len(self.spilled()) > 50, what="events go to the spool")
        heir = self.program("idle")
        process.signal(signal.SIGKILL)
        process.wait()
        spilled = self.spilled()
        self.server.resume()
        again = self.program("idle")
        eventually(lambda: not spool_files(self.directory), what="it is replayed")
        eventually(lambda: "ready" in heir.output and "ready" in again.output, what="both obey SIGTERM")
        self.assertEqual((heir.stop(), again.stop()), (0, 0), heir.output + again.output)
        self.assertEqual(sorted(self.texts(), key=int), spilled)
