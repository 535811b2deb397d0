"""Which process this is, and which ones are gone for certain."""

import os
import re
import subprocess
import sys
import unittest

from botcore.monitoring.identity import is_gone, machine, process_name


class IdentityTests(unittest.TestCase):
    """Names in leases and heartbeats."""

    def test_a_process_keeps_its_name_which_holds_its_number(self) -> None:
        self.assertEqual(process_name(), process_name())
        self.assertTrue(re.fullmatch(rf".{{1,60}}:{os.getpid()}-[0-9a-f]{{4}}", process_name()), process_name())

    def test_this_process_and_its_parent_live(self) -> None:
        self.assertFalse(is_gone(process_name()))
        self.assertFalse(is_gone(f"host:{os.getppid()}-0000"))
        self.assertFalse(is_gone("host:1-0000"))

    def test_one_that_ended_is_gone(self) -> None:
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        self.assertTrue(is_gone(f"host:{ended.pid}-0000"))

    def test_what_is_no_name_of_ours_is_never_gone_for_certain(self) -> None:
        for name in ("", "host", "host:", "host:x-0000", "host:-5", "host:0-0000"):
            with self.subTest(name):
                self.assertFalse(is_gone(name))

    def test_a_number_that_no_process_can_have_is_gone(self) -> None:
        self.assertTrue(is_gone(f"host:{2**80}-0000"))

    def test_processes_of_one_machine_agree_on_it_and_it_fits_its_column(self) -> None:
        code = "from botcore.monitoring.identity import machine; print(machine())"
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        self.assertEqual(told.stdout.strip(), machine())
        self.assertTrue(1 <= len(machine()) <= 120)
