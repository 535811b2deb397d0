"""Building the image, and how much each part of it weighs."""

import os
import stat
from pathlib import Path

from tests.image import base, pip_settings
from tests.image.buildah import FOLDER, buildah

NAME = "localhost/botdeck"
ROOT = Path(__file__).parents[2]


def build() -> None:
    """Build it as `make build` does, but on the base that stands in."""
    mounts = [word for mount in pip_settings.write(FOLDER / "pip.conf") for word in ("--volume", mount)]
    arguments = ["--isolation", "chroot", "--format", "docker", "--build-arg", f"BASE_IMAGE={base.NAME}"]
    buildah("bud", *arguments, *mounts, "--tag", NAME, str(ROOT))


def weight(root: Path) -> int:
    """Return the bytes of all files, each once, as layers count them."""
    return sum(size for size, _ in files(root).values())


def added(root: Path, beneath: Path) -> int:
    """Return the bytes of files that the base has not, or has otherwise."""
    old = files(beneath)
    return sum(facts[0] for path, facts in files(root).items() if old.get(path) != facts)


def files(root: Path) -> dict[str, tuple[int, int]]:
    """Return size and time of each file, one of those that are the same by a hard link."""
    found, seen = {}, set()
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 (ten thousands of them)
            facts = os.lstat(path)
            if stat.S_ISREG(facts.st_mode) and facts.st_ino not in seen:
                seen.add(facts.st_ino)
                found[os.path.relpath(path, root)] = (facts.st_size, int(facts.st_mtime))
    return found
