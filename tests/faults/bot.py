"""`python -m tests.faults.bot`: a real bot with the instrument in it, told over stdin what to do; answers on stdout.

Each line is a JSON object with `do` and its arguments; each answer is one, too. The bot is made anew when it ended.
"""

import asyncio
import json
import logging
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TextIO

from tests.faults import instrument
from tests.faults.trap import WORDS, Ear, Trap

if TYPE_CHECKING:
    from botcore.bot import Bot

TRAP = Trap()


class Life:
    """The bots of this process, one after the other, and what a command may do with them."""

    def __init__(self) -> None:
        self.bot: Bot | None = None
        self.loop: asyncio.AbstractEventLoop | None = None
        self.born = 0
        self.deaths: list[str] = []  # ends that nobody asked for
        self.failed_stop = False  # a stop that was asked for ended with an error: runbot ends with exit code 1
        self._asked = self._over = False
        self._quit = threading.Event()

    def run(self) -> None:
        """Run bots until told to quit, as a supervisor does."""
        from botcore.preflight import check_database, check_set_up  # noqa: PLC0415 (after setup)

        while not self._over:
            self._asked = False
            try:
                check_set_up()
                check_database()  # here, as runbot does: the connection stays with this thread
                asyncio.run(self._run())
                if not self._asked:
                    self.deaths.append("the bot stopped by itself")
            except Exception as exc:
                logging.getLogger("botcore.management.commands.runbot").critical("the bot ended", exc_info=True)
                if not self._asked:
                    self.deaths.append(f"{type(exc).__name__}: {exc}")
                else:  # what is left of it must not disturb the next bot, which comes in a process of its own
                    self.failed_stop = True
                    self._quit.wait()

    async def _run(self) -> None:
        from botcore.bot import Bot  # noqa: PLC0415 (after setup)
        from tests.faults import features  # noqa: PLC0415

        self.loop, self.bot = asyncio.get_running_loop(), Bot(features)
        self.born += 1
        try:
            await self.bot.run()
        except Exception:
            self.failed_stop = self._asked  # now: runbot does not wait for what still runs either
            raise

    def restart(self) -> None:
        """Stop the bot in order; run() makes the next one."""
        self._asked = True
        if self.loop and self.bot:
            self.loop.call_soon_threadsafe(self.bot.stop)

    def quit(self) -> None:
        """Stop for good."""
        self._over = True
        self._quit.set()
        self.restart()

    def loops(self) -> dict[str, int]:
        """Count the tasks of the loop by their coroutines."""
        if self.loop is None or self.loop.is_closed():
            return {}
        try:
            return asyncio.run_coroutine_threadsafe(_tasks(), self.loop).result(2)
        except (TimeoutError, RuntimeError):
            return {}


async def _tasks() -> dict[str, int]:
    coroutines = (task.get_coro() for task in asyncio.all_tasks())
    return dict(Counter(getattr(one, "__qualname__", "") for one in coroutines))


def obey(life: Life, do: str, **given: Any) -> dict[str, Any]:
    """Do what a command says; return the answer."""
    commands: dict[str, Callable[[], Any]] = {
        "arm": lambda: TRAP.arm(given["site"], times=given["times"]),
        "break": lambda: TRAP.break_(given["site"], broken(given["error"]), times=given["times"], skip=given["skip"]),
        "heal": lambda: TRAP.heal(given["site"]),
        "disarm": TRAP.disarm,
        "passed": lambda: {"passed": TRAP.take_passed()},
        "secret": lambda: {"secret": secret()},
        "rows": lambda: {"rows": rows()},
        "loops": lambda: {"loops": life.loops()},
        "restart": life.restart,
        "state": lambda: None,
    }
    told = commands[do]() or {}
    state = {"fired": TRAP.fired, "records": TRAP.records, "born": life.born, "deaths": life.deaths}
    return {**state, "failed_stop": life.failed_stop, "captured": TRAP.captured, **told}


def broken(kind: str) -> Exception:
    """Return a first error: a bug, or a database that is away."""
    from django.db import OperationalError  # noqa: PLC0415 (after setup)

    return OperationalError("the connection is lost") if kind == "away" else LookupError("a first error")


def rows() -> int:
    """Return how many injected errors the table of errors has counted."""
    from django.db import connections  # noqa: PLC0415
    from django.db.models import Q, Sum  # noqa: PLC0415

    from botcore.errors.models import ErrorGroup  # noqa: PLC0415

    # A stop's errors come as a group of exceptions, with a title of its own.
    groups = ErrorGroup.objects.filter(Q(title__contains=WORDS) | Q(title__contains="TaskGroup"))
    try:
        return int(groups.aggregate(whole=Sum("count"))["whole"] or 0)
    finally:
        connections.close_all()


def secret() -> str:
    """Return what deliveries must carry."""
    from django.db import connections  # noqa: PLC0415

    from botcore.runtime.models import Webhook  # noqa: PLC0415

    try:
        return str(Webhook.objects.order_by("pk").values_list("secret", flat=True)[0])
    finally:
        connections.close_all()


def listen(life: Life, answers: TextIO) -> None:
    """Obey until stdin ends."""
    for line in sys.stdin:
        print(json.dumps(obey(life, **json.loads(line))), flush=True, file=answers)
    life.quit()


def main() -> None:
    """Install the instrument first; then what `manage.py runbot` does."""
    instrument.install(TRAP.point)
    answers, sys.stdout = sys.stdout, sys.stderr  # what else is printed, such as e-mails, must not pass for an answer
    import django  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    django.setup()
    from tests.faults.quick import add_jobs, quicken, renumber  # noqa: PLC0415

    quicken()
    add_jobs()
    renumber()
    from botcore.errors import hooks  # noqa: PLC0415

    hooks.install()
    logging.getLogger().addHandler(Ear(TRAP))
    life = Life()
    threading.Thread(target=listen, args=(life, answers), name="commands", daemon=True).start()
    life.run()


if __name__ == "__main__":
    main()
