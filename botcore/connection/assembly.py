"""Puts the way out together: on PostgreSQL all processes share one budget, on SQLite the only one paces itself."""

import asyncio
from collections.abc import Callable

from botcore.connection.breaker import Breaker
from botcore.connection.budget import SharedPace
from botcore.connection.consequences import Consequences
from botcore.connection.flood_memory import LONG_SECONDS, FloodMemory
from botcore.connection.limiter import OVERALL, PAID, Limiter
from botcore.connection.link_watch import LinkWatch
from botcore.connection.pace import EvenPace
from botcore.connection.way_out import WayOut
from botcore.tell import Tell


def build_way_out(  # noqa: PLR0913
    *,
    rate: float,
    paid_rate: float = 0,
    places: int = 0,
    process: str,
    shared: bool,
    api_url: str,
    bot_id: Callable[[], int | None],
    tell: Tell,
) -> WayOut:
    """Return the way out for so many messages a second; `paid_rate` 0: paid ones go by the common rate, too.

    `places` is how many calls the transport can have under way at once (0: any number).
    Its `run(bot_id)` belongs into a task of its own, where database threads are.
    """
    memory = FloodMemory()
    scopes = [(OVERALL, rate)] + ([(PAID, paid_rate)] if paid_rate else [])
    if shared:
        fetching = [SharedPace(rate, scope=scope, process=process) for scope, rate in scopes]
        paces: list[SharedPace] | list[EvenPace] = fetching
    else:
        fetching, paces = [], [EvenPace(rate) for _, rate in scopes]

    def note(scope: str, seconds: float) -> None:
        memory.note(scope, seconds)
        if scope in {OVERALL, PAID} or seconds >= LONG_SECONDS:
            held_up = {OVERALL: "All calls wait", PAID: "All paid calls wait"}.get(scope, f"Calls for {scope} wait")
            tell("flood", f"Telegram asks for a pause. {held_up} for {seconds:.0f} s.", level="warning")

    limiter = Limiter(paces[0], paid=paces[1] if paid_rate else None, places=places, on_flood=note)

    async def run(bot_id: int) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(memory.run(bot_id, limiter.recall))
            for pace in fetching:
                tasks.create_task(pace.run(bot_id))

    return WayOut(
        limiter,
        Breaker(tell),
        watch=LinkWatch(api_url, tell=tell),
        consequences=Consequences(bot_id=bot_id, tell=tell),
        run=run,
    )
