"""Takes the alerts that Botdeck posts, and believes only those that are signed and new."""

import hashlib
import hmac
import json
import os
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

FRESH_SECONDS = 300
PORT = 8099


def is_ours(body: bytes, moment: str, signature: str, secret: str) -> bool:
    """Tell whether the secret signed this body at this moment, and not long ago."""
    wanted = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    fresh = moment.isdigit() and abs(time.time() - int(moment)) < FRESH_SECONDS
    return fresh and hmac.compare_digest(signature, f"sha256={wanted}")


class Receiver(BaseHTTPRequestHandler):
    """Answers 204 to what is believed, 403 to the rest."""

    def do_POST(self) -> None:
        """Print the alert's title."""
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        moment, signature = self.headers["X-Botdeck-Timestamp"] or "", self.headers["X-Botdeck-Signature"] or ""
        believed = is_ours(body, moment, signature, os.environ["ALERT_WEBHOOK_SECRET"])
        self.send_response(204 if believed else 403)
        self.end_headers()
        if believed:
            print(json.loads(body)["title"], flush=True)  # noqa: T201 (what it is for)


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", PORT), Receiver).serve_forever()
