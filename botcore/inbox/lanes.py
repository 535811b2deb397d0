"""The inbox' lanes: one for each chat; and waking them: idle workers of other processes hear of it."""

from collections.abc import Iterable

from botcore.lanes.table import LaneTable

CHANNEL = "botdeck_inbox"  # of NOTIFY; the payload is the bot's id
TABLE = LaneTable("botcore_lane", {"key": "bigint"}, CHANNEL)


def wake(bot_id: int, keys: Iterable[int]) -> None:
    """Mark the lanes as ready and tell the workers at commit; needs the caller's transaction."""
    TABLE.wake(bot_id, ((key,) for key in keys))
