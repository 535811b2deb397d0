"""What benches of the sandbox's server share: a client that costs little, and the CPU time of another process."""

import asyncio
import os
from collections.abc import Iterable
from pathlib import Path

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def cpu_seconds(pid: int) -> float:
    """CPU time a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def exchange(connection: Connection, requests: Iterable[bytes]) -> list[bytes]:
    """Send requests one after another over a kept connection; return the bodies of the answers, all of status 200."""
    reader, writer = connection
    bodies = []
    for request in requests:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        bodies.append(await reader.readexactly(length))
    return bodies
