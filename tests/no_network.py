"""What python-telegram-bot's transports have in common when there is nothing to connect to."""

from telegram.request import BaseRequest


class NoNetwork(BaseRequest):
    """A transport without a network; tests say in do_request() what is answered."""

    @property
    def read_timeout(self) -> float | None:
        """Nothing to wait for."""
        return None

    async def initialize(self) -> None:
        """Open nothing."""

    async def shutdown(self) -> None:
        """Close nothing."""
