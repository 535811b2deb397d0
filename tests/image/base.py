"""What stands in for the slim base of Python: Debian by debootstrap, with Python and pip, without what slim lacks, too.

The real one has a Python of its own below /usr/local; here it is Debian's, so its version may be another.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.image.buildah import FOLDER, buildah

NAME = "localhost/botdeck-base"
SUITE = "bookworm"
MIRROR = os.environ.get("DEBIAN_MIRROR", "http://deb.debian.org/debian")
NOT_IN_SLIM = (
    "usr/share/doc",
    "usr/share/man",
    "usr/share/locale",
    "usr/share/info",
    "var/cache/apt",
    "var/lib/apt/lists",
)
LIBRARY = "usr/local/lib/python3.11/dist-packages"  # where Debian's Python of that suite looks for more packages


def make() -> None:
    """Make the image, from a folder that is kept for the next time."""
    folder = FOLDER / "base"
    if not folder.exists():
        _bootstrap(folder)
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, str(folder), "/")
    buildah("config", "--env", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", container)
    buildah("commit", "--quiet", "--rm", container, NAME)


def _bootstrap(folder: Path) -> None:
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    included = "--include=python3,ca-certificates,tzdata"
    command = ["debootstrap", "--variant=minbase", included, SUITE, str(making), MIRROR]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"debootstrap failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    for name in NOT_IN_SLIM:
        shutil.rmtree(making / name, ignore_errors=True)
    (making / "var/lib/apt/lists").mkdir()
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(making / LIBRARY), "pip"]
    subprocess.run(pip, capture_output=True, check=True)
    making.rename(folder)
