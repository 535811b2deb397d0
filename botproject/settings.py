"""Every setting, read top to bottom; values come from the environment (see .env.example) with type, default and hint.

A bad value leaves a sentence in CONFIGURATION_COMPLAINTS: web pages still come up, `runbot` exits 78 with it.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from botproject import VERSION, alert_values, database_values, environment, log_values, page_security
from botproject.environment import Environment, boolean, choice, integer

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Environment()
# Tests and the demo point this elsewhere, so that a real token in .env is never used by them.
ENV_FILE_NAMES = env.read_file(Path(os.environ.get("DJANGO_ENV_FILE", BASE_DIR / ".env")))
CONFIGURATION_COMPLAINTS = env.complaints

# Django itself

SECRET_KEY = env.secret_key("DJANGO_SECRET_KEY")
DEBUG = env.read("DJANGO_DEBUG", boolean, default=False, hint="write 1 or 0")
ALLOWED_HOSTS = env.read(
    "DJANGO_ALLOWED_HOSTS",
    environment.hosts,
    default=["localhost", "127.0.0.1", "[::1]"],
    hint="write host names, comma separated",
)
HTTPS = env.read("DJANGO_HTTPS", boolean, default=False, hint="write 1 when people reach the pages by https, else 0")
HSTS = env.read(
    "DJANGO_HSTS",
    choice("host", "subdomains", "preload"),
    default="subdomains",
    hint="write host, subdomains or preload: for what else than this host browsers shall insist on https",
)
WEB_HOST = env.read("WEB_HOST", environment.ip_address, default="127.0.0.1", hint=environment.LISTEN)
WEB_PORT = env.read("WEB_PORT", integer(1, 65535), default=8000, hint="write a port from 1 to 65535")
WEB_WORKERS = env.read("WEB_WORKERS", integer(1, 64), default=2, hint="write how many processes serve pages, 1 to 64")

INSTALLED_APPS = [
    "botproject.apps.PanelAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_prometheus",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "botcore",
    "dashboard",
    "sandbox",
]
MIDDLEWARE = [
    "dashboard.request_log.request_log",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "dashboard.headers.content_security_policy",
    "dashboard.headers.further_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.middleware.database_away",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "dashboard.viewer.in_own_zone",
    "django.middleware.common.CommonMiddleware",
    "dashboard.refusals.readable_parts",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "dashboard.actors.who_acts",
    "dashboard.sessions.watch",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "dashboard.operators.count_actions",
    "dashboard.refusals.with_words",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]
ROOT_URLCONF = "botproject.urls"
WSGI_APPLICATION = "botproject.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["botcore.texts.template_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Database: SQLite for one machine and one bot process, PostgreSQL for more

DATABASE_POOL_SIZE = env.read(
    "DATABASE_POOL_SIZE", integer(2, 100), default=10, hint="write the most connections a process may hold, 2 to 100"
)
_database: dict[str, Any] = env.read(
    "DATABASE_URL",
    environment.database(BASE_DIR),
    default={"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR_DIR / "botdeck.sqlite3")},
    hint="write sqlite:///var/botdeck.sqlite3 or postgres://user:password@host:5432/name",
)
if "DATABASE_URL" in CONFIGURATION_COMPLAINTS:  # never fall back to another database by surprise
    _database = {"ENGINE": "django.db.backends.dummy"}
else:
    _database = database_values.completed(_database, pool_size=DATABASE_POOL_SIZE)
DATABASES = {"default": _database}

# People who log in

LOGIN_URL = "dashboard:login"
LOGIN_REDIRECT_URL = "dashboard:overview"
LOGOUT_REDIRECT_URL = "dashboard:login"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "botcore.accounts.permissions.OneLookBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=10)  # the default would lock for ever
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # by address alone, one person would lock a whole office
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "dashboard/locked.html"
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Botdeck"
OTP_TOTP_THROTTLE_FACTOR = 0  # botcore/accounts/factor.py counts, also the other codes
SECOND_FACTOR = env.read(
    "DASHBOARD_SECOND_FACTOR",
    choice("optional", "required"),
    default="optional",
    hint="write optional, or required: then who has no second factor can do nothing but set one up",
)
SESSION_IDLE_MINUTES = env.read(
    "SESSION_IDLE_MINUTES", integer(5, 525_600), default=1440, hint="write after how many idle minutes a login ends"
)
SESSION_DAYS = env.read(
    "SESSION_DAYS", integer(1, 365), default=14, hint="write after how many days a login ends in any case, 1 to 365"
)
SESSION_COOKIE_AGE = SESSION_DAYS * 24 * 3600
EXPORTS_PER_HOUR = env.read(
    "EXPORTS_PER_HOUR", integer(1, 1000), default=30, hint="write how many exports an account may start in an hour"
)

# Security of pages; the names and shapes are Django 6's, see page_security.py

SECURE_CSP = page_security.CSP
SECURE_CSP_REPORT_ONLY: dict[str, list[str]] = {}
FURTHER_HEADERS = page_security.FURTHER_HEADERS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Strict would forget who comes by a link in an alert
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "dashboard.refusals.form_expired"
CSRF_TRUSTED_ORIGINS: list[str] = env.read(
    "DJANGO_CSRF_TRUSTED_ORIGINS",
    environment.origins,
    default=[],
    hint="write addresses like https://bot.example, comma separated",
)
if HTTPS:
    globals().update(page_security.by_https(HSTS))
    MIDDLEWARE.insert(0, "dashboard.middleware.real_address")

# Words, times and files

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ru", "Русский")]
LANGUAGE_COOKIE_AGE, LANGUAGE_COOKIE_SAMESITE = 365 * 24 * 3600, "Lax"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"
FILE_UPLOAD_HANDLERS = page_security.UPLOAD_HANDLERS
STATIC_URL = "/static/"
STATIC_ROOT = env.read(
    "STATIC_DIR",
    environment.directory(BASE_DIR),
    default=VAR_DIR / "static",
    hint="write a directory for the pages' files that collectstatic gathers",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "dashboard.storage.StaticFiles"},
}
WHITENOISE_MANIFEST_STRICT = False  # a page without `collectstatic` still comes up

# Telegram

os.environ.setdefault("PTB_TIMEDELTA", "1")  # python-telegram-bot: durations as timedelta, which will be its only way
TELEGRAM_BOT_TOKEN = env.read(
    "TELEGRAM_BOT_TOKEN",
    environment.bot_token,
    default="",
    hint="write the token that @BotFather gave you, like 123456789:AbC…",
)
TELEGRAM_API_URL = env.read(
    "TELEGRAM_API_URL",
    environment.http_url,
    default="https://api.telegram.org",
    hint="write the address of a Bot API server, like https://api.telegram.org",
)
BOT_SANDBOX = env.sandbox("BOT_SANDBOX", TELEGRAM_API_URL)
TELEGRAM_ADMIN_IDS: list[int] = env.read(
    "TELEGRAM_ADMIN_IDS",
    environment.telegram_ids,
    default=[],
    hint="write the owners' Telegram ids, comma separated, like 1001,1002",
)
BOT_MODE = env.read("BOT_MODE", choice("polling", "webhook"), default="polling", hint="write polling or webhook")
WEBHOOK_URL = env.read(
    "WEBHOOK_URL",
    environment.webhook_url,
    default="",
    hint="write the public address of /telegram/webhook/, like https://bot.example/telegram/webhook/",
)
WEBHOOK_SECRET = env.read(
    "WEBHOOK_SECRET",
    environment.webhook_secret,
    default="",
    hint="write 1 to 256 letters, digits, _ and -, or leave it out and one is made",
)
WEBHOOK_HOST = env.read("WEBHOOK_HOST", environment.ip_address, default="127.0.0.1", hint=environment.LISTEN)
WEBHOOK_PORT = env.read(
    "WEBHOOK_PORT", integer(0, 65535), default=8443, hint="write a port from 1 to 65535, or 0 to listen on none"
)
BOT_CONCURRENCY = env.read(
    "BOT_CONCURRENCY", integer(1, 1000), default=64, hint="write how many chats are handled at once, 1 to 1000"
)
BOT_POLL_SECONDS = env.read(
    "BOT_POLL_SECONDS", integer(1, 50), default=25, hint="write the long poll's length in seconds, 1 to 50"
)
BOT_START_SECONDS = env.read(
    "BOT_START_SECONDS",
    integer(1, 600),
    default=15,
    hint="write how long to wait for the database at start, and for Telegram before that is told, 1 to 600",
)
BOT_STOP_SECONDS = env.read(
    "BOT_STOP_SECONDS", integer(1, 600), default=10, hint="write how long running handlers may finish, 1 to 600"
)
BOT_ATTEMPTS = env.read(
    "BOT_ATTEMPTS", integer(1, 20), default=3, hint="write how often a failing update is tried, 1 to 20"
)
BOT_THROTTLE = env.read(
    "BOT_THROTTLE", boolean, default=True, hint="write 1 to hold back people who write too fast, else 0"
)
BOT_TEXT_PIECES = env.read(
    "BOT_TEXT_PIECES", integer(1, 20), default=5, hint="write how many messages a long text may become, 1 to 20"
)
BOT_LEASE_SECONDS = env.read(
    "BOT_LEASE_SECONDS",
    integer(2, 600),
    default=20,
    hint="write after how long the work of a dead process is taken over, 2 to 600",
)
CALLBACK_DATA_DAYS = env.read(
    "CALLBACK_DATA_DAYS",
    integer(1, 365),
    default=30,
    hint="write how many days a button with long data works, 1 to 365",
)
BOT_MESSAGES_PER_SECOND = env.read(
    "BOT_MESSAGES_PER_SECOND",
    integer(1, 1000),
    default=30,
    hint="write how many messages a second Telegram allows the bot, 1 to 1000",
)
BOT_PAID_MESSAGES_PER_SECOND = env.read(
    "BOT_PAID_MESSAGES_PER_SECOND",
    integer(0, 1000),
    default=0,
    hint="write 0, or up to 1000 for a bot that pays for broadcasts",
)
SPOOL_DIR = env.read(
    "SPOOL_DIR",
    environment.directory(BASE_DIR),
    default=VAR_DIR / "spool",
    hint="write a directory for records that wait for the database",
)
BACKUP_DIR = env.read("BACKUP_DIR", environment.directory(BASE_DIR), default=VAR_DIR / "backups", hint="write a path")
SANDBOX_PORT = env.read("SANDBOX_PORT", integer(1, 65535), default=8081, hint="write a port from 1 to 65535")

# Logs and metrics

LOG_FORMAT = env.read("LOG_FORMAT", choice("json", "console"), default="json", hint="write json or console")
LOG_LEVEL = env.read(
    "LOG_LEVEL",
    choice("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"),
    default="INFO",
    hint="write DEBUG, INFO, WARNING, ERROR or CRITICAL",
)
LOGGING = log_values.logging(LOG_FORMAT, LOG_LEVEL)
RELEASE = env.read(
    "RELEASE", environment.release, default=VERSION, hint="write the name of what is deployed, such as a git commit"
)
METRICS_TOKEN = env.read(
    "METRICS_TOKEN",
    environment.bearer_token,
    default="",
    hint="write at least 16 random characters of ASCII without blanks",
)
BOT_METRICS_HOST = env.read("BOT_METRICS_HOST", environment.ip_address, default="127.0.0.1", hint=environment.LISTEN)
BOT_METRICS_PORT = env.read("BOT_METRICS_PORT", integer(1, 65535), default=9101, hint="write a port from 1 to 65535")
PROMETHEUS_EXPORT_MIGRATIONS = False

# Alerts

DASHBOARD_URL = env.read(
    "DASHBOARD_URL",
    environment.http_url,
    default="",
    hint="write the address under which people open the pages, like https://bot.example",
)
ALERT_COOLDOWN_MINUTES = env.read(
    "ALERT_COOLDOWN_MINUTES", integer(0, 10_080), default=60, hint="write how many minutes an error is told of once"
)
ALERT_CAP = env.read(
    "ALERT_CAP", integer(1, 1000), default=10, hint="write how many alerts go out in 10 minutes, 1 to 1000"
)
ALERT_QUIET_HOURS: alert_values.QuietHours | None = env.read(
    "ALERT_QUIET_HOURS", alert_values.quiet_hours, default=None, hint="write times like 22:00-07:00 Europe/Berlin"
)
ALERT_EMAILS: list[str] = env.read(
    "ALERT_EMAILS", alert_values.email_addresses, default=[], hint="write e-mail addresses, comma separated"
)
_email: dict[str, Any] = env.read(
    "EMAIL_URL",
    alert_values.email_server,
    default=alert_values.NO_MAIL,
    hint="write smtp+tls://user:password@host, smtp+ssl://…, smtp://… or consolemail://, percent-encoded",
)
EMAIL_BACKEND = _email["BACKEND"]
EMAIL_HOST, EMAIL_PORT = _email.get("HOST", "localhost"), _email.get("PORT", 25)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.get("HOST_USER", ""), _email.get("HOST_PASSWORD", "")
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.get("USE_TLS", False), _email.get("USE_SSL", False)
EMAIL_TIMEOUT = 10  # seconds for each step with the server
DEFAULT_FROM_EMAIL = env.read(
    "DEFAULT_FROM_EMAIL",
    alert_values.email_sender,
    default="Botdeck <botdeck@localhost>",
    hint="write the sender of e-mails, like Botdeck <bot@example.org>",
)
ALERT_WEBHOOK_URL = env.read(
    "ALERT_WEBHOOK_URL", alert_values.hook_url, default="", hint="write an address that takes JSON by POST"
)
ALERT_WEBHOOK_SECRET = env.read(
    "ALERT_WEBHOOK_SECRET", environment.longer_than(15), default="", hint="write at least 16 random characters"
)
ALERT_WEBHOOK_PRIVATE = env.read(
    "ALERT_WEBHOOK_PRIVATE", boolean, default=False, hint="write 1 when the receiver is in your own network, else 0"
)

# Sentry and OpenTelemetry, both optional

_dsn = env.read(
    "SENTRY_DSN",
    environment.sentry_dsn,
    default="",
    hint="write the DSN that the project's settings in Sentry show under Client Keys",
)
SENTRY_DSN = env.with_package("SENTRY_DSN", _dsn, "sentry-sdk")
SENTRY_ENVIRONMENT = env.read("SENTRY_ENVIRONMENT", str, default="production", hint="write a word like staging")
_endpoint = env.read(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    environment.http_url,
    default="",
    hint="write the address of a collector that takes OTLP by HTTP, like http://127.0.0.1:4318",
)
OTEL_EXPORTER_OTLP_ENDPOINT = env.with_package(
    "OTEL_EXPORTER_OTLP_ENDPOINT", _endpoint, "opentelemetry-exporter-otlp-proto-http"
)
OTEL_EXPORTER_OTLP_HEADERS: dict[str, str] = env.read(
    "OTEL_EXPORTER_OTLP_HEADERS",
    environment.otlp_headers,
    default={},
    hint="write name=value, comma separated, values percent-encoded",
)
OTEL_SERVICE_NAME = env.read("OTEL_SERVICE_NAME", str, default="botdeck", hint="write the name of this service")

ENVIRONMENT_VARIABLES = env.names
