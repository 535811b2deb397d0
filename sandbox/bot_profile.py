"""What a bot says of itself, what BotFather lets it do, and whether it is logged in."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.files import StoredFile

LAUNCH_SECONDS = 600  # Bot API: close answers 429 so long after the start, logOut keeps a bot out so long
# What getMe tells besides the account; a person changes these with BotFather, here by the control API.
ABILITIES: dict[str, bool] = {
    "can_join_groups": True,
    "can_read_all_group_messages": True,
    "supports_guest_queries": False,
    "supports_inline_queries": True,
    "can_connect_to_business": False,
    "has_main_web_app": False,
    "has_topics_enabled": False,
    "allows_users_to_create_topics": False,
    "can_manage_bots": False,
    "supports_join_request_queries": False,
}
Words = dict[str, str]  # by language, "" for those that have none of their own


@dataclass(eq=False, slots=True)
class BotProfile:
    """The face of one bot; empty words are not kept."""

    names: Words = field(default_factory=dict)
    descriptions: Words = field(default_factory=dict)
    short_descriptions: Words = field(default_factory=dict)
    menu_buttons: dict[int, dict[str, Any]] = field(default_factory=dict)  # by person, 0 for everybody
    group_rights: frozenset[str] = frozenset()
    channel_rights: frozenset[str] = frozenset()
    abilities: dict[str, bool] = field(default_factory=lambda: dict(ABILITIES))
    photo: StoredFile | None = None
    inline_feedback: bool = True  # whether it hears of the results that people choose
    launched_at: float = 0.0
    logged_out_until: float = 0.0

    def menu_button(self, person_id: int = 0) -> dict[str, Any]:
        """The button beside the text field of one person, or of those who have none of their own."""
        return self.menu_buttons.get(person_id) or self.menu_buttons.get(0) or {"type": "commands"}


def change_words(words: Words, language: str, text: str) -> None:
    """Keep words for a language, or forget them."""
    if text:
        words[language] = text
    else:
        words.pop(language, None)


def words_for(words: Words, language: str) -> str:
    """The words in a language, else those for everybody."""
    return words.get(language) or words.get("", "")
