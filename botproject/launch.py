"""`make demo` and `make run`: prepare the database, static files and a login, then run all processes until Ctrl-C.

The processes are lines of the Procfile; honcho runs them and mixes their output. `make manage` and `make shell` run a
command of manage.py with the demo's settings.
"""

import os
import secrets
import shutil
import sys
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime
from pathlib import Path

from environ.fileaware_mapping import FileAwareMapping
from honcho.environ import parse_procfile
from honcho.manager import Manager

from botproject.ports import in_use

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
LOGIN_FILE = VAR_DIR / "demo-login.txt"
DEMO_USER = "demo"
SANDBOX_PORT, WEB_PORT = 8081, 8000  # the defaults of settings.SANDBOX_PORT and WEB_PORT
EXIT_CONFIGURATION = 78
INTERRUPTED = {130, 143}  # honcho's codes for SIGINT and SIGTERM


def main() -> int:
    """Run `demo`, `run`, or `manage …` on the demo's data; return the exit code."""
    if sys.argv[1:2] == ["manage"]:
        return manage_demo(sys.argv[2:])
    demo = sys.argv[1:] == ["demo"]
    if demo:
        set_demo_environment()
    elif not (BASE_DIR / ".env").exists() and not {"TELEGRAM_BOT_TOKEN", "TELEGRAM_BOT_TOKEN_FILE"} & os.environ.keys():
        write_env_file()
        print("Wrote .env: put your bot's token after TELEGRAM_BOT_TOKEN= and run `make run` again.")
        return EXIT_CONFIGURATION
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "botproject.settings")
    if complaint := find_complaint(demo=demo):
        print(complaint, file=sys.stderr)
        return EXIT_CONFIGURATION
    prepare(demo=demo)
    return run_processes(["sandbox", "bot", "web"] if demo else ["bot", "web"], demo=demo)


def manage_demo(arguments: list[str]) -> int:
    """Do what manage.py does, with the demo's settings and data."""
    import manage

    set_demo_environment()
    sys.argv = ["manage.py", *arguments]
    manage.main()
    return 0


def set_demo_environment() -> None:
    """Point everything at the sandbox; a real bot's .env is not read, its database and spool not touched."""
    VAR_DIR.mkdir(exist_ok=True)
    os.environ["DJANGO_ENV_FILE"] = ""
    os.environ.setdefault("DJANGO_SECRET_KEY", kept_secret(VAR_DIR / "demo-secret-key"))
    if not {"DATABASE_URL", "DATABASE_URL_FILE"} & os.environ.keys():
        os.environ["DATABASE_URL"] = "sqlite:///var/demo.sqlite3"
    if not os.environ.get("SPOOL_DIR", "").strip() and "SPOOL_DIR_FILE" not in os.environ:
        os.environ["SPOOL_DIR"] = (
            "var/demo-spool"  # a spool belongs to a database: who finds records writes them to its own
        )
    os.environ.setdefault("LOG_FORMAT", "console")
    os.environ.setdefault("BOT_STOP_SECONDS", "3")  # honcho kills after 5
    for name in ("TELEGRAM_BOT_TOKEN_FILE", "TELEGRAM_API_URL_FILE", "BOT_METRICS_HOST_FILE"):
        os.environ.pop(name, None)
    os.environ["TELEGRAM_BOT_TOKEN"] = "1:sandbox"  # noqa: S105 (any token opens the sandbox)
    port = FileAwareMapping().get("SANDBOX_PORT", "").strip()  # a bad one is complained about later, by its own name
    os.environ["TELEGRAM_API_URL"] = f"http://127.0.0.1:{port if port.isdigit() else SANDBOX_PORT}"
    web = FileAwareMapping().get("WEB_PORT", "").strip()
    os.environ.setdefault("DASHBOARD_URL", f"http://127.0.0.1:{web if web.isdigit() else WEB_PORT}")
    os.environ["BOT_METRICS_HOST"] = "127.0.0.1"  # nobody else's business
    os.environ.setdefault("BOT_SANDBOX", "1")
    os.environ.setdefault("TELEGRAM_ADMIN_IDS", "1")
    os.environ.setdefault("SENTRY_ENVIRONMENT", "demo")


