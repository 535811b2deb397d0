"""What becomes of updates on their way to a bot while a fault is set that meets them."""

from typing import Any, ClassVar

from sandbox.errors import ApiError
from sandbox.faults.box import FaultBox
from sandbox.faults.kinds import Delivery
from sandbox.lanes import chat_id_of

Update = dict[str, Any]
_SPOILED = {"date": "yesterday", "from": "nobody"}  # where a number and an object belong


class Spoiler:
    """Spoils the updates of one world. What cannot be decoded stays so until it is confirmed."""

    NOT_CARRIED: ClassVar = frozenset({"_box"})  # into a file

    def __init__(self, box: FaultBox) -> None:
        self._box = box
        self._undecodable: dict[int, set[int]] = {}  # update ids, by the bot's number

    def answer(self, bot: int, updates: list[Update]) -> list[Update]:
        """Return what getUpdates answers in the place of these. Raises ApiError in an outage."""
        if self._box.outage(bot):
            raise ApiError(502, "Bad Gateway")
        if not self._box.any_of_deliveries and not self._undecodable.get(bot):
            return updates
        self._forget_before(bot, updates)
        given = [copy for update in updates for copy in self._copies(bot, self.seen(bot, update))]
        return self._turned(bot, given)

    def seen(self, bot: int, update: Update) -> Update:
        """Return an update as the bot gets it to see."""
        spoiled, number = self._undecodable.setdefault(bot, set()), update["update_id"]
        if number not in spoiled and self._box.strike(Delivery.UNDECODABLE, bot, chat_id_of(update)):
            spoiled.add(number)
        if number not in spoiled:
            return update
        bodies = {kind: {**body, **_SPOILED} for kind, body in update.items() if isinstance(body, dict)}
        return {**update, **bodies}

    def comes_again(self, bot: int, update: Update) -> bool:
        """Tell whether an update that arrived at a webhook is posted once more."""
        return self._box.strike(Delivery.DUPLICATE, bot, chat_id_of(update))

    def overtakes(self, bot: int, update: Update) -> bool:
        """Tell whether the update behind this one is posted first."""
        return self._box.strike(Delivery.OUT_OF_ORDER, bot, chat_id_of(update))

    def _copies(self, bot: int, update: Update) -> list[Update]:
        return [update, update] if self.comes_again(bot, update) else [update]

    def _turned(self, bot: int, updates: list[Update]) -> list[Update]:
        """Turn those round that the fault meets; the others stay where they are. One alone has nothing to overtake."""
        if len(updates) < 2:
            return updates
        places = [place for place, update in enumerate(updates) if self.overtakes(bot, update)]
        turned = list(updates)
        for place, other in zip(places, reversed(places), strict=True):
            turned[place] = updates[other]
        return turned

    def done(self, bot: int, update_id: int) -> None:
        """Forget an update that will not be seen again."""
        self._undecodable.get(bot, set()).discard(update_id)

    def _forget_before(self, bot: int, updates: list[Update]) -> None:
        known = self._undecodable.get(bot)
        if known and updates:
            known.difference_update([number for number in known if number < updates[0]["update_id"]])
