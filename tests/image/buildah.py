"""buildah with a store of its own, which needs neither a daemon nor overlay file systems."""

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "var" / "build-check"


def buildah(*arguments: str) -> str:
    """Run it; return what it said, and raise RuntimeError with that when it fails."""
    store = ["--storage-driver", "vfs", "--root", str(FOLDER / "store"), "--runroot", str(FOLDER / "run")]
    done = subprocess.run(["buildah", *store, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"buildah {arguments[0]} failed:\n{done.stderr[-4000:]}")
    return done.stdout.strip()


def config(image: str) -> dict[str, Any]:
    """Return what an image says of itself, as Docker writes it."""
    found: dict[str, Any] = json.loads(buildah("inspect", "--type", "image", image))["Docker"]["config"]
    return found


def root_of(image: str) -> tuple[str, Path]:
    """Make a container of an image; return its name, and where its files are."""
    container = buildah("from", "--pull-never", image)
    return container, Path(buildah("mount", container))
