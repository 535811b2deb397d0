"""A Telegram that only hands out files, on loopback: getFile and the download, as wrong or hostile as a test says."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Any

TOKEN = "123456789:" + "F" * 35
PICTURE = b"\xff\xd8\xff\xe0 a picture"


@dataclass
class FileServer:
    """Use as a context manager; `calls` are method and path of what was asked, without the token."""

    files: dict[str, tuple[str, bytes]] = field(default_factory=lambda: {"FILE-1": ("photos/file_1.jpg", PICTURE)})
    answer: Callable[[BaseHTTPRequestHandler, str], bool] = lambda _request, _path: False
    calls: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> "FileServer":
        """Listen."""
        server = self

        class Handler(BaseHTTPRequestHandler):
            """Answers one request."""

            def log_message(self, *_args: Any) -> None:
                """Say nothing."""

            def do_POST(self) -> None:
                """Answer getFile."""
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.get_file(self, str(body["file_id"]))

            def do_GET(self) -> None:
                """Hand a file out."""
                server.download(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def get_file(self, request: BaseHTTPRequestHandler, file_id: str) -> None:
        """Say where a file lies."""
        self.calls.append(("getFile", file_id))
        if request.path != f"/bot{TOKEN}/getFile":
            refuse(request, 401, "Unauthorized")
        elif self.answer(request, "getFile"):
            pass
        elif file_id not in self.files:
            refuse(request, 400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        else:
            say(request, 200, {"ok": True, "result": {"file_path": self.files[file_id][0]}})

    def download(self, request: BaseHTTPRequestHandler) -> None:
        """Send a file, or the part that is asked for."""
        path = request.path.removeprefix(f"/file/bot{TOKEN}/")
        self.calls.append(("GET", path))
        if self.answer(request, path):
            return
        content = next((content for known, content in self.files.values() if known == path), None)
        if content is None:
            refuse(request, 404, "Not Found")
        elif (part := request.headers.get("Range", "")).startswith("bytes="):
            first, last = part.removeprefix("bytes=").split("-")
            piece = content[int(first) : int(last) + 1 if last else None]
            headers = {"Content-Range": f"bytes {first}-{int(first) + len(piece) - 1}/{len(content)}"}
            send(request, 206, piece, headers)
        else:
            send(request, 200, content)


def say(request: BaseHTTPRequestHandler, status: int, body: Any) -> None:
    """Answer with JSON."""
    send(request, status, json.dumps(body).encode())


def refuse(request: BaseHTTPRequestHandler, status: int, words: str, **more: Any) -> None:
    """Answer as Telegram says no."""
    say(request, status, {"ok": False, "error_code": status, "description": words, **more})


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Answer with bytes, which are nothing but bytes to this server."""
    request.send_response(status)
    for name, value in {"Content-Type": "application/octet-stream", "Content-Length": str(len(body)),
                        **(headers or {})}.items():  # fmt: skip
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)
