"""Runs promtool and amtool, which check Prometheus' and Alertmanager's files; .ci/run takes them from Debian."""

import shutil
import subprocess
import unittest

from tests.unit.deploy.rule_files import PROMETHEUS

needs_promtool = unittest.skipUnless(shutil.which("promtool"), "no promtool on this machine: apt install prometheus")
needs_amtool = unittest.skipUnless(
    shutil.which("amtool"), "no amtool on this machine: apt install prometheus-alertmanager"
)


def check(*command: str, stdin: str = "") -> str:
    """Run one of them in deploy/prometheus; return what it said, and fail with it when it complains."""
    done = subprocess.run(command, cwd=PROMETHEUS, input=stdin, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}\n{said}")
    return said
