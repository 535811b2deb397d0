"""Text from people → addresses, data of buttons, cron lines, JSON."""

import pytest

from botcore.exceptions import ValidationError
from botcore.validators import callback_payload, cron, json_value, url


@pytest.mark.parametrize(
    "typed",
    [
        "https://example.org",
        "http://example.org:8080/a?b=c#d",
        "https://пример.рф/путь",
        "https://[::1]:443/",
        "HTTPS://EXAMPLE.org.",
        "https://127.0.0.1",
        "https://localhost/" + "a" * 2028,
    ],
)
def test_an_address(typed: str) -> None:
    assert url(f" {typed}\n") == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "example.org",
        "https://",
        "https:///path",
        "https://user:word@example.org",
        "https://@example.org",
        "https://exam ple.org",
        "https://example.org/a\tb",
        "https://example.org/\u202ea",
        "https://example.org\x00/",
        "javascript:alert(1)",
        "ftp://example.org",
        "https://good.org\\@evil.org",
        "https://example.org:99999",
        "https://a..b",
        f"https://{'a' * 64}.org",
        "https://-a.org",
        "https://[::1",
        "https://[::1]x",
        "https://[nonsense]",
        "https://example.org/" + "a" * 2048,
        "https://exa\u2100mple.org",
        "https://\ud800.org",
        'https://example.org/"',
    ],
)
def test_no_address(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a whole address, such as https://example\.org/page\.$"):
        url(typed)


def test_other_schemes_are_taken_when_they_are_named() -> None:
    assert url("tg://resolve?domain=alice", schemes=("tg",)) == "tg://resolve?domain=alice"
    with pytest.raises(ValidationError, match="such as tg://"):
        url("https://example.org", schemes=("tg",))


@pytest.mark.parametrize("typed", ["ban:5", "ban:", "a:b:c", "я:" + "я" * 30 + "a"])
def test_data_of_a_button(typed: str) -> None:
    assert callback_payload(typed) == typed


@pytest.mark.parametrize("typed", ["", "ban", ":5", "a:" + "я" * 32, "a:\ud800", "a:\x00", "a:" + "b" * 1_000_000])
def test_no_data_of_a_button(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a button's data as name:value, 64 bytes at most\.$"):
        callback_payload(typed)


@pytest.mark.parametrize(
    ("typed", "line"),
    [("0 9 * * 1-5", "0 9 * * 1-5"), (" */5  * * * MON\n", "*/5 * * * MON"), ("0 0 L * *", "0 0 L * *")],
)
def test_a_cron_line(typed: str, line: str) -> None:
    assert cron(typed) == line


@pytest.mark.parametrize("typed", ["", "* * * *", "0 * * * * *", "@daily", "60 * * * *", "0 0 30 2 *", "*/0 * * * *"])
def test_no_cron_line_that_ever_comes(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a cron line of five fields, such as 0 9 \* \* 1-5\.$"):
        cron(typed)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ('{"a": [1, 2.5, null, true]}', {"a": [1, 2.5, None, True]}),
        ('"[[[[{{{{"', "[[[[{{{{"),
        (r'"\ud83e\udd8a \"]\\"', '🦊 "]\\'),
        ("[" * 50 + "]" * 50, eval("[" * 50 + "]" * 50)),
    ],
)
def test_json(typed: str, value: object) -> None:
    assert json_value(typed) == value


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Write JSON; what stands at line 1, column 1 cannot be read."),
        ('{\n"a": x}', "Write JSON; what stands at line 2, column 6 cannot be read."),
        ('"' + '\\"' * 4000, "Write JSON; what stands at line 1, column 1 cannot be read."),
        ("[" * 51 + "]" * 51, "Write JSON with at most 50 levels."),
        ('{"a":' * 2000, "Write JSON with at most 50 levels."),
        (r'{"a": 1, "\u0061": 2}', "Write each name once; “a” comes twice."),
        (
            '{"a\\u202e' + "b" * 90 + '": 1, "a\\u202e' + "b" * 90 + '": 2}',
            f"Write each name once; “a{'b' * 38}…” comes twice.",
        ),
        ("NaN", "Write JSON with finite numbers and whole characters."),
        ("[-Infinity]", "Write JSON with finite numbers and whole characters."),
        ("1e999", "Write JSON with finite numbers and whole characters."),
        ("9" * 9999, "Write JSON with finite numbers and whole characters."),
        (r'["\ud83e"]', "Write JSON with finite numbers and whole characters."),
        ("1" * 10_001, "Write at most 10000 characters of JSON."),
    ],
)
def test_no_json(typed: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as caught:
        json_value(typed)
    assert str(caught.value) == sentence
