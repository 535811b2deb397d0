"""Where Python itself ends with an error: uncaught ones of the main thread and of other threads; installed at start."""

import logging
import sys
import threading
from types import TracebackType

from django.conf import settings

from botcore.errors import capture
from botcore.errors.background import Background
from botcore.errors.kinds import Source

logger = logging.getLogger(__name__)

EXIT_FAILURE = 1


def install() -> None:
    """Record uncaught errors of this process, and give it a place to write them to. The bot has a place of its own."""
    background = Background(settings.SPOOL_DIR)
    capture.use(background.tally)
    # Before the executors refuse work, which atexit comes too late for; concurrent.futures itself ends this way.
    threading._register_atexit(background.close)  # type: ignore[attr-defined]  # noqa: SLF001
    threading.excepthook = _in_thread
    sys.excepthook = _at_the_top
    sys.unraisablehook = _nowhere_to_go


def _in_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or issubclass(args.exc_type, SystemExit):
        return
    name = args.thread.name if args.thread else "unknown"
    logger.error(
        "a thread ended with an error",
        exc_info=args.exc_value,
        extra={"source": Source.THREAD, "fields": {"thread": name}},
    )


def _nowhere_to_go(args: "sys.UnraisableHookArgs") -> None:
    """Log an error that nobody can catch, such as one in __del__."""
    if args.exc_value is not None:
        logger.error("an error that nobody can catch", exc_info=args.exc_value, extra={"source": Source.LOG})


def _at_the_top(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    """Log what ends the process instead of Python's own traceback, which would hide no secret."""
    if not issubclass(kind, Exception):
        sys.stderr.write(f"{kind.__name__}\n")  # such as Ctrl-C; its traceback could show what was under way
        return
    logger.critical(
        "the process ended with an error",
        exc_info=(kind, error, traceback),
        extra={"source": Source.COMMAND, "fields": {"command": " ".join(sys.argv[1:2])}},
    )
