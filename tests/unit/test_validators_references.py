"""How people name persons and chats → usernames and references."""

import pytest

from botcore.exceptions import ValidationError
from botcore.validators import ChatReference, chat_reference, person_reference, username

ALICE = ChatReference(username="Alice_1")


@pytest.mark.parametrize(
    "typed",
    ["@Alice_1", "Alice_1", " t.me/Alice_1", "https://t.me/Alice_1/", "HTTP://T.ME/Alice_1", "telegram.me/Alice_1"],
)
def test_a_username(typed: str) -> None:
    assert username(typed) == "Alice_1"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "@",
        "ab",
        "1abc",
        "_abc",
        "alice_",
        "al__ice",
        "@@alice",
        "алиса",
        "ali ce",
        "a" * 33,
        "al\u212aice",
        "https://t.me/+AbCdEf",
        "t.me/c/123/4",
        "https://example.org/alice",
        "t.me/alice?start=1",
        "a" * 1_000_000,
    ],
)
def test_no_username(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write a username such as @alice_1"):
        username(typed)


def test_usernames_have_4_to_32_characters() -> None:
    assert [username(name) for name in ("abcd", "a_bc", "a" * 32)] == ["abcd", "a_bc", "a" * 32]


@pytest.mark.parametrize(
    ("typed", "reference"),
    [
        ("@Alice_1", ALICE),
        ("t.me/Alice_1", ALICE),
        ("https://t.me/Alice_1", ALICE),
        ("tg://resolve?domain=Alice_1", ALICE),
        ("tg://user?id=5", ChatReference(id=5)),
        ("123456789", ChatReference(id=123456789)),
        ("-1001234567890", ChatReference(id=-1001234567890)),
    ],
)
def test_a_chat(typed: str, reference: ChatReference) -> None:
    assert chat_reference(typed) == reference


@pytest.mark.parametrize("typed", ["", "alice", "@ab", "0", "tg://user?id=0", "tg://user?id=-5", "9" * 20, "t.me/"])
def test_no_chat(typed: str) -> None:
    with pytest.raises(ValidationError, match=r"^Write @name, t\.me/name or an id such as 123456789\.$"):
        chat_reference(typed)


def test_a_reference_reads_as_people_write_it() -> None:
    assert [str(ALICE), str(ChatReference(id=-5))] == ["@Alice_1", "-5"]


@pytest.mark.parametrize(
    ("typed", "reply_to", "forwarded_from", "reference"),
    [
        ("@Alice_1", 5, 6, ALICE),
        ("", 5, 6, ChatReference(id=6)),
        (" \u200b", 5, None, ChatReference(id=5)),
        ("", None, 6, ChatReference(id=6)),
        ("7", None, None, ChatReference(id=7)),
    ],
)
def test_the_text_names_a_person_before_the_message_does(
    typed: str, reply_to: int | None, forwarded_from: int | None, reference: ChatReference
) -> None:
    assert person_reference(typed, reply_to=reply_to, forwarded_from=forwarded_from) == reference


@pytest.mark.parametrize("typed", ["", "-1001234567890"])
def test_nobody_or_a_group_is_answered_with_how_to_name_a_person(typed: str) -> None:
    with pytest.raises(
        ValidationError, match=r"^Name a person: answer a message of theirs, or write @name or their id"
    ):
        person_reference(typed)


def test_a_wrong_name_does_not_fall_back_to_the_message() -> None:
    for typed in ("alice", "x" * 1000):
        with pytest.raises(ValidationError, match=r"^Write @name"):
            person_reference(typed, reply_to=5, forwarded_from=6)