def kept_secret(path: Path) -> str:
    """Return the secret in the file; make it, readable by its owner only, the first time."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path.read_text().strip()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def write_env_file() -> None:
    """Make .env from its example, with a secret key of its own."""
    example = (BASE_DIR / ".env.example").read_text()
    key = f"DJANGO_SECRET_KEY={secrets.token_urlsafe(48)}"
    write_private(BASE_DIR / ".env", example.replace("DJANGO_SECRET_KEY=", key, 1))


def find_complaint(*, demo: bool) -> str | None:
    """Return one sentence about the first bad setting or taken port; None when all is well."""
    from django.conf import settings

    complaints = list(settings.CONFIGURATION_COMPLAINTS.values())
    if complaints:
        return str(complaints[0])
    if not settings.TELEGRAM_BOT_TOKEN:
        return "TELEGRAM_BOT_TOKEN is not set: write the token that @BotFather gave you into .env."
    ports = {"WEB_PORT": settings.WEB_PORT, **({"SANDBOX_PORT": settings.SANDBOX_PORT} if demo else {})}
    if len(set(ports.values())) < len(ports):
        return f"SANDBOX_PORT and WEB_PORT are both {settings.WEB_PORT}; choose another for one of them."
    os.environ["WEB_PORT"] = str(settings.WEB_PORT)  # for the Procfile, wherever the value came from
    for name, port in ports.items():
        if in_use(port):
            command = "make demo" if demo else "make run"
            return f"{name}: port {port} is in use; choose another, for example `{name}={port + 10} {command}`."
    return None


def prepare(*, demo: bool) -> None:
    """Migrate, collect static files, and make the demo's login."""
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo:
        make_login()
    connections.close_all()


def make_login() -> None:
    """Make the demo's superuser with the password in the file, or with a new one that is written there."""
    from django.contrib.auth import get_user_model

    password = login()[1]
    if not password:
        password = secrets.token_urlsafe(9)
        write_private(LOGIN_FILE, f"username: {DEMO_USER}\npassword: {password}\n")
    users = get_user_model()._default_manager
    user = users.filter(username=DEMO_USER).first() or users.model(username=DEMO_USER)
    if user.pk and user.check_password(password):
        return
    user.set_password(password)
    user.is_staff = user.is_superuser = True
    user.save()


def login() -> tuple[str, str]:
    """Return user name and password from the demo's login file; empty ones when there is none."""
    lines = LOGIN_FILE.read_text().splitlines() if LOGIN_FILE.exists() else []
    values = [line.partition(":")[2].strip() for line in lines]
    return (values[0], values[1]) if len(values) == 2 else ("", "")


def run_processes(names: list[str], *, demo: bool) -> int:
    """Run the Procfile's lines until Ctrl-C or until one of them ends; return the exit code."""
    manager = Manager()
    commands = parse_procfile((BASE_DIR / "Procfile").read_text()).processes
    for name in names:
        manager.add_process(name, commands[name], cwd=str(BASE_DIR), env=dict(os.environ))
    threading.Thread(target=announce, kwargs={"demo": demo}, daemon=True).start()
    manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in INTERRUPTED else code


def announce(*, demo: bool) -> None:
    """Print where everything is, once web and bot are ready."""
    from django.conf import settings
    from django.utils import timezone

    web = f"http://127.0.0.1:{settings.WEB_PORT}"
    since = timezone.now()
    while not (bot_is_ready(since) and answers(f"{web}/readyz")):
        time.sleep(0.1)
    lines = [f"Dashboard     {web}/", f"Django admin  {web}/admin/"]
    if demo:
        lines.insert(0, f"Chat page     http://127.0.0.1:{settings.SANDBOX_PORT}/   (write to the bot here)")
        lines.append("Login         {}   password: {}".format(*login()))
    width = min(shutil.get_terminal_size().columns, 72)
    print("\n".join(["", "─" * width, *(f"  {line}" for line in lines), "", "  Ctrl-C stops everything.", "─" * width]))
    sys.stdout.flush()


def answers(address: str) -> bool:
    """Tell whether the address answers with success; who asks again before an answer only adds to the load."""
    try:
        with urllib.request.urlopen(address, timeout=60) as response:  # noqa: S310 (our own address)
            return bool(response.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False


def bot_is_ready(since: datetime) -> bool:
    """Tell whether a bot process that started since then reports itself as running."""
    from botcore.monitoring.selectors import Condition, live_heartbeats

    return any(p.condition == Condition.RUNNING and p.started_at >= since for p in live_heartbeats())


if __name__ == "__main__":
    sys.exit(main())
