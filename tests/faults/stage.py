"""A stage: a database, a sandbox and the instrumented bot of one shard."""

from contextlib import suppress
from typing import Any

from tests.faults.child import Child
from tests.faults.person import Person
from tests.faults.sites import matching
from tests.faults.waits import START_SECONDS, UnansweredError, wait_for
from tests.processes import Stack

LEASE_SECONDS = 2
LAST_WORDS_SECONDS = 3.0  # as long as runbot waits for what does not end
# Tasks that come and go.
TRANSIENT = ("Request", "_lane", "ask", "_tasks", "wait")


class Stage:
    """Everything of one shard; use as a context manager."""

    def __init__(self, mode: str = "polling", **environment: str) -> None:
        self.mode = mode
        self.captured = 0  # by processes that ended
        self._kept: dict[str, Any] = {}
        self.stack = Stack(
            BOT_MODE=mode,
            BOT_POLL_SECONDS="1",
            BOT_ATTEMPTS="2",
            BOT_LEASE_SECONDS=str(LEASE_SECONDS),
            BOT_STOP_SECONDS="1",
            BOT_THROTTLE="0",
            DATABASE_POOL_SIZE="16",
            BOT_SANDBOX="1",
            ALERT_CAP="1000",
            ALERT_COOLDOWN_MINUTES="0",
            ALERT_EMAILS="owner@example.org",
            EMAIL_URL="consolemail://",
            ALERT_WEBHOOK_URL="http://127.0.0.1:1/",  # nothing listens there
            ALERT_WEBHOOK_PRIVATE="1",
        )
        url = f"http://127.0.0.1:{self.stack.webhook_port}/telegram/webhook/"
        self.stack.environment |= {"WEBHOOK_URL": url, **environment}

    def __enter__(self) -> "Stage":
        """Start everything."""
        self.stack.__enter__()
        self.stack.migrate()
        self.stack.start_sandbox()
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop everything."""
        self.child.end()
        self.stack.__exit__(*error)

    def person(self, first_name: str = "Alice") -> Person:
        """Return somebody new."""
        return Person(self.stack, first_name)

    def owner(self) -> Person:
        """Return the person of TELEGRAM_ADMIN_IDS, who may do all."""
        return Person(self.stack, known=1)

    def start(self) -> None:
        """Start the bot's process, and remember which loops it has when all is well."""
        self.child = Child(self.stack, "tests.faults.bot")
        self.person().says("/about", seconds=START_SECONDS)
        first = self.child.tell("loops")["loops"]
        self.person().says("/about")
        second = self.child.tell("loops")["loops"]
        lasting = [name for name in first if name in second and not any(part in name for part in TRANSIENT)]
        self.usual = {name: min(first[name], second[name]) for name in lasting}

    def arm(self, site: int, *, times: int = 1) -> None:
        """Let a site raise."""
        self._kept = {}
        self.child.tell("arm", site=site, times=times)

    def state(self) -> dict[str, Any]:
        """Return what fired and what was recorded; also of a process that ended with an error when it was to stop."""
        return {**self.child.tell("state"), **self._kept}

    def break_(self, pattern: str, error: str = "bug", *, times: int = 1, skip: int = 0) -> None:
        """Let the first site with this in its name raise a first error, so that others are reached."""
        self.child.tell("break", site=matching(pattern)[0].number, error=error, times=times, skip=skip)

    def heal(self, pattern: str) -> None:
        """Let what break_() broke work again."""
        self.child.tell("heal", site=matching(pattern)[0].number)

    def restart(self) -> None:
        """Stop the bot in order, and wait until the next one answers."""
        born = self.child.tell("state")["born"]
        self.child.tell("restart")

        def ended() -> bool:
            state = self.child.tell("state")
            return bool(state["born"] > born or state["failed_stop"])

        wait_for(ended, "the bot ends", START_SECONDS)
        state = self.child.tell("state")
        if state["failed_stop"]:
            with suppress(UnansweredError):  # its last words come when all tasks have ended
                wait_for(lambda: self.child.tell("state")["records"], "", LAST_WORDS_SECONDS)
            state = self.child.tell("state")
            self._kept = {name: state[name] for name in ("fired", "records")}
            self.captured += self.child.captured
            self.child.end()
            self.start()
        else:
            self.person().says("/about", seconds=START_SECONDS)

    def table_of_errors(self) -> tuple[int, int]:
        """Return how many errors were to be captured, and how many the table of errors has counted in its time."""
        told: dict[str, Any] = {}

        def all_there() -> bool:
            told.update(self.child.tell("rows"))
            told["captured"] += self.captured
            return bool(told["rows"] >= told["captured"])

        with suppress(UnansweredError):
            wait_for(all_there, "")
        return told["captured"], told["rows"]

    def look(self) -> None:
        """Raise UnansweredError unless everything goes on: an answer, the outbox, and every loop."""
        self.person().says("/probe", answers=2)
        missing: list[str] = []

        def all_there() -> bool:
            loops = self.child.tell("loops")["loops"]
            missing[:] = [name for name, count in self.usual.items() if loops.get(name, 0) < count]
            return not missing

        try:
            wait_for(all_there, "")
        except UnansweredError:
            raise UnansweredError(f"no longer runs: {', '.join(missing)}") from None
