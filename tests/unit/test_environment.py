"""Reading variables: types, complaints in plain words, secrets from files."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from botcore.runtime.settings import SETTINGS
from botproject import alert_values, environment
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
        (environment.sentry_dsn, "https://key@sentry.example/5", "https://key@sentry.example/5"),
        (environment.otlp_headers, "api-key=a%20b, X=1", {"api-key": "a b", "x": "1"}),
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
        (environment.bearer_token, "only-15-letters"),
        (environment.bearer_token, "пятнадцать-русских-букв"),
        (environment.bearer_token, "with a blank, which ends it"),
        (environment.sentry_dsn, "https://sentry.example/5"),
        (environment.sentry_dsn, "https://key@sentry.example/name"),
        (environment.sentry_dsn, "https://key@sentry.example:port/5"),
        (environment.otlp_headers, "no-pair"),
        (environment.otlp_headers, "=value"),
        (environment.database(ROOT), "mysql://host/name"),
        (environment.database(ROOT), "postgres://user:pass@host:notaport/name"),
        (environment.database(ROOT), "postgres://user:pass@host"),
        (environment.database(ROOT), "just words"),
        (alert_values.quiet_hours, "22-7"),
        (alert_values.quiet_hours, "22:00-22:00"),
        (alert_values.quiet_hours, "22:00-25:00"),
        (alert_values.quiet_hours, "22:00-07:00 Europe/Nowhere"),
        (alert_values.quiet_hours, "22:00-07:00 ../../etc/passwd"),
        (alert_values.email_addresses, "a@example.org, alice"),
        (alert_values.email_addresses, "a@example.org\nBcc: b@example.org"),
        (alert_values.email_sender, "Botdeck\r\nBcc: <b@example.org>"),
        (alert_values.email_server, "http://mail.example.org"),
        (alert_values.email_server, "smtp://"),
        (alert_values.email_server, "smtp://host:port"),
        (alert_values.hook_url, "hook.example/path"),
        (alert_values.hook_url, "ftp://hook.example/"),
        (alert_values.hook_url, "https://user:password@hook.example/"),
    ],
)
def test_a_bad_value_leaves_the_default_and_a_sentence_that_names_variable_and_mend(
    parse: Callable[[str], Any], text: str
) -> None:
    value, complaints = read(text, parse, default="the default")
    assert value == "the default"
    assert complaints["X"].startswith("X is not valid")
    assert complaints["X"].endswith("write it well.")


def test_a_token_may_hold_every_character_that_a_header_carries_to_us() -> None:
    value, complaints = read("pa$$:word!and=more", environment.bearer_token)
    assert (value, complaints) == ("pa$$:word!and=more", {})


@pytest.mark.parametrize(
    ("parse", "secret"),
    [
        (environment.bot_token, "123456:se cret"),
        (environment.database(ROOT), "postgres://u:sec:ret@host:x/name"),
        (environment.longer_than(31), "secret"),
        (environment.bearer_token, "secret"),
        (environment.sentry_dsn, "https://secret@host/x"),
        (environment.otlp_headers, "secret"),
    ],
)
def test_a_complaint_never_repeats_a_secret(parse: Callable[[str], Any], secret: str) -> None:
    _, complaints = read(secret, parse)
    assert "cret" not in complaints["X"]


def test_a_value_that_needs_a_package_that_is_absent_is_dropped_with_the_command_that_installs_it() -> None:
    env = Environment()
    assert env.with_package("X", "value", "no-such-package") == ""
    command = "pip install --require-hashes -r requirements-extras.txt"
    assert env.complaints == {"X": f"X is set, but no-such-package is not installed: run `{command}`."}
    assert env.with_package("Y", "value", "django") == "value"
    assert env.with_package("Z", "", "no-such-package") == ""
    assert list(env.complaints) == ["X"]


@pytest.mark.parametrize(
    ("text", "api_url", "claimed", "complains"),
    [
        ("1", "http://127.0.0.1:8081", True, False),
        ("1", "http://localhost:8081", True, False),
        ("1", "http://[::1]:8081", True, False),
        ("1", "https://api.telegram.org", False, True),
        ("1", "http://127.0.0.1.example", False, True),
        ("0", "https://api.telegram.org", False, False),
        ("", "http://127.0.0.1:8081", False, False),
    ],
)
def test_the_sandbox_is_claimed_and_on_this_machine_or_it_is_none(
    text: str, api_url: str, *, claimed: bool, complains: bool
) -> None:
    with mock.patch.dict("os.environ", {"X": text}):
        env = Environment()
        assert env.sandbox("X", api_url) is claimed
    assert ("X is 1, but TELEGRAM_API_URL is not on this machine" in env.complaints.get("X", "")) is complains


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


def test_a_secret_that_can_be_read_only_once_or_never_ends_is_refused_and_not_waited_for() -> None:
    with tempfile.TemporaryDirectory() as folder:
        pipe = f"{folder}/pipe"
        os.mkfifo(pipe)
        for path in (pipe, "/dev/zero"):
            with mock.patch.dict("os.environ", {"X_FILE": path}):
                env = Environment()
                assert env.read("X", str, default="", hint="") == ""
            assert "X_FILE cannot be read (it is a pipe or a device" in env.complaints["X"]


def test_a_file_of_settings_that_is_no_text_is_named() -> None:
    with tempfile.NamedTemporaryFile() as file, mock.patch.dict("os.environ"):
        for content in (b"X=\xff\xfe\n", b"X=a\0b\n"):
            Path(file.name).write_bytes(content)
            with pytest.raises(ImproperlyConfigured, match=f"{file.name} cannot be read .it is not UTF-8 text"):
                Environment().read_file(Path(file.name))


def test_a_directory_that_cannot_be_looked_at_leaves_a_sentence() -> None:
    value, complaints = read("/" + "a" * 5000, environment.directory(ROOT), default=ROOT)
    assert value == ROOT
    assert complaints == {"X": "X is not valid (File name too long): write it well."}


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


def test_the_reference_has_the_table_of_settings_that_are_changed_while_everything_runs() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    rows = [line for line in text.splitlines() if re.match(r"\| `[a-z_]+(\.\w+)?` \|", line)]
    with translation.override("en"):
        assert rows == [
            f"| `{name}` | {setting.help} | {setting.limits()} | "
            f"{f'`{setting.environment}`' if setting.environment else setting.in_words(setting.default)} |"
            + (" needs a restart |" if setting.needs_restart else "")
            for name, setting in SETTINGS.items()
        ]


def test_the_reference_names_every_variable() -> None:
    text = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in settings.ENVIRONMENT_VARIABLES if f"`{name}`" not in text] == []
