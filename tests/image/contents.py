"""Checks of what is in the image: who it runs as, what it lacks, that all of its code is compiled, and its size."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.image.container import USER

MEBIBYTE = 1024 * 1024
MOST = 220 * MEBIBYTE
TOOLS = {"gcc", "cc", "c++", "g++", "clang", "make", "ld", "as", "cmake", "rustc", "cargo", "go", "pip", "pip3", "uv"}
PACKAGES = {"pip", "setuptools", "wheel", "ensurepip"}
WANTED = {
    "User": f"{USER}:{USER}",
    "StopSignal": "SIGTERM",
    "WorkingDir": "/app",
    "Entrypoint": ["/app/deploy/start"],
    "Cmd": ["web"],
}
LABELS = ("title", "description", "licenses", "version", "revision")


def says(config: Mapping[str, Any]) -> str:
    """What the image says of itself."""
    wrong = {name: config.get(name) for name, value in WANTED.items() if config.get(name) != value}
    assert not wrong, wrong
    assert config["Healthcheck"]["Test"][0] == "CMD", config["Healthcheck"]
    missing = [name for name in LABELS if not config["Labels"].get(f"org.opencontainers.image.{name}")]
    assert not missing, missing
    assert list(config["Volumes"]) == ["/app/var"], config["Volumes"]
    return f"user {USER}, {config['StopSignal']}, health check, {len(LABELS)} labels"


def lacks_tools(root: Path) -> str:
    """Neither compilers nor what installs packages."""
    folders = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "opt/venv/bin")
    programs = {path.name.partition("-")[0] for folder in folders for path in (root / folder).iterdir()}
    assert not programs & TOOLS, programs & TOOLS
    packages = [
        path
        for folder in (*root.glob("usr/lib/python3*"), *root.glob("usr/local/lib/python3*"), root / "opt/venv/lib")
        for path in folder.rglob("*")
        if path.is_dir() and path.name in PACKAGES
    ]
    assert not packages, packages
    return "no compiler, make, pip, setuptools, ensurepip"


def lacks_what_is_ours_alone(root: Path) -> str:
    """No secrets, tests, data, or sources of translations."""
    app = root / "app"
    top = {path.name for path in app.iterdir()}
    unwanted = top & {"tests", "docs", "benchmarks", ".git", ".env", ".venv", "Dockerfile"}
    assert not unwanted, unwanted
    assert not list((app / "var").iterdir()), "something lies in var"
    assert [path.name for path in (app / "deploy").iterdir()] == ["start"], "deploy/ has more than start"
    found = [path for path in _files(root / "app") if path.suffix == ".po" or path.name == ".env"]
    assert not found, found
    return f"{len(top)} entries in /app"


def cannot_be_changed(root: Path) -> str:
    """Nothing but the volume belongs to the user, or is open to all."""
    number = int(USER)
    open_to_it = [
        path
        for path in (*_files(root / "app"), *_files(root / "opt"))
        if path.lstat().st_uid == number or (path.lstat().st_mode & stat.S_IWOTH and not path.is_symlink())
    ]
    assert not open_to_it, open_to_it[:5]
    facts = (root / "app" / "var").stat()
    assert (facts.st_uid, facts.st_gid) == (number, number), facts
    return "only /app/var belongs to it"


def is_compiled(root: Path) -> str:
    """A root that is read-only keeps no bytecode: what is missing here is compiled at each start."""
    modules = [path for top in ("app", "opt/venv/lib") for path in (root / top).rglob("*.py")]
    bare = [path for path in modules if not list((path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"))]
    assert not bare, bare[:5]
    library = next(
        path for path in (*root.glob("usr/local/lib/python3*"), *root.glob("usr/lib/python3.*")) if _own(path)
    )
    assert list((library / "asyncio" / "__pycache__").glob("base_events.*.pyc")), "Python's own library is not"
    return f"{len(modules)} modules, and Python's own"


def has_static_files(root: Path) -> str:
    """Collected and compressed, outside of the volume."""
    folder = root / "app" / "static"
    assert (folder / "staticfiles.json").is_file(), "no manifest"
    return f"{sum(1 for _ in _files(folder))} files in /app/static"


ALL = (lacks_tools, lacks_what_is_ours_alone, cannot_be_changed, is_compiled, has_static_files)


def _own(path: Path) -> bool:
    return (path / "asyncio").is_dir()


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if not path.is_dir())
