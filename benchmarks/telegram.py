"""A canned Telegram for benchmarks: `python -m benchmarks.telegram` prints its port and notes when calls arrive.

GET /arrivals returns and forgets the times, in seconds of a clock that all processes of the machine share.
"""

import asyncio
import time

from aiohttp import web

BODY = b'{"ok":true,"result":{"message_id":1,"date":1,"chat":{"id":1,"type":"private"},"text":"x"}}'


async def main() -> None:
    """Serve until killed."""
    arrivals: list[float] = []

    async def answer(request: web.Request) -> web.Response:
        arrivals.append(time.monotonic())
        await request.read()
        return web.Response(body=BODY, content_type="application/json")

    async def tell(_request: web.Request) -> web.Response:
        told = web.json_response(arrivals[:])
        arrivals.clear()
        return told

    application = web.Application()
    application.router.add_get("/arrivals", tell)
    application.router.add_route("*", "/{call:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
