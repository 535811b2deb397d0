"""The words of the kit mean the same in one process and against a real sandbox and a real bot."""

import subprocess
import sys
from typing import Any

import pytest

from tests import tutorial
from tests.processes import ROOT

REMINDER = tutorial.load("reminder")
PAYMENT = tutorial.load("payment")
INLINE = tutorial.load("inline")


@pytest.fixture(params=["kit_telegram", "real_telegram"])
def telegram(request: pytest.FixtureRequest) -> Any:
    """Both, one after the other."""
    return request.getfixturevalue(request.param)


def test_people_write_come_and_go(telegram: Any, alice: Any, charlie: Any) -> None:
    charlie.says("/start")
    charlie.sees("Hello, Charlie!")
    assert charlie.answers == [charlie.sees]
    with pytest.raises(AssertionError, match="'Goodbye' is not in"):
        charlie.sees("Goodbye")
    charlie.sends_photo("Look")
    telegram.person_in_group(3).joins()
    charlie.blocks()
    charlie.unblocks()
    fault = telegram.faults.add(kind="flood", method="send*", chat=1, count=1)
    alice.says("/start")
    alice.sees("Hello, Alice!")
    assert (fault.hits, [fault["hits"] for fault in telegram.faults.to_json()]) == (1, [1])


def test_buttons_have_notices(telegram: Any, bob: Any) -> None:
    bob.says("/settings")
    before = bob.buttons
    assert before
    assert bob.presses(before[0]) == ["Saved"]
    assert bob.buttons != before


@pytest.mark.features(PAYMENT)
def test_people_pay(telegram: Any, charlie: Any) -> None:
    charlie.says("/tip 50")
    charlie.pays()
    telegram.send_due()
    charlie.sees("Thank you for 50 Stars!")


@pytest.mark.features(INLINE)
def test_people_type_behind_the_name_of_the_bot(telegram: Any, charlie: Any) -> None:
    assert [result["title"] for result in charlie.types("bye").results] == ["Goodbye"]


@pytest.mark.features(REMINDER)
def test_time_passes_in_the_kit_only(telegram: Any, charlie: Any) -> None:
    charlie.says("/remindme 2h drink tea")
    charlie.sees("You will be reminded.")
    telegram.passes(hours=2, minutes=1)  # skips the test where it cannot
    charlie.sees("⏰ drink tea")


def test_the_option_chooses_for_tests_of_the_kit() -> None:
    tests = ["-m", "pytest", "tests/flow/test_kit_plugin.py", "-k", "everybody", "--telegram=real", "-q"]
    done = subprocess.run([sys.executable, *tests], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout
