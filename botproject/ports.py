"""Whether a port of this machine is free."""

import socket
from contextlib import suppress


def in_use(port: int, host: str = "127.0.0.1", *, shared: bool = False) -> bool:
    """Tell whether the port cannot be had there; `shared` is one that several of our processes listen on."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            with suppress(OSError):
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
