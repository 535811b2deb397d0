"""The people who live in the sandbox; each of them has a private chat with every bot."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A human account; the first name may be empty, as it is for deleted accounts."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: str | None = None
    deleted: bool = False

    @property
    def user_id(self) -> int:
        """The id, under the name that bots have for it, too."""
        return self.id

    @property
    def name(self) -> str:
        """The name to show."""
        return " ".join(part for part in (self.first_name, self.last_name) if part) or "No name"

    def to_json(self) -> dict[str, Any]:
        """The account as a User of the Bot API."""
        given = {"last_name": self.last_name, "username": self.username, "language_code": self.language}
        known = {name: value for name, value in given.items() if value is not None}
        return {"id": self.id, "is_bot": False, "first_name": self.first_name, **known}


def cast() -> dict[int, Person]:
    """The people a new world begins with."""
    people = (
        Person(1, "Alice", username="alice", language="en"),
        Person(2, "Bob", username="bob", language="ru"),
        Person(3, "Charlie", last_name="Clark", username="charlie", language="en"),
        Person(4, ""),
    )
    return {person.id: person for person in people}
