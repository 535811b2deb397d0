"""No secret leaves: for a row, a log, a page or an alert, every text passes redact().

Two nets: the values of our own settings, wherever they stand, and what secrets look like (`patterns.py`).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.core.signals import setting_changed
from django.utils import translation

from botcore.logs import patterns
from botcore.logs.patterns import HIDDEN, TOKEN_HIDDEN
from botcore.validators import storable

LEAST_TOKEN = 20  # characters of a token's secret half; a shorter one, as in tests, is a word that means something else
KEY = 12  # characters of a part of an address that is a key rather than a word
LEAST_SECRET = 6  # characters; what is shorter is part of too many words
LONGEST_SECRET = 400  # characters; private keys are longer, and known by how they begin
ERROR_LENGTH = 2000  # characters of an error's text that a row keeps
SECRET_SETTINGS = ("SECRET", "TOKEN", "PASSWORD", "API_KEY", "DSN", "PRIVATE_KEY", "ACCESS_KEY")
NO_SECRETS = ("CSRF_", "SESSION_", "PASSWORD_", "AUTH_PASSWORD_", "AXES_")  # names of fields, cookies and classes

_learned: set[str] = set()


def redact(text: str) -> str:
    """Return the text without secrets; for texts about what happened, not for what people wrote."""
    if "PRIVATE KEY" in text:
        text = patterns.PRIVATE_KEY.sub(HIDDEN, text)
    text = redact_token(text)
    for value in _known_values():
        if value in text:
            text = text.replace(value, HIDDEN)
    if "eyJ" in text:
        text = patterns.JWT.sub(HIDDEN, text)
    if "@" in text:
        text = patterns.LOGIN.sub(f"{HIDDEN}@", text)
    low = text.lower()
    if "bearer" in low or "basic" in low:
        text = patterns.SCHEME.sub(rf"\1{HIDDEN}", text)
        low = text.lower()
    if any(mark in low for mark in patterns.NAME_MARKS):
        text = patterns.hide_named(text, low)
    return text


def redact_token(text: str) -> str:
    """Return the text without the bot's token, in whatever form it came, and one-time codes; JSON stays JSON."""
    if any(mark in text for mark in patterns.ONE_TIME_MARKS):
        text = patterns.ONE_TIME.sub(rf"\1\2{HIDDEN}", text)
    if settings.TELEGRAM_BOT_TOKEN:
        text = text.replace(settings.TELEGRAM_BOT_TOKEN, TOKEN_HIDDEN)
    if patterns.TOKEN_MARK.search(text):
        text = patterns.TOKEN.sub(TOKEN_HIDDEN, text)
    secret = settings.TELEGRAM_BOT_TOKEN.rpartition(":")[2]
    return text.replace(secret, TOKEN_HIDDEN) if len(secret) >= LEAST_TOKEN else text


def is_secret_name(name: str) -> bool:
    """Tell whether the value of such a name is nobody's business."""
    return patterns.SECRET_NAME.search(name) is not None


def redacted_value(name: str, text: str) -> str:
    """Return the value of a field or variable without secrets; nothing of it when its name says that it is one."""
    return HIDDEN if is_secret_name(name) else redact(text)


def error_text(error: BaseException) -> str:
    """Return what a row keeps of an error: class and text, without secrets and without what databases refuse."""
    name = f"{type(error).__name__}: "
    return shortened(f"{name}{text_of(error).removeprefix(name)}", ERROR_LENGTH)


def shortened(text: str, length: int) -> str:
    """Return the beginning of a text for a row: without secrets, without what databases refuse.

    Not much more than that is looked at. What is cut off in the middle of a secret lies behind the part that is kept.
    """
    most = 2 * length + LONGEST_SECRET
    hidden = redact(text[:most])
    return storable(hidden[:-LONGEST_SECRET] if len(text) > most else hidden)[:length]


def text_of(error: BaseException) -> str:
    """Return the error's text for operators, in their language, whatever its class does."""
    try:
        with translation.override(settings.LANGUAGE_CODE):
            return str(error)
    except BaseException as exc:  # noqa: BLE001 (a text that cannot be had, whatever it raises, must not end anything)
        return f"<no text: its __str__ raised {type(exc).__name__}>"


def keep_secret(value: str) -> None:
    """Hide a secret that is no setting from now on, such as one that was made at start."""
    if len(value) >= LEAST_SECRET and value not in _learned:
        _learned.add(value)
        _known_values.cache_clear()


@cache
def _known_values() -> tuple[str, ...]:
    """Return the secrets of the settings in the forms in which they may stand somewhere, the longest first."""
    values = {value for value in (*_of_settings(), *_of_databases(), *_learned) if len(value) >= LEAST_SECRET}
    forms = {form for value in values for form in (value, quote(value, safe=""), repr(value)[1:-1])}
    return tuple(sorted(forms, key=len, reverse=True))


def _of_settings() -> Iterator[str]:
    for name in dir(settings):
        if name.isupper() and not name.startswith(NO_SECRETS) and any(word in name for word in SECRET_SETTINGS):
            value = getattr(settings, name)
            yield from (one for one in (value if isinstance(value, list | tuple) else [value]) if isinstance(one, str))
    yield settings.EMAIL_HOST_PASSWORD
    # Many receivers have their key in the address, and repeat its path in what they answer.
    address = urlsplit(settings.ALERT_WEBHOOK_URL)
    yield from (
        settings.ALERT_WEBHOOK_URL,
        address.query,
        *(part for part in address.path.split("/") if len(part) >= KEY),
    )


def _of_databases() -> Iterator[str]:
    """Yield passwords; one that is the name of the user or the database is none, and would hide too much."""
    databases: dict[str, dict[str, Any]] = settings.DATABASES
    for database in databases.values():
        password = str(database.get("PASSWORD") or "")
        if password not in {database.get("USER"), database.get("NAME"), "postgres", "password"}:
            yield password


def _forget(**_change: object) -> None:
    _known_values.cache_clear()


setting_changed.connect(_forget, dispatch_uid="botcore.logs.redaction")
