"""The python-telegram-bot application that a bot process runs, without Updater and job queue."""

from typing import Any

from telegram.ext import ApplicationBuilder, BaseRateLimiter, ContextTypes
from telegram.request import BaseRequest

from botcore.connection.entities import EntityCache
from botcore.connection.known_bot import KnownBot
from botcore.connection.translation import translated
from botcore.exceptions import use_translator
from botcore.pipeline.context import BotApplication, Context


def build_application(
    token: str,
    api_url: str,
    *,
    request: BaseRequest,
    poll_request: BaseRequest,
    way_out: BaseRateLimiter[Any] | None = None,
) -> BotApplication:
    """Return it; intake and worker take the places of what is left out."""
    bot = KnownBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request,
        get_updates_request=poll_request,
        rate_limiter=way_out,
    )
    use_translator(translated)
    context_types = ContextTypes(context=Context)
    application = ApplicationBuilder().bot(bot).context_types(context_types).updater(None).job_queue(None).build()
    application.bot_data["entities"] = EntityCache(bot)
    return application
