"""What setWebhook asks for, checked as the real server does."""

import re
import ssl
from ipaddress import IPv4Address
from urllib.parse import urlsplit

from sandbox.api.parameters import Parameters
from sandbox.bots import Webhook
from sandbox.errors import bad_request

SECRET_LENGTH = 256
CERTIFICATE_BYTES = 3 * 2**20  # Client.cpp, MAX_CERTIFICATE_FILE_SIZE
_SECRET = re.compile(r"[A-Za-z0-9_-]*")


def asked_webhook(given: Parameters) -> Webhook:
    """Read the parameters. Raises ApiError."""
    connections = given.integer("max_connections", 40, 1, 100)
    return Webhook(_url(given), connections, _secret(given), _ip_address(given), _certificate(given))


def shown_ip_address(webhook: Webhook) -> str | None:
    """The address that getWebhookInfo tells: what was asked for, or stands in the URL; names are not resolved."""
    host = urlsplit(webhook.url).hostname or ""
    return webhook.ip_address or _ipv4("127.0.0.1" if host == "localhost" else host)


def _url(given: Parameters) -> str:
    url = given.text("url")
    try:
        parts = urlsplit(url)
        named = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        named = False
    if not named:
        raise bad_request("invalid webhook URL specified")
    return url


def _secret(given: Parameters) -> str:
    secret = given.text("secret_token")
    if len(secret) > SECRET_LENGTH:
        raise bad_request("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def _ip_address(given: Parameters) -> str:
    address = given.text("ip_address")
    if address and not _ipv4(address):
        raise bad_request("bad webhook: Invalid IP address specified")
    return address


def _ipv4(text: str) -> str | None:
    try:
        return str(IPv4Address(text))
    except ValueError:
        return None


def _certificate(given: Parameters) -> str:
    upload = given.upload("certificate")
    if upload is None:
        return ""
    content = upload.content.read(CERTIFICATE_BYTES + 1)
    if len(content) > CERTIFICATE_BYTES:
        raise bad_request("certificate size is too big")
    pem = content.decode("ascii", "ignore")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError) as error:
        raise bad_request("bad webhook: failed to set a certificate") from error
    return pem
