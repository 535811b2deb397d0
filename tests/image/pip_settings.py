"""How this machine's pip reaches the package index: told to the pip of the build, with the folders that this names."""

import os
import re
import subprocess
import sys
from pathlib import Path

PLACE = re.compile(r"(?:file://)?(/[^\s'\"]+)")


def settings() -> dict[str, str]:
    """Return what the files and the environment of this machine say to pip; the environment wins, as pip has it."""
    done = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True)
    found: dict[str, str] = {}
    for line in done.stdout.splitlines():
        section, _, name = line.partition("=")[0].rpartition(".")
        if section in {"global", "install", ":env:"} and (section == ":env:" or name not in found):
            found[name] = line.partition("=")[2].strip("'")
    # What says where to install, or limits versions, is not for an image whose packages are all named by their hashes.
    for name in ("config-file", "require-virtualenv", "target", "user", "constraint"):
        found.pop(name, None)
    return found


def write(path: Path) -> list[str]:
    """Write them as a file for the build; return what is to be mounted for it, as buildah's --volume takes it."""
    found = settings()
    path.touch(mode=0o600)  # an address may hold a password
    path.write_text("[global]\n" + "".join(f"{name} = {value}\n" for name, value in found.items()))
    places = {place for value in found.values() for place in PLACE.findall(value)}
    there = sorted(place for place in places if Path(place).exists())  # the rest is addresses of servers
    return [f"{path}:/etc/pip.conf:ro", *(f"{place}:{place}:ro" for place in map(_folder, there))]


def _folder(place: str) -> str:
    """The folder above `simple` is what an index on disk consists of: its pages lead to files beside it."""
    path = Path(place)
    return str(path.parent) if path.name == "simple" and len(path.parts) > 2 else os.fspath(path)
