"""Checks of what runs: each command of the image, as compose.yml runs it, with the sandbox as Telegram."""

import json
import secrets
import shutil
import tempfile
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

from tests.image.container import SECONDS, USER, Container
from tests.image.table import Row, named, timed
from tests.postgresql import PostgreSQL
from tests.processes import eventually, fetch

WEB, SANDBOX = "http://127.0.0.1:8000", "http://127.0.0.1:8081"
EXIT_CONFIGURATION = 78
WHO = """
import os
status = dict(line.split(':', 1) for line in open('/proc/self/status'))
print(os.getuid(), os.getgid(), os.getpid(), int(status['CapBnd'], 16), status['NoNewPrivs'].strip())
for path in ('/app/x', '/x', '/opt/venv/x', '/app/static/x'):
    try:
        open(path, 'w')
    except OSError as error:
        print(path, error.strerror)
open('/app/var/x', 'w'); open('/tmp/x', 'w'); os.remove('/app/var/x')
"""


class Trial(AbstractContextManager["Trial"]):
    """A database server, and containers of the image that belong together."""

    def __init__(self, root: Path, config: Mapping[str, Any]) -> None:
        self._root, self._config = root, config
        self.server = PostgreSQL()
        self.var = Path(tempfile.mkdtemp(prefix="botdeck-var-"))
        shutil.chown(self.var, int(USER), int(USER))
        self._made: list[Container] = []
        self.secrets = {
            "django-secret-key": secrets.token_urlsafe(48),
            "telegram-bot-token": "1:sandbox",
            "metrics-token": secrets.token_urlsafe(24),
        }

    def __enter__(self) -> "Trial":
        """Start the server, with an empty database."""
        self.server.start()
        self.secrets["database-url"] = self.server.create_database()
        return self

    def __exit__(self, *_error: object) -> None:
        """End everything."""
        for container in self._made:
            container.kill()
        self.server.stop()
        shutil.rmtree(self.var)

    def start(
        self,
        *command: str,
        var: Path | str = "",
        given: Mapping[str, str] | None = None,
        entry: Sequence[str] | None = None,
        **environment: str,
    ) -> Container:
        """Start a container with the secrets, or with those that are given instead."""
        held = self.secrets if given is None else given
        files = {f"{name.upper().replace('-', '_')}_FILE": f"/run/secrets/{name}" for name in held}
        variables = {**files, "TELEGRAM_API_URL": SANDBOX, "BOT_START_SECONDS": "2", **environment}
        container = Container(
            self._root, self._config, command, var=var or self.var, secrets=held, entry=entry, **variables
        )
        self._made.append(container)
        return container


def rights(trial: Trial) -> str:
    """What the process may."""
    container = trial.start("-c", WHO, entry=["python3"])
    assert container.wait() == 0, container.output
    first, *refused = container.output.splitlines()
    assert first == f"{USER} {USER} 1 0 1", first
    assert refused == [f"{path} Read-only file system" for path in ("/app/x", "/x", "/opt/venv/x", "/app/static/x")]
    return f"uid {USER}, process 1, no capabilities, root read-only"


def migrate(trial: Trial) -> str:
    """`migrate` on an empty PostgreSQL."""
    container = trial.start("migrate")
    assert container.wait() == 0, container.output
    applied = container.output.count("... OK")
    assert applied > 20, container.output
    return f"{applied} migrations on {trial.server.version}"


def sandbox(trial: Trial) -> str:
    """`sandbox` answers and is well."""
    return _lives(trial.start("sandbox"), lambda: _answers(SANDBOX), "the sandbox on port 8081")


def web(trial: Trial) -> str:
    """`web` is ready, has its static files, and ends in order."""
    container = trial.start("web")
    words = _lives(container, lambda: _answers(f"{WEB}/readyz"), "the web on port 8000: database ok, migrations ok")
    status, page = fetch(f"{WEB}/login/")
    assert status == 200, page
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert fetch(WEB + sheet)[0] == 200, sheet or page
    assert container.stop() == 0, container.output
    assert "Traceback" not in container.output, container.output
    return f"{words}; SIGTERM: 0"


