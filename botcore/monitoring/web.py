"""What a web process measures of itself: its statements and its pool; wsgi.py and asgi.py begin it.

Statements are django-prometheus' metrics, but not by its engines: that for PostgreSQL wraps the cursor of a pooled
connection anew each time the pool hands it out.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.signals import request_finished
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django_prometheus.db import metrics as django_metrics

from botcore import metrics
from botcore.instruments import Series
from botcore.monitoring.pool import note_pool

_statements = Series(django_metrics.execute_total)
_bulk_statements = Series(django_metrics.execute_many_total)
_seconds = Series(django_metrics.query_duration_seconds)


def measure() -> None:
    """Measure from now on, in this process."""
    metrics.BUILD.labels(settings.VERSION).set(1)
    connection_created.connect(_connected, dispatch_uid=__name__)
    request_finished.connect(_finished, dispatch_uid=__name__)


def measured(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001
    """Count and time one statement; Django calls it."""
    connection = context["connection"]
    labels = connection.alias, connection.vendor
    _statements[labels].inc()
    if many:
        _bulk_statements[labels].inc()
    began = time.perf_counter()
    try:
        return execute(statement, params, many, context)
    except Exception as exc:
        django_metrics.errors_total.labels(*labels, type(exc).__name__).inc()
        raise
    finally:
        _seconds[labels].observe(time.perf_counter() - began)


def _connected(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Wrap a thread's connection once: with a pool, Django says that it is new with every request."""
    if measured not in connection.execute_wrappers:
        connection.execute_wrappers.append(measured)
    if getattr(connection, "pool", None) is None:
        django_metrics.connections_total.labels(connection.alias, connection.vendor).inc()
    _look(connection)


def _finished(**_: Any) -> None:
    for connection in connections.all(initialized_only=True):
        _look(connection)


def _look(connection: BaseDatabaseWrapper) -> None:
    grown = note_pool(connection)
    labels = connection.alias, connection.vendor
    django_metrics.connections_total.labels(*labels).inc(grown["connections_num"])
    django_metrics.connection_errors_total.labels(*labels).inc(grown["connections_errors"])
