"""A pytest plugin on top of the kit: fixtures for tests that are plain functions, without async.

def test_start(telegram, alice):
    alice.says("/start")
    alice.sees("Hello")
"""

import inspect
from typing import Any

import pytest
from asgiref.sync import async_to_sync


class Plain:
    """The kit, or a person of it, whose coroutines are run to their end by the call."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        """Return what is held under this name."""
        found = getattr(self._held, name)
        if inspect.iscoroutinefunction(found):
            return async_to_sync(found)
        return Plain(found) if hasattr(found, "says") else found


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "features(module): let the bot of the test have the features of this module only"
    )


@pytest.fixture
def telegram(db: None, request: pytest.FixtureRequest) -> Any:
    """The kit: `world`, `clock`, `passes(hours=2)`, `faults`, and people."""
    from tests.telegram import Kit  # noqa: PLC0415 (only now is Django set up)
    from tests.tutorial import features_of  # noqa: PLC0415

    kit = Kit()
    if marker := request.node.get_closest_marker("features"):
        kit.features = features_of(*marker.args)
    kit.open_sandbox()
    return Plain(kit)


@pytest.fixture
def alice(telegram: Any) -> Any:
    """An owner of the bot, who reads English."""
    return telegram.alice


@pytest.fixture
def bob(telegram: Any) -> Any:
    """Somebody who reads Russian."""
    return telegram.bob


@pytest.fixture
def charlie(telegram: Any) -> Any:
    """Somebody who reads English."""
    return telegram.charlie
