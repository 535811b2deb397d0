"""The pytest plugin: the same people in tests that are plain functions."""

from typing import Any

import pytest

from tests import tutorial

REMINDER = tutorial.load("reminder")


@pytest.mark.features(REMINDER)
def test_a_reminder_comes_and_is_put_off(telegram: Any, charlie: Any) -> None:
    charlie.says("/remindme 2h drink tea")
    charlie.sees("You will be reminded.")
    telegram.passes(hours=2, minutes=1)
    charlie.sees("⏰ drink tea")
    charlie.presses("In 10 minutes again")
    charlie.sees("put off")
    telegram.passes(minutes=11)
    assert charlie.answers.count("⏰ drink tea") == 1


def test_everybody_is_there(telegram: Any, alice: Any, bob: Any) -> None:
    alice.says("/start")
    bob.says("/start")
    alice.sees("Hello")
    assert bob.sees
    assert bob.sees != alice.sees
    telegram.faults.add(kind="flood", method="send*", chat=1, count=1)
    assert len(telegram.faults.to_json()) == 1


def test_whoever_is_asked_for_needs_no_async_either(telegram: Any) -> None:
    telegram.person_in_group(2).says("/start")
    assert "Hello" not in telegram.bob.sees  # that was in the group
