"""Connections to Telegram: whatever fails here failed before a byte of the call left, and is raised as NotSent."""

import asyncio
import select
from typing import Any
from weakref import WeakSet

from aiohttp import ClientError, ClientRequest, ClientTimeout, TCPConnector
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.tracing import Trace

from botcore.connection.errors import ConnectTimedOut, NotConnected
from botcore.connection.failures import reason

TRIES = 3  # connections that the other side closed before they could be used
# Linux tells that the other side has closed even while data waits to be read; elsewhere only a reset is seen.
_HUNG_UP = getattr(select, "POLLRDHUP", 0)


class Connector(TCPConnector):
    """A pool that hands out no connection which is known to be closed, for a POST on it could not be repeated.

    Nor one on which something waits to be read: it would be taken for the answer to the next call.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used: WeakSet[ResponseHandler] = WeakSet()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 (aiohttp's)
    ) -> Connection:
        """Return a connection that is open; raise NotConnected."""
        for _ in range(TRIES):
            connection = await self._reach(req, traces, timeout)
            protocol = connection.protocol
            if protocol is not None and not self._is_spoilt(connection.transport, protocol):
                self._used.add(protocol)
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

    def _is_spoilt(self, transport: asyncio.Transport | None, protocol: ResponseHandler) -> bool:
        """Ask aiohttp and the system whether the other side has closed, or said what nobody asked for."""
        if transport is None or transport.is_closing() or protocol.should_close:
            return True
        is_new_tls = protocol not in self._used and transport.get_extra_info("ssl_object")  # its tickets may wait
        poll = select.poll()
        poll.register(transport.get_extra_info("socket"), _HUNG_UP if is_new_tls else _HUNG_UP | select.POLLIN)
        return bool(poll.poll(0))
