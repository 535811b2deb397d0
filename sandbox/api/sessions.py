"""logOut and close: a bot leaves this server, for good or to be started on another one."""

import math

from sandbox.api.registry import Call, method
from sandbox.bot_profile import LAUNCH_SECONDS
from sandbox.errors import logged_out, restart, too_many_requests


@method("logOut")
async def log_out(call: Call) -> bool:
    """Forget what waits for the bot, and keep it out for ten minutes."""
    bot = call.bot
    bot.profile.logged_out_until = call.world.clock.now() + LAUNCH_SECONDS
    bot.poller.terminate(logged_out())
    bot.queue.clear()
    bot.change_webhook(None)
    return True


@method("close")
async def close(call: Call) -> bool:
    """End what the bot does here; its next call starts it again."""
    now, profile = call.world.clock.now(), call.bot.profile
    wait = profile.launched_at + LAUNCH_SECONDS - now
    if wait > 0:
        raise too_many_requests(math.ceil(wait))
    profile.launched_at = now
    call.bot.poller.terminate(restart())
    return True
