"""`python -m tests.image`: builds, tries, prints the table; exit code 1: something is wrong, 2: it cannot be done."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

from tests.crash.network import NoNamespaceError, in_a_network_of_its_own
from tests.image import base, build, contents, running
from tests.image.buildah import FOLDER, buildah, config, root_of
from tests.image.table import Row, lines, named, timed

PROGRAMS = ("buildah", "debootstrap", "unshare", "nsenter", "setpriv", "ip")
MEBIBYTE = contents.MEBIBYTE


def main() -> int:
    """Do all of it; return the exit code."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing or os.getuid() != 0:
        print(f"make build-check needs root, and {', '.join(missing or PROGRAMS)}: apt install buildah debootstrap.")
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    rows = [timed("base that stands in for the slim one", _base), timed("build", _build)]
    if all(row.good for row in rows):
        rows += _tried()
    print("\n".join(lines(rows)))
    return 0 if all(row.good for row in rows) else 1


def _base() -> str:
    base.make()
    return f"Debian {base.SUITE} with its Python"


def _build() -> str:
    build.build()
    return "docker's format, isolation chroot, storage vfs"


def _tried() -> list[Row]:
    """Look into the image and run it, in a network that leads nowhere."""
    said = config(build.NAME)
    container, root = root_of(build.NAME)
    below, beneath = root_of(base.NAME)
    try:
        rows = [timed("size", lambda: _size(root, beneath)), timed("says", lambda: contents.says(said))]
        rows += [timed(named(look), partial(look, root)) for look in contents.ALL]
        return rows + in_a_network_of_its_own(running.everything, root, said)
    except NoNamespaceError as error:
        return [*rows, Row("running", good=False, words=str(error), seconds=0)]
    finally:
        buildah("rm", container, below)


def _size(root: Path, beneath: Path) -> str:
    """The layers of the base count whole, also what a later one takes away."""
    ours, below = build.added(root, beneath), build.weight(beneath)
    words = f"{ours / MEBIBYTE:.1f} MiB of ours on {below / MEBIBYTE:.1f} MiB: {(ours + below) / MEBIBYTE:.1f} MiB"
    assert ours + below < contents.MOST, words
    return words


if __name__ == "__main__":
    sys.exit(main())
