"""What is found in the place of a program while documents are tried: it checks the words, and runs what may be run.

Each program of the PATH is a line that calls main(); a finding goes to the file COMPLAINTS, and the exit code is 2.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from fnmatch import fnmatch
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from tests.documents import programs

HERE = "TRIED_IN"  # the copy of the project
REAL_PATH = "REAL_PATH"
COMMANDS_OF_COMPOSE = {
    "up", "down", "ps", "logs", "exec", "run", "build", "pull", "config", "restart", "stop", "start", "kill", "top",
    "stats", "cp", "rm", "images", "events", "wait", "create",
}  # fmt: skip
WORDS_OF_DOCKER = {
    "build",
    "buildx",
    "run",
    "exec",
    "ps",
    "images",
    "pull",
    "push",
    "tag",
    "logs",
    "volume",
    "stats",
    "inspect",
}
WORDS_OF_SYSTEMCTL = {
    "start", "stop", "restart", "reload", "status", "enable", "disable", "daemon-reload", "is-active", "list-units",
    "list-timers", "show", "cat", "edit", "reset-failed", "kill", "mask",
}  # fmt: skip
WITH_VALUE = {
    "--profile",
    "-p",
    "-f",
    "--file",
    "--env-file",
    "--project-name",
    "--scale",
    "--tail",
    "-n",
    "-u",
    "--user",
}
UNHEARD = 23  # curl's code for somebody who stops to listen, such as `head`
LONGEST_SLEEP = 2.0  # seconds
PACKAGE = re.compile(r"[a-z0-9][a-z0-9+.-]+")


class WrongError(Exception):
    """What a reader would meet, in one sentence."""


def main(program: str, words: list[str]) -> int:
    """Stand in for the program; return the exit code."""
    try:
        return _judge(program)(words) or 0
    except WrongError as exc:
        complain(f"`{program} {' '.join(words)}`: {exc}")
        return 2


def complain(sentence: str) -> None:
    """Keep a finding for the test."""
    with Path(os.environ["COMPLAINTS"]).open("a") as file:
        file.write(f"{os.environ.get('BLOCK', '')}: {sentence}\n")


def _judge(program: str) -> Callable[[list[str]], int | None]:
    if program in programs.PARSED:
        return lambda _words: None
    if program in programs.FILES:
        return lambda words: files(program, words)
    judges: dict[str, Callable[[list[str]], int | None]] = {
        "make": make, "python": python, "manage.py": lambda words: python(["manage.py", *words]), "curl": curl,
        "docker": docker, "sudo": sudo, "git": git, "sleep": sleep, "systemctl": systemctl, "journalctl": journalctl,
        "apt": apt, "apt-get": apt, "systemd-analyze": files_named, "systemd-creds": files_named,
    }  # fmt: skip
    return judges[program]


def real(*command: str, fine: int = 0) -> int:
    """Run the program itself, in the copy; a failure is a finding, but for the code that is fine, too."""
    environment = {name: value for name, value in os.environ.items() if name not in {"COMPLAINTS", "BLOCK"}}
    environment["PATH"] = os.environ[REAL_PATH]
    code = subprocess.run(command, env=environment, check=False).returncode
    if code not in {0, fine}:
        raise WrongError(f"it ended with {code}")
    return code


def make(words: list[str]) -> int | None:
    """Run the targets that end at once; of the others, and of their variables, only see that they exist."""
    targets = known_targets(words)
    return real("make", *words) if targets <= programs.RUN_TARGETS else None


def known_targets(words: list[str]) -> set[str]:
    """Return the targets; raise for one, or for a variable, that the Makefile does not have."""
    targets = {word for word in words if "=" not in word and not word.startswith("-")} or {"help"}
    text = (Path(os.environ[HERE]) / "Makefile").read_text()
    for word in words:
        name, equals, _ = word.partition("=")
        if equals and not re.search(rf"\b{name}\b", text):
            raise WrongError(f"the Makefile knows no {name}")
    for target in targets:
        if not re.search(rf"^{re.escape(target)}:", text, re.MULTILINE):
            raise WrongError(f"there is no target {target}")
        if target not in programs.RUN_TARGETS | set(programs.PARSED_TARGETS):
            raise WrongError(f"the target {target} has no class in tests/documents/programs.py")
    return targets


def python(words: list[str]) -> int | None:
    """Run it, but what does not end, and tests, which run by themselves."""
    if words[:2] == ["-m", "pytest"]:
        return files_named([word.partition("::")[0] for word in words[2:] if word.startswith("tests/")])
    if words[:1] == ["manage.py"]:
        loads = words[1:3] == ["sandbox", "load"]
        if not loads and words[1] in programs.FOR_EVER | programs.ASKING:
            return parsed(words)
    return real(os.environ["PYTHON"], *words)


def parsed(words: list[str]) -> int:
    """Leave a command of manage.py to the test, which knows its options."""
    with Path(os.environ["PARSED"]).open("a") as file:
        file.write(f"{' '.join(words)}\n")
    return 0


def curl(words: list[str]) -> int | None:
    """Ask the demo; other servers are not asked, but must be known."""
    command = ["curl"]
    for word in words:
        if not re.match(r"https?://", word):
            command.append(word)
            continue
        parts = urlsplit(word)
        if parts.hostname not in {"127.0.0.1", "localhost"}:
            if not any(fnmatch(str(parts.hostname), host) for host in programs.EXAMPLE_HOSTS):
                raise WrongError(f"{parts.hostname} is no host of tests/documents/programs.py")
            return None
        port = str(parts.port)
        if port in programs.OTHER_PORTS:
            return None
        command.append(word.replace(f":{port}", f":{_ports().get(port, port)}", 1))
    return real(*command, fine=UNHEARD)


def _ports() -> dict[str, str]:
    """Return the demo's ports by those that documents, or what they export, name."""
    found = {}
    for name, usual in (("WEB_PORT", "8000"), ("SANDBOX_PORT", "8081"), ("BOT_METRICS_PORT", "9101")):
        found[usual] = found[os.environ.get(name, usual)] = os.environ[f"REAL_{name}"]
    return found


