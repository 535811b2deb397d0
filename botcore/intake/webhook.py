"""The webhook inside `runbot`: a small server that stores each update, commits, and only then answers 200."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from django.db import Error as DatabaseError

from botcore import metrics
from botcore.exceptions import ConfigurationError
from botcore.inbox.envelope import Envelope
from botcore.intake.delivery import LARGEST, PATH, RETRY_AFTER, SECRET_HEADER, Head, Refused, check_head, read_body
from botcore.intake.group_commit import GroupCommit
from botcore.loops import keep_going

logger = logging.getLogger(__name__)

BODY_SECONDS = 20  # how long a sender may take for its body
STOP_SECONDS = 2.0  # how long deliveries under way may end
LINGER_SECONDS = 1.0  # for the rest of a body that was refused, so that its sender sees the answer


class WebhookServer:
    """Takes deliveries with the right secret; `on_update` follows each one that is stored."""

    def __init__(
        self, bot_id: int, secret: str, *, on_update: Callable[[], None], body_seconds: float = BODY_SECONDS
    ) -> None:
        self._secret = secret
        self._body_seconds = body_seconds
        self._on_update = on_update
        self._commits = GroupCommit(bot_id)

    @asynccontextmanager
    async def serving(self, host: str, port: int) -> AsyncIterator[int]:
        """Serve while the block runs and yield the port; raise ConfigurationError when it cannot be had."""
        app = web.Application(client_max_size=LARGEST)
        for path in (PATH, PATH.rstrip("/")):
            app.router.add_route("*", path, self._take)
        runner = web.AppRunner(
            app,
            access_log=None,
            logger=_quiet_logger(),
            shutdown_timeout=STOP_SECONDS,
            lingering_time=LINGER_SECONDS,
            auto_decompress=False,  # Telegram does not compress; what does is no delivery
        )
        committing = asyncio.create_task(keep_going(self._commits.run, "webhook: committing"))
        async with AsyncExitStack() as ends:
            ends.push_async_callback(_end, committing)  # last: deliveries under way are still committed
            ends.push_async_callback(runner.cleanup)
            await runner.setup()
            try:
                await web.TCPSite(runner, host, port, reuse_port=True).start()  # all processes of a machine share it
            except OSError as exc:
                raise ConfigurationError(
                    f"WEBHOOK_PORT: {host}:{port} cannot be listened on ({exc.strerror}); choose another port."
                ) from exc
            taken = int(runner.addresses[0][1])
            logger.info("taking deliveries on %s:%s", host, taken)
            yield taken

    async def _take(self, request: web.Request) -> web.Response:
        status = await self._status_of(request)
        metrics.WEBHOOK_REQUESTS.labels(str(status.value)).inc()
        headers = {}
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = "POST"
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            headers["Retry-After"] = str(RETRY_AFTER)
        response = web.Response(status=status, headers=headers)
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            response.force_close()  # what is left of the body is not read
        return response

    async def _status_of(self, request: web.Request) -> HTTPStatus:
        secret = request.headers.get(SECRET_HEADER, "")
        try:
            check_head(Head(request.method, request.content_type, request.content_length, secret), self._secret)
            await self._commits.accept(await self._envelope(request))
        except Refused as refused:
            return refused.status
        except DatabaseError as exc:
            metrics.DATABASE_ERRORS.labels("intake").inc()
            logger.warning("the database is away, Telegram keeps the update: %s", str(exc).strip().split("\n")[0])
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._on_update()
        return HTTPStatus.OK

    async def _envelope(self, request: web.Request) -> Envelope:
        try:
            async with asyncio.timeout(self._body_seconds):
                return read_body(await request.read())
        except web.HTTPRequestEntityTooLarge:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE) from None
        except web.RequestPayloadError:
            raise Refused(HTTPStatus.BAD_REQUEST) from None
        except (TimeoutError, ConnectionError):
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait({task})


def _quiet_logger() -> logging.Logger:
    """Return aiohttp's logger: what strangers send that is no HTTP is answered, and not worth a traceback."""
    quiet = logging.getLogger(f"{__name__}.http")
    quiet.addFilter(_is_ours)
    return quiet


def _is_ours(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | ConnectionError)
