"""A container without an engine: mounts and process numbers of its own, a root that is read-only, uid 10001, no rights.

Entry point, command, folder and variables come from the image. What an engine has and this has not: limits of CPU and
memory, a filter of system calls, and a network for each container; all share one that leads nowhere.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

USER = "10001"
SECONDS = 90.0  # a bound for a machine under load, not an expectation
RIGHTS = [
    *("setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"),
    *("--bounding-set=-all", "--inh-caps=-all"),
]
ENTER = """
set -eu
root=$1 var=$2 secrets=$3
shift 3
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o size=192m,mode=1777 tmpfs "$root/tmp"
case $var in
  /*) mount --bind "$var" "$root/app/var" ;;
  *) mount -t tmpfs -o "size=$var,uid=10001,gid=10001" tmpfs "$root/app/var"
     cat /dev/zero >"$root/app/var/filled" 2>/dev/null || true ;;
esac
mount --bind "$secrets" "$root/run/secrets"
mount -o remount,bind,ro "$root/run/secrets"
mount -o remount,bind,ro "$root"
exec chroot "$root" "$@"
"""


class Container:
    """One that runs; `var` is the folder of its volume, or the size of one that is full."""

    def __init__(
        self,
        root: Path,
        config: Mapping[str, Any],
        command: Sequence[str],
        *,
        var: Path | str,
        secrets: Mapping[str, str] | None = None,
        entry: Sequence[str] | None = None,
        **environment: str,
    ) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="botdeck-container-"))
        self._config = config
        kept = self._folder / "secrets"
        kept.mkdir(mode=0o755)
        for name, value in (secrets or {}).items():
            (kept / name).write_text(value)
            os.chown(kept / name, int(USER), int(USER))
            (kept / name).chmod(0o400)
        (root / "run" / "secrets").mkdir(exist_ok=True)
        variables = [*config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        self._inside = [*RIGHTS, "env", "-i", "-C", config["WorkingDir"], *variables]
        first = [*(config["Entrypoint"] if entry is None else entry), *command]
        names = ["unshare", "--mount", "--pid", "--ipc", "--fork"]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*names, "sh", "-c", ENTER, "sh", str(root), str(var), str(kept), *self._inside, *first],
                stdout=log,
                stderr=log,
            )

    @property
    def output(self) -> str:
        """Everything written so far."""
        return (self._folder / "log").read_text()

    @property
    def alive(self) -> bool:
        """Does it run?"""
        return self._process.poll() is None

    def wait(self) -> int:
        """Return the exit code."""
        try:
            return self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it does not end:\n{self.output}") from None

    def stop(self) -> int:
        """Send what the image says stops it; return the exit code."""
        os.kill(int(self._first()), signal.Signals[self._config["StopSignal"]])
        return self.wait()

    def kill(self) -> None:
        """End it, if it still runs; forget its secrets and its log."""
        if self.alive:
            os.kill(int(self._first()), signal.SIGKILL)  # it takes all of its namespace with it, and unshare ends
            self._process.wait()
        shutil.rmtree(self._folder)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command beside its process, as `docker exec` does."""
        inside = ["nsenter", "--target", self._first(), "--mount", "--pid", "--ipc", "--root"]
        return subprocess.run(
            [*inside, *self._inside, *command], capture_output=True, text=True, timeout=SECONDS, check=False
        )

    def health(self) -> subprocess.CompletedProcess[str]:
        """Run the image's health check."""
        kind, *command = self._config["Healthcheck"]["Test"]
        assert kind == "CMD", kind
        return self.run(*command)

    def _first(self) -> str:
        """The number that its first process has out here."""
        pid = self._process.pid
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