def bot(trial: Trial) -> str:
    """`bot` answers a person of the sandbox, and ends in order."""
    container = trial.start("bot", BOT_METRICS_HOST="0.0.0.0")
    words = _lives(container, lambda: "connected" in container.output, "the bot on port 9101")
    _sandbox("say", person=1, chat=1, text="/about")
    eventually(_texts, what="the bot answers")
    assert fetch("http://127.0.0.1:9101/metrics")[0] == 200
    assert container.stop() == 0, container.output
    assert "Traceback" not in container.output, container.output
    return f"{words}; SIGTERM: 0"


def without_secrets(trial: Trial) -> str:
    """No secrets at all."""
    return _refused(trial.start("bot", given={}), "TELEGRAM_BOT_TOKEN is not set")


def web_without_secrets(trial: Trial) -> str:
    """The pages without a key."""
    return _refused(trial.start("web", given={}), "DJANGO_SECRET_KEY is not set")


def wrong_database(trial: Trial) -> str:
    """A database that is not there, for each command that needs it."""
    given = {**trial.secrets, "database-url": "postgres://botdeck:verysecret@127.0.0.1:1/botdeck"}
    for container in [trial.start(command, given=given) for command in ("migrate", "web", "bot")]:
        words = _refused(container, "DATABASE_URL", "Connection refused")
        assert "verysecret" not in container.output, container.output
    return words


def full_disk(trial: Trial) -> str:
    """No room in the volume."""
    return _refused(trial.start("bot", var="64k"), "disk")


def second_poller(trial: Trial) -> str:
    """A second bot with the same token on another database, and one on the SQLite of the first."""
    given = {name: value for name, value in trial.secrets.items() if name != "database-url"}
    migrated = trial.start("migrate", given=given)
    assert migrated.wait() == 0, migrated.output
    first = trial.start("bot", given=given)
    eventually(lambda: "connected" in first.output or not first.alive, what="the first bot runs")
    _refused(trial.start("bot"), "poller", "Somebody else polls")
    words = _refused(trial.start("bot", given=given), "SQLite")
    assert first.stop() == 0, first.output
    return words


IN_ORDER: tuple[Callable[[Trial], str], ...] = (
    rights,
    migrate,
    sandbox,
    web,
    bot,
    without_secrets,
    web_without_secrets,
    wrong_database,
    full_disk,
    second_poller,
)


def everything(root: Path, config: Mapping[str, Any]) -> list[Row]:
    """Run all of them, in a process of its own."""
    with Trial(root, config) as trial:
        return [timed(named(check), partial(check, trial)) for check in IN_ORDER]


def _lives(container: Container, ready: Callable[[], bool], words: str) -> str:
    """Wait until it is ready; its health check says so, too."""
    eventually(lambda: ready() or not container.alive, what=words)
    assert container.alive, container.output
    done = container.health()
    assert done.returncode == 0, done.stdout + done.stderr + container.output
    assert done.stdout.startswith(f"well: {words}"), done.stdout
    return done.stdout.removeprefix("well: ").strip()


def _refused(container: Container, *words: str) -> str:
    """Exit code 78, and one line that says why, with its mend; return the line."""
    assert container.wait() == EXIT_CONFIGURATION, container.output
    assert "Traceback" not in container.output, container.output
    errors = [line for line in container.output.splitlines() if line.startswith("error")]
    found = [line for line in errors if all(word.lower() in line.lower() for word in words)]
    assert len(found) == 1, container.output
    return f"78: {found[0].partition(' ')[2].strip()}"


def _answers(url: str) -> bool:
    try:
        return fetch(url)[0] == 200
    except OSError:
        return False


def _sandbox(path: str, **body: Any) -> Any:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{SANDBOX}/sandbox/{path}", json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


def _texts() -> list[str]:
    messages = _sandbox("chats/1/messages")["messages"]
    return [message["text"] for message in messages if message["from"]["is_bot"]]
