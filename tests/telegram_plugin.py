"""A pytest plugin on top of the kit: fixtures for tests that are plain functions, without async.

def test_start(telegram, alice):
    alice.says("/start")
    alice.sees("Hello")

`pytest --telegram=real` runs them against processes, see telegram_real.py.
"""

import inspect
from collections.abc import Iterator
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
        if inspect.ismethod(found):
            return lambda *given, **named: _plain(found(*given, **named))
        return _plain(found)


def _plain(found: Any) -> Any:
    return Plain(found) if hasattr(found, "says") else found


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the command line choose what the people of the kit write to."""
    parser.addoption(
        "--telegram",
        choices=("kit", "real"),
        default="kit",
        help="what the fixture telegram is: in this process, or a sandbox and a bot as processes; default: %(default)s",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers", "features(module): let the bot of the test have the features of this module only"
    )


def pytest_itemcollected(item: pytest.Item) -> None:
    """Say that the kit wants a database: which fixture `telegram` stands for is known only later."""
    if "telegram" in getattr(item, "fixturenames", ()) and item.config.getoption("--telegram") == "kit":
        item.add_marker(pytest.mark.django_db)


@pytest.fixture
def telegram(request: pytest.FixtureRequest) -> Any:
    """The kit: `world`, `clock`, `passes(hours=2)`, `faults`, and people; or the same words for real processes."""
    return request.getfixturevalue(f"{request.config.getoption('--telegram')}_telegram")


@pytest.fixture
def kit_telegram(db: None, request: pytest.FixtureRequest) -> Any:
    """The kit in this process."""
    from tests.telegram import Kit  # noqa: PLC0415 (only now is Django set up)
    from tests.tutorial import features_of  # noqa: PLC0415

    kit = Kit()
    if marker := request.node.get_closest_marker("features"):
        kit.features = features_of(*marker.args)
    kit.open_sandbox()
    return Plain(kit)


@pytest.fixture
def real_telegram(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A sandbox and a bot as processes, with the words of the kit; a module may call this its `telegram`."""
    from tests.telegram_real import RealKit  # noqa: PLC0415

    marker = request.node.get_closest_marker("features")
    with RealKit(*(marker.args if marker else ())) as kit:
        yield Plain(kit)


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