def files(program: str, words: list[str]) -> int | None:
    """Run what stays within the copy; of what leaves it see that our files are there."""
    here = Path(os.environ[HERE])
    paths = [Path(os.path.normpath(Path.cwd() / word)) for word in words if not word.startswith("-")]
    inside = [path.is_relative_to(here.parent) for path in paths]
    if all(inside):
        return real(program, *words)
    return files_named([word for word in words if word.startswith(("deploy/", "docs/", "tests/", "botcore/"))])


def files_named(words: list[str]) -> int:
    """See that each file of ours is there; one that a page lets people write is named by it."""
    here = Path(os.environ[HERE])
    for word in words:
        if word.startswith(("-", "/")) or "/" not in word or list(here.glob(word)):
            continue
        if not any(word in page.read_text() for page in (here / "README.md", here / "docs" / "handlers.md")):
            raise WrongError(f"there is no {word}")
    return 0


def git(words: list[str]) -> int | None:
    """Run what stays here."""
    return None if words[:1] and words[0] in programs.FAR else real("git", *words)


def sleep(words: list[str]) -> int:
    """Wait as long as a demo needs to answer, and not longer."""
    return real("sleep", str(min(float(words[0]), LONGEST_SLEEP)))


def sudo(words: list[str]) -> int | None:
    """Check the words behind it; nothing is run as root."""
    rest = words[2:] if words[:1] in (["-u"], ["-iu"]) else [word for word in words if word not in {"-E", "-i"}]
    program, more = Path(rest[0]).name, rest[1:]
    if program in programs.STAND_INS:
        return _judge(program)(more)
    if program == "make":
        known_targets(more)
        return 0
    if program == "python" and more[:1] == ["manage.py"]:
        return parsed(more)
    if program in {*programs.FILES, *programs.RUN, *programs.PARSED} or rest[0].startswith("deploy/"):
        return files_named([word for word in rest if word.startswith(("deploy/", "docs/"))])
    raise WrongError(f"{program} has no class in tests/documents/programs.py")


