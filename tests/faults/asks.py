"""One request of the pages' part."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; `status` is what a page without faults answers."""

    path: str
    status: int = 200
    method: str = "GET"
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    logged_in: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)
    token: str = "a-token-of-metrics"
    before: tuple[str, Mapping[str, object]] | None = None  # what is posted first
    breaks: str = ""  # a site that raises a database's error first
    late: bool = False  # … or that it took too long
