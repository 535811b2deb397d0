"""deploy/start on a machine that lacks something: rights, room, open files, a port."""

import os
import socket
import subprocess
import unittest
from pathlib import Path

from tests.processes import ROOT
from tests.starting import StartTestCase

MIB = 2**20


class MachineTests(StartTestCase):
    """One thing is missing; Telegram is away, which holds up no start."""

    def test_a_good_machine(self) -> None:
        code, table = self.check("bot")
        self.assertEqual(code, 0, table)
        for name in ("settings", "secrets", "secret files", "directories", "disk", "open files", "database", "clock"):
            self.assertIn(f"\nok       {name}: ", f"\n{table}")

    def test_a_directory_that_cannot_be_written(self) -> None:
        self.refuses("SPOOL_DIR: /proc cannot be written", self.check("bot", SPOOL_DIR="/proc/botdeck"))

    @unittest.skipIf(os.getuid(), "only root can mount a small disk to fill")
    def test_a_disk_that_is_full(self) -> None:
        place = self.stack.directory / "small"
        place.mkdir()
        made = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], check=False, capture_output=True
        )
        if made.returncode:
            self.skipTest("nothing can be mounted in this container: run the tests where root may mount")
        self.addCleanup(subprocess.check_call, ["umount", place])
        full = place / "full"
        full.write_bytes(b"x" * (MIB - 16 * 1024))
        found = self.check("bot", SPOOL_DIR=str(place / "spool"))
        self.refuses("GiB are free where SPOOL_DIR is: make room now", found)
        full.write_bytes(b"x" * (MIB - 80 * 1024))
        self.says("warning", "GiB are free where SPOOL_DIR is: make room soon", self.check("bot", SPOOL_DIR=str(place)))

    def test_too_few_open_files(self) -> None:
        for allowed, severity in ((100, "error"), (200, "warning")):
            done = subprocess.run(
                ["/bin/sh", "-c", f"ulimit -n {allowed}; exec {ROOT}/deploy/start bot --check-only"],
                env=self.stack.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            self.says(severity, f"open files: Only {allowed} files", (done.returncode, done.stdout))

    def test_a_port_that_somebody_has(self) -> None:
        taken = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        port = str(taken.getsockname()[1])
        webhook = {"BOT_MODE": "webhook", "WEBHOOK_URL": "http://127.0.0.1/", "WEBHOOK_PORT": port}
        self.refuses(f"WEB_PORT: 127.0.0.1:{port} is in use", self.check("web", WEB_PORT=port))
        self.refuses(f"WEBHOOK_PORT: 127.0.0.1:{port} is in use", self.check("bot", **webhook))

    def test_bots_share_the_port_of_the_webhook(self) -> None:
        shared = self.enterContext(socket.socket())
        shared.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        shared.bind(("127.0.0.1", 0))
        shared.listen()
        port = str(shared.getsockname()[1])
        webhook = {"BOT_MODE": "webhook", "WEBHOOK_URL": "http://127.0.0.1/", "WEBHOOK_PORT": port}
        self.says("ok", f"port: {port} is free", self.check("bot", **webhook))

    def test_pages_without_their_files_come_all_the_same(self) -> None:
        collected = (Path(ROOT) / "var/static/staticfiles.json").is_file()
        self.says("ok" if collected else "warning", "static files: They are", self.check("web"))
