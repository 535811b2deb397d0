"""Connections to Telegram: whatever fails here failed before a byte of the call left, and is raised as NotSent."""

import asyncio
import select

from aiohttp import ClientError, ClientRequest, ClientTimeout, TCPConnector
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from botcore.connection.errors import ConnectTimedOut, NotConnected
from botcore.connection.failures import reason

TRIES = 3  # connections that the other side closed before they could be used
# Linux tells that the other side has closed even while data waits to be read; elsewhere only a reset is seen.
_HUNG_UP = getattr(select, "POLLRDHUP", 0)


class Connector(TCPConnector):
    """A pool that hands out no connection which the system knows to be closed: a POST on it could not be repeated."""

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 (aiohttp's)
    ) -> Connection:
        """Return a connection that is open; raise NotConnected."""
        for _ in range(TRIES):
            connection = await self._reach(req, traces, timeout)
            if not _hung_up(connection):
                return connection
            connection.close()
            await asyncio.sleep(0)  # the loop notices what else was closed
        raise NotConnected("The server closes every connection at once; nothing was sent.")

    async def _reach(self, req: ClientRequest, traces: list[Trace], waits: ClientTimeout) -> Connection:
        # `from None`: an error of aiohttp holds the address, and with it the token.
        try:
            return await super().connect(req, traces, waits)
        except TimeoutError:
            self.clear_dns_cache()
            raise ConnectTimedOut("No connection in time; nothing was sent.") from None
        except (ClientError, OSError, ValueError) as exc:
            self.clear_dns_cache()
            raise NotConnected(f"No connection, nothing was sent ({reason(exc)}).") from None


def _hung_up(connection: Connection) -> bool:
    """Ask the system whether the other side has closed; the loop learns it later."""
    transport = connection.transport
    if transport is None or transport.is_closing():
        return True
    poll = select.poll()
    poll.register(transport.get_extra_info("socket"), _HUNG_UP)
    return bool(poll.poll(0))
