"""Levels of loggers that are changed while the process runs, and put back to what was configured."""

import logging
import re
import threading
from collections.abc import Mapping

# Not CRITICAL: it would keep errors from being recorded.
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
ROOT = "root"
NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[\w-]+)*", re.ASCII)
NAME_LENGTH = 100

_configured: dict[str, int] = {}  # of those that are changed now
_lock = threading.Lock()


def is_logger_name(name: str) -> bool:
    """Tell whether a logger can have this name; a name without a logger yet is one, too."""
    return len(name) <= NAME_LENGTH and NAME.fullmatch(name) is not None


def apply_levels(levels: Mapping[str, str]) -> None:
    """Set these loggers to these levels, and all others that were changed before back to what they had."""
    with _lock:
        for name in _configured.keys() - levels.keys():
            _set(name, _configured.pop(name))
        for name, level in levels.items():
            if level in LEVELS and is_logger_name(name):
                _configured.setdefault(name, _logger(name).level)
                _set(name, logging.getLevelNamesMapping()[level])


def known_loggers() -> dict[str, str]:
    """Return the loggers that have a level of their own now, and the root, with their levels; ours without one, too."""
    names = [name for name, logger in list(logging.root.manager.loggerDict.items()) if _is_shown(name, logger)]
    return {name: logging.getLevelName(_logger(name).getEffectiveLevel()) for name in (ROOT, *sorted(names))}


def configured_level(name: str) -> str:
    """Return the level that holds without a change."""
    own = _configured.get(name, _logger(name).level)
    if own:
        return logging.getLevelName(own)
    parent = name.rpartition(".")[0]
    return configured_level(parent or ROOT)


def _is_shown(name: str, logger: object) -> bool:
    ours = name.split(".", maxsplit=1)[0] in {"botcore", "dashboard"} and name.count(".") < 2
    return isinstance(logger, logging.Logger) and (bool(logger.level) or ours)


def _logger(name: str) -> logging.Logger:
    return logging.getLogger(None if name == ROOT else name)


def _set(name: str, level: int) -> None:
    if _logger(name).level != level:
        _logger(name).setLevel(level)