def docker(words: list[str]) -> None:
    """Services, profiles and commands of Compose must be those of docker-compose.yml."""
    if words[:1] == ["compose"]:
        compose(words[1:])
    elif words and words[0] not in WORDS_OF_DOCKER:
        raise WrongError(f"{words[0]} is no command that is known here")


def compose(words: list[str]) -> None:
    """Check what stands behind `docker compose`."""
    file = Path(os.environ[HERE]) / "docker-compose.yml"
    if not file.exists():
        raise WrongError("there is no docker-compose.yml")
    import yaml  # noqa: PLC0415 (curl is called a hundred times, and shall begin at once)

    services = yaml.safe_load(file.read_text())["services"]
    profiles = {name for service in services.values() for name in service.get("profiles", [])}
    plain, profile, scaled = _sorted_out(words)
    if not plain or plain[0] not in COMMANDS_OF_COMPOSE:
        raise WrongError("it has no command that is known here")
    named = plain[1:2] if plain[0] in {"exec", "run", "cp"} else plain[1:]
    if unknown := [name for name in (*named, *scaled) if name.partition(":")[0] not in services]:
        raise WrongError(f"docker-compose.yml has no service {unknown[0]}")
    if unknown := [name for name in profile if name not in profiles]:
        raise WrongError(f"docker-compose.yml has no profile {unknown[0]}")


def _sorted_out(words: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Return the words that are no options, the profiles, and the services that are scaled."""
    plain, profiles, scaled = list[str](), list[str](), list[str]()
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if name in WITH_VALUE and not equals:
            value = next(rest, "")
        if name == "--profile":
            profiles.append(value)
        elif name == "--scale":
            scaled.append(value.partition("=")[0])
        elif not word.startswith("-"):
            plain.append(word)
    return plain, profiles, scaled


def systemctl(words: list[str]) -> None:
    """Each unit is one of deploy/systemd, or of a package that is known."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain or plain[0] not in WORDS_OF_SYSTEMCTL:
        raise WrongError("it has no command that is known here")
    for unit in plain[1:]:
        _unit(unit)


def journalctl(words: list[str]) -> None:
    """The same for whose log is read."""
    for flag, unit in pairwise(words):
        if flag in {"-u", "--unit", "-fu"}:
            _unit(unit)


def _unit(name: str) -> None:
    ours = {path.name for path in (Path(os.environ[HERE]) / "deploy" / "systemd").glob("*")}
    whole = name if "." in name else f"{name}.service"
    template = re.sub(r"@[^.]*\.", "@.", whole)
    if (
        whole.partition(".")[0] in programs.UNITS
        or {whole, template} & ours
        or any(fnmatch(one, whole) for one in ours)
    ):
        return
    raise WrongError(f"deploy/systemd has no {whole}")


def apt(words: list[str]) -> None:
    """Each package exists, as far as this machine knows packages."""
    plain = [word for word in words if not word.startswith("-")]
    if plain[:1] in (["update"], ["upgrade"]):
        return
    if plain[:1] != ["install"]:
        raise WrongError("only install and update are known here")
    for package in plain[1:]:
        if not PACKAGE.fullmatch(package):
            raise WrongError(f"{package} is no name of a package")
        if look := shutil.which("apt-cache", path=os.environ[REAL_PATH]):
            shown = subprocess.run([look, "show", package], capture_output=True, check=False)
            lists = any(Path("/var/lib/apt/lists").glob("*_Packages*"))
            if lists and shown.returncode:
                raise WrongError(f"there is no package {package}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
