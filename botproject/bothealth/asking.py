"""Asking the servers of this machine, and what their answers mean."""

from collections.abc import Iterator, Sequence

from botproject.bothealth.wire import Answer, NotInTimeError, get

LOOPBACK = "127.0.0.1"


class NotWellError(Exception):
    """The text says what is wrong."""


def ask_bots(ports: Sequence[int], seconds: float, *, at: str = LOOPBACK) -> str:
    """Ask each port on which a bot may be; all bots that there are must be alive. `at` is where they listen."""
    alive, others, silent = [], [], []
    for port, answer in _answers(ports, seconds, at):
        if isinstance(answer, NotWellError):
            silent.append(answer)
        elif "alive" not in answer.facts:
            others.append(port)
        elif not answer.facts["alive"]:
            raise NotWellError(f"the bot on port {port}: {answer.facts.get('detail')}")
        else:
            alive.append(f"the bot on port {port}: {answer.facts.get('detail')}")
    if alive:
        return "; ".join(alive)
    if silent:
        raise silent[0]
    where = f"port {ports[0]}" if len(ports) == 1 else f"the ports {ports[0]} to {ports[-1]}"
    if others:
        raise NotWellError(f"no bot answers on {where}, but another server on {others[0]}: see BOT_METRICS_PORT")
    raise NotWellError(f"nothing listens on {where}: is `manage.py runbot` running?")


def _answers(ports: Sequence[int], seconds: float, at: str) -> Iterator[tuple[int, Answer | NotWellError]]:
    """Yield what each port says on which something listens; raise NotWellError for a bot's that says nothing.

    Each bot takes the first port that is free, so one that says nothing behind a free port is hardly a bot's.
    """
    is_row = True
    for port in ports:
        try:
            yield port, _ask((at, port), "/healthz", seconds)
        except ConnectionRefusedError:
            is_row = False
        except NotWellError as exc:
            if is_row:
                raise
            yield port, exc


def ask_web(port: int, seconds: float, *, host: str, at: str = LOOPBACK) -> str:
    """Ask the pages whether they are ready."""
    try:
        answer = _ask((at, port), "/readyz", seconds, host=host)
    except ConnectionRefusedError:
        raise NotWellError(f"nothing listens on port {port}: is the web process running?") from None
    checks = answer.facts.get("checks")
    if answer.status == 400:
        raise NotWellError(f"the web on port {port} refuses the name {host}: see DJANGO_ALLOWED_HOSTS")
    if not isinstance(checks, dict):
        raise NotWellError(f"on port {port} answers another server (status {answer.status}): see WEB_PORT")
    words = f"the web on port {port}: {', '.join(f'{name} {state}' for name, state in checks.items())}"
    if answer.status != 200:
        raise NotWellError(words)
    return words


def ask_sandbox(port: int, seconds: float) -> str:
    """Ask the sandbox for its page; one that wants its password is well, too."""
    try:
        status = _ask((LOOPBACK, port), "/", seconds).status
    except ConnectionRefusedError:
        raise NotWellError(f"nothing listens on port {port}: is `manage.py sandbox` running?") from None
    if status not in {200, 401}:
        raise NotWellError(f"on port {port} answers another server (status {status}): see SANDBOX_PORT")
    return f"the sandbox on port {port}"


def _ask(address: tuple[str, int], path: str, seconds: float, *, host: str = "localhost") -> Answer:
    try:
        return get(address, path, seconds, host=host)
    except NotInTimeError:
        words = f"port {address[1]} takes the connection and does not answer within {seconds:g} s: the process hangs"
        raise NotWellError(words) from None
