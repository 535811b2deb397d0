"""Values of settings.py about the security of pages: headers, and what holds only where pages are reached by https."""

from typing import Any

CSP_ADDRESS = "/csp-report/"
CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "object-src": ["'none'"],
    "report-uri": [CSP_ADDRESS],
}
FURTHER_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
}


def by_https(hsts: str) -> dict[str, Any]:
    """Return the settings for https; `hsts` is host, subdomains or preload."""
    return {
        # Only by https do browsers know endpoints by name; elsewhere this line would have them report nothing.
        "SECURE_CSP": {**CSP, "report-to": ["csp"]},
        "FURTHER_HEADERS": {**FURTHER_HEADERS, "Reporting-Endpoints": f'csp="{CSP_ADDRESS}"'},
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "LANGUAGE_COOKIE_SECURE": True,
        # Browsers take such a cookie only from this very host, by https: no neighbour under the domain can plant one.
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
        "SECURE_SSL_REDIRECT": True,
        # What machines within the network ask for without the proxy.
        "SECURE_REDIRECT_EXEMPT": [r"^(healthz|readyz|statusz|metrics)$", r"^telegram/webhook/?$"],
        "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": hsts in {"subdomains", "preload"},
        "SECURE_HSTS_PRELOAD": hsts == "preload",
        # What else stands under the domain is for its owner to say: DJANGO_HSTS is the answer to both questions.
        "SILENCED_SYSTEM_CHECKS": ["security.W005", "security.W021"],
    }


# The first one decides what the others take: what it drops reaches no disk.
UPLOAD_HANDLERS = [
    "dashboard.sent_files.Bounded",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
