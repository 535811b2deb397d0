"""docker-compose.yml, and the rules of this house for it: each takes one service and yields what is wrong with it."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[3]
FILE = ROOT / "docker-compose.yml"
SECRET_WORDS = re.compile(r"SECRET|TOKEN|PASSWORD|DATABASE_URL|_DSN|_HEADERS|EMAIL_URL|WEBHOOK_URL$")
VARIABLE = re.compile(r"\$\{(\w+)")
SECONDS = {"s": 1, "m": 60, "h": 3600}
Json = dict[str, Any]


def compose() -> Json:
    """Return the file: a copy of its own, without the parts that aliases share, so that one service can be broken."""
    read: Json = json.loads(_text())
    return read


@cache
def _text() -> str:
    return json.dumps(yaml.safe_load(FILE.read_text()))


def own(service: Json) -> bool:
    """Tell whether it is one of our image."""
    return "build" in service


def seconds(duration: str) -> int:
    """Return a duration such as 1m30s in seconds."""
    parts = re.findall(r"(\d+)([smh])", duration)
    return sum(int(number) * SECONDS[unit] for number, unit in parts)


def limits(service: Json) -> Iterator[str]:
    """CPU, memory and the number of processes."""
    given = service.get("deploy", {}).get("resources", {}).get("limits", {})
    yield from (f"no limit of {name}" for name in ("cpus", "memory", "pids") if not given.get(name))


def hardened(service: Json) -> Iterator[str]:
    """What a container is denied."""
    if service.get("read_only") is not True:
        yield "its root can be written"
    if service.get("cap_drop") != ["ALL"]:
        yield "it keeps capabilities"
    if set(service.get("cap_add", [])) - {"NET_BIND_SERVICE"}:
        yield "it takes capabilities"
    if service.get("security_opt") != ["no-new-privileges:true"]:
        yield "it may gain privileges"
    if service.get("privileged") or service.get("network_mode") or service.get("pid"):
        yield "it leaves its container"
    if not any(mount.startswith("/tmp:size=") for mount in service.get("tmpfs", [])):
        yield "no bounded /tmp"


def logs_rotate(service: Json) -> Iterator[str]:
    """A log must not fill the disk."""
    options = service.get("logging", {}).get("options", {})
    if not options.get("max-size") or not options.get("max-file"):
        yield "its log grows without end"


def health(service: Json) -> Iterator[str]:
    """A check, but for what ends by itself."""
    check = service.get("healthcheck", {})
    if check.get("disable"):
        if service.get("restart") != "no":
            yield "nobody looks whether it is well"
    elif check.get("test", ["NONE"])[0] != "CMD":
        yield "no health check without a shell"
    elif not all(check.get(name) for name in ("interval", "timeout", "retries", "start_period")):
        yield "its health check lacks times"


def order(service: Json) -> Iterator[str]:
    """What is waited for is waited for until it is well, or done."""
    awaited = service.get("depends_on", {})
    if isinstance(awaited, list) or any(one["condition"] == "service_started" for one in awaited.values()):
        yield "it starts before what it needs"
    elif own(service) and "database-url" in service.get("secrets", []):
        if awaited.get("postgres", {}).get("condition") != "service_healthy":
            yield "it does not wait for the database"
        if (
            service["command"] != ["migrate"]
            and awaited.get("migrate", {}).get("condition") != "service_completed_successfully"
        ):
            yield "it does not wait for the migrations"


def published(service: Json) -> Iterator[str]:
    """Only the proxy is reached from outside."""
    if service.get("profiles") == ["proxy"]:
        return
    yield from (f"{port} is published" for port in service.get("ports", []) if not port.startswith("127.0.0.1:"))


def stops(service: Json) -> Iterator[str]:
    """A stop is given the time that the process takes for it: BOT_STOP_SECONDS, and as much again to tell Telegram."""
    if seconds(service.get("stop_grace_period", "10s")) < 15:
        yield "it is killed too soon"
    if service.get("command") in (["bot"], ["web"]) and seconds(service["stop_grace_period"]) < 40:
        yield "it is killed in its drain"


def secrets_in_files(service: Json) -> Iterator[str]:
    """Whoever lists processes or containers sees variables."""
    for name, value in service.get("environment", {}).items():
        is_file = name.endswith("_FILE") and str(value).startswith("/run/secrets/")
        if is_file and str(value).removeprefix("/run/secrets/") not in service.get("secrets", []):
            yield f"{name}: the file is not mounted"
        if SECRET_WORDS.search(name) and not is_file and name != "WEBHOOK_URL":
            yield f"{name} is no file"


def pinned(service: Json) -> Iterator[str]:
    """Versions do not change by themselves."""
    if not own(service) and not re.fullmatch(r"[a-z.]+/[a-z/-]+:v?\d+\.\d+(\.\d+)?(-\w+)?", service["image"]):
        yield f"{service['image']} has no version, or no registry"


def mounts_exist(service: Json) -> Iterator[str]:
    """A file that is not there would be made as a directory. What is mounted from here is not written."""
    for mount in service.get("volumes", []):
        source, _, rest = mount.partition(":")
        if source.startswith("."):
            if not (ROOT / source).exists():
                yield f"{source} does not exist"
            if not rest.endswith(":ro"):
                yield f"{source} can be written"


RULES: tuple[Callable[[Json], Iterator[str]], ...] = (
    limits,
    hardened,
    logs_rotate,
    health,
    order,
    published,
    stops,
    secrets_in_files,
    pinned,
    mounts_exist,
)


def faults(file: Json) -> list[str]:
    """Return what is wrong with any service."""
    return [f"{name}: {word}" for name, service in file["services"].items() for rule in RULES for word in rule(service)]
