"""Reading variables: types, complaints in plain words, secrets from files."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings

from botproject import environment
from botproject.environment import Environment

ROOT = Path(__file__).parents[2]


def read(text: str | None, parse: Callable[[str], Any], default: Any = None) -> tuple[Any, dict[str, str]]:
    """Read one variable X; return its value and the complaints."""
    with mock.patch.dict("os.environ", {} if text is None else {"X": text}):
        env = Environment()
        return env.read("X", parse, default=default, hint="write it well"), env.complaints


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (environment.boolean, "Yes", True),
        (environment.boolean, "0", False),
        (environment.integer(1, 10), " 7 ", 7),
        (environment.choice("polling"), "POLLING", "polling"),
        (environment.words, "a, b,,c", ["a", "b", "c"]),
        (environment.telegram_ids, "1, 1002", [1, 1002]),
        (environment.http_url, "http://127.0.0.1:8081/", "http://127.0.0.1:8081"),
        (environment.bot_token, "123456:AbC_-9", "123456:AbC_-9"),
    ],
)
def test_a_good_value_is_typed(parse: Callable[[str], Any], text: str, value: Any) -> None:
    assert read(text, parse) == (value, {})


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (environment.boolean, "maybe"),
        (environment.integer(1, 10), "11"),
        (environment.integer(1, 10), "ten"),
        (environment.choice("polling"), "carrier pigeon"),
        (environment.telegram_ids, "1,alice"),
        (environment.telegram_ids, "-5"),
        (environment.http_url, "api.telegram.org"),
        (environment.http_url, "http://host:port"),
        (environment.http_url, "http://host/?a=1"),
        (environment.bot_token, "no-colon"),
        (environment.bot_token, "x:abc"),
        (environment.bot_token, "1:with space"),
        (environment.longer_than(15), "short"),
        (environment.database(ROOT), "mysql://host/name"),
        (environment.database(ROOT), "postgres://user:pass@host:notaport/name"),
        (environment.database(ROOT), "postgres://user:pass@host"),
        (environment.database(ROOT), "just words"),
    ],
)
def test_a_bad_value_leaves_the_default_and_a_sentence_that_names_variable_and_mend(
    parse: Callable[[str], Any], text: str
) -> None:
    value, complaints = read(text, parse, default="the default")
    assert value == "the default"
    assert complaints["X"].startswith("X is not valid")
    assert complaints["X"].endswith("write it well.")


@pytest.mark.parametrize(
    ("parse", "secret"),
    [
        (environment.bot_token, "123456:se cret"),
        (environment.database(ROOT), "postgres://u:sec:ret@host:x/name"),
        (environment.longer_than(31), "secret"),
    ],
)
def test_a_complaint_never_repeats_a_secret(parse: Callable[[str], Any], secret: str) -> None:
    _, complaints = read(secret, parse)
    assert "cret" not in complaints["X"]


def test_an_empty_value_means_the_default() -> None:
    assert read("", environment.integer(1, 10), default=5) == (5, {})
    assert read(None, environment.integer(1, 10), default=5) == (5, {})


def test_a_secret_may_come_from_a_file_and_may_begin_with_a_dollar() -> None:
    with tempfile.NamedTemporaryFile("w") as file:
        file.write("$ecret-ecret-ecret\n")
        file.flush()
        with mock.patch.dict("os.environ", {"X_FILE": file.name}):
            assert Environment().read("X", str, default="", hint="") == "$ecret-ecret-ecret"


def test_a_secret_file_that_is_missing_is_named() -> None:
    with mock.patch.dict("os.environ", {"X_FILE": "/nowhere/token"}):
        env = Environment()
        assert env.read("X", str, default="", hint="") == ""
    assert env.complaints["X"] == "X_FILE cannot be read (No such file or directory): point it to a readable file."


def test_a_missing_secret_key_is_made_up_with_a_complaint() -> None:
    with mock.patch.dict("os.environ"):
        env = Environment()
        first, second = env.secret_key("X"), env.secret_key("X")
    assert len(first) >= 32
    assert first != second
    assert env.complaints["X"].startswith("X is not set: write at least 32 random characters")


def test_a_sqlite_file_is_found_from_anywhere() -> None:
    value, _ = read("sqlite:///var/x.sqlite3", environment.database(ROOT))
    assert value["NAME"] == str(ROOT / "var" / "x.sqlite3")


def test_the_example_file_names_every_variable_once() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    names = [line.partition("=")[0] for line in lines if line and not line.startswith("#")]
    assert sorted(names) == sorted(settings.ENVIRONMENT_VARIABLES)
    assert all(line.endswith("=") for line in lines if line and not line.startswith("#")), "the example holds no values"


def test_the_reference_names_every_variable() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in settings.ENVIRONMENT_VARIABLES if f"`{name}`" not in text] == []
