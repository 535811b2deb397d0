"""A request to join that one bot decides: it has ten seconds for it, or shows its Web App first. Plain values."""

from dataclasses import dataclass

from sandbox.bots import Bot
from sandbox.chats import Chat
from sandbox.people import Person

SECONDS = 10  # Bot API, ChatJoinRequest


@dataclass(eq=False, slots=True)
class JoinQuery:
    """`web_app` is the address of the Web App that the person sees; then there is more time."""

    id: str
    person: Person
    chat: Chat
    bot: Bot
    asked_at: float
    web_app: str = ""
    is_answered: bool = False

    def is_open(self, now: float) -> bool:
        in_time = bool(self.web_app) or now < self.asked_at + SECONDS
        return in_time and not self.is_answered and self.person.id in self.chat.profile.requests
