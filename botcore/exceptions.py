"""The error tree and @safe_execute. What happens after an error depends only on its class; every room may raise these.

A class' docstring is the sentence that people read when the error carries none of its own.
"""

import functools
import inspect
import logging
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast

from django.core import exceptions as django
from django.utils.translation import gettext, gettext_lazy
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_random_exponential,
)

F = TypeVar("F", bound=Callable[..., Any])
Translator = Callable[[BaseException], "BotdeckError | None"]
Context = Mapping[str, object] | Callable[..., Mapping[str, object]]

Classes = type[Exception] | tuple[type[Exception], ...]

GROWN_WAIT = wait_random_exponential(multiplier=0.2, max=10)  # seconds between the tries of @safe_execute(retry=…)


class BotdeckError(Exception):
    """Something went wrong on our side."""

    level: ClassVar[int] = logging.ERROR  # of its log line; from WARNING on it is recorded
    again: ClassVar[bool] = True  # the update is tried once more
    told: ClassVar[bool] = False  # the person reads its text, instead of an apology with a reference

    def __init__(self, *args: object) -> None:
        super().__init__(*args)

    def __str__(self) -> str:
        """Return the sentence it was raised with, else the class' own, in the language active now."""
        return super().__str__() if self.args else gettext((type(self).__doc__ or "").partition("\n")[0])


class ConfigurationError(BotdeckError):
    """The set-up must change before this can work."""

    level = logging.CRITICAL  # the process ends with exit code 78; the update waits for the next start


class UserError(BotdeckError):
    """That did not work. Please check what you sent."""

    level = logging.INFO
    again = False
    told = True


class ValidationError(UserError):
    """This is not what was asked for."""


class PermissionDenied(UserError):  # noqa: N818 (the field's own word)
    """This is not for you."""


class TemporaryError(BotdeckError):
    """This does not work right now. Please try again later."""

    level = logging.WARNING
    told = True  # after the last attempt


class RateLimited(TemporaryError):  # noqa: N818
    """That was too much at once. Please wait a moment and try again."""

    def __init__(self, *args: object, seconds: float = 0.0) -> None:
        super().__init__(*args)
        self.seconds = seconds  # how long to wait; 0.0 when it is not known


class ChatGone(BotdeckError):  # noqa: N818
    """This chat cannot be written to any more."""

    level = logging.INFO  # a change of state, not an error
    again = False


class Postponed(BotdeckError):  # noqa: N818 (not an error: an outcome)
    """The update cannot be handled now, through no fault of its own; it stays pending."""

    level = logging.INFO


# For makemessages, which does not read docstrings; a test holds both alike.
SENTENCES = (
    gettext_lazy("Something went wrong on our side."),
    gettext_lazy("The set-up must change before this can work."),
    gettext_lazy("That did not work. Please check what you sent."),
    gettext_lazy("This is not what was asked for."),
    gettext_lazy("This is not for you."),
    gettext_lazy("This does not work right now. Please try again later."),
    gettext_lazy("That was too much at once. Please wait a moment and try again."),
    gettext_lazy("This chat cannot be written to any more."),
    gettext_lazy("The update cannot be handled now, through no fault of its own; it stays pending."),
)

_translators: list[Translator] = []


def use_translator(translator: Translator) -> None:
    """Let a library's errors be translated; the room that knows the library says so at start."""
    if translator not in _translators:
        _translators.append(translator)


def translate(error: BaseException) -> BotdeckError | None:
    """Return the error as one of this tree, with the cause at hand; None for a bug. Django's own are known here."""
    if isinstance(error, BotdeckError):
        return error
    if isinstance(error, django.ValidationError):
        return ValidationError(" ".join(error.messages))
    if isinstance(error, django.PermissionDenied):
        return PermissionDenied(*error.args)
    return next((found for translator in _translators if (found := translator(error))), None)


def level_of(error: BaseException) -> int:
    """Return at which level the error is logged."""
    known = translate(error)
    return known.level if known else logging.ERROR


@dataclass(frozen=True)
class _Plan:
    """What @safe_execute was asked to do."""

    fallback: Any
    context: Context
    tries: dict[str, Any]  # how tenacity repeats; empty: not at all

    def end(self, function: Callable[..., Any], error: Exception, args: Any, kwargs: Any) -> Any:
        """Record the error and return the fallback."""
        named = getattr(function, "func", function)  # of a partial
        module, level = str(getattr(named, "__module__", __name__)), level_of(error)
        name = f"{module}.{getattr(named, '__qualname__', type(named).__qualname__)}"
        extra = {"fields": {**self._fields(args, kwargs), "job": name}, "capture": level >= logging.WARNING}
        log = logging.getLogger(module)
        log.log(level, "%s failed", name, exc_info=error, extra=extra)
        if not callable(self.fallback) or isinstance(self.fallback, type):
            return self.fallback
        try:
            return self.fallback(error)
        except Exception:
            log.exception("the fallback of %s failed", name)
            return None

    def _fields(self, args: Any, kwargs: Any) -> Mapping[str, object]:
        try:
            return dict(self.context(*args, **kwargs) if callable(self.context) else self.context)
        except Exception as exc:  # the error at hand matters more
            return {"context": f"not known: {type(exc).__name__}"}


def _is_passing(error: BaseException) -> bool:
    return isinstance(translate(error), TemporaryError)


def _pause(state: RetryCallState) -> float:
    """Return the seconds before the next try: grown at random, and at least what a flood wait says."""
    error = translate(state.outcome.exception() or UserError()) if state.outcome else None
    return max(GROWN_WAIT(state), error.seconds if isinstance(error, RateLimited) else 0.0)


def safe_execute(
    *,
    fallback: Any = None,
    retry: int = 0,
    reraise: Classes = (),
    context: Context | None = None,
) -> Callable[[F], F]:
    """Guard a function or coroutine function outside of handlers: a job, a fragment of a page, a monitor.

    Its errors are classified, recorded with `context` (fields, or a function of the same arguments), and replaced by
    `fallback` (a value, or a function of the error). `retry` is how many more tries passing trouble gets, `reraise`
    which errors go on to the caller. Cancellation, SystemExit and KeyboardInterrupt always do.
    """
    how = {"stop": stop_after_attempt(retry + 1), "wait": _pause, "retry": retry_if_exception(_is_passing)}
    plan = _Plan(fallback, context or {}, {**how, "reraise": True} if retry else {})

    def guard(function: F) -> F:
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise TypeError("a generator's errors arise while it is read: guard the function that reads it")
        if not isinstance(function, types.FunctionType | types.MethodType | functools.partial):
            raise TypeError("only functions, methods and partials can be guarded")
        wrap = _guard_async if inspect.iscoroutinefunction(function) else _guard_sync
        return cast("F", functools.wraps(function)(wrap(function, plan, reraise)))

    return guard


def _guard_sync(function: Callable[..., Any], plan: _Plan, reraise: Classes) -> Callable[..., Any]:
    repeated = Retrying(**plan.tries).wraps(function) if plan.tries else function

    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return repeated(*args, **kwargs)
        except reraise:
            raise
        except Exception as exc:  # what @safe_execute is for
            return plan.end(function, exc, args, kwargs)

    return guarded


def _guard_async(function: Callable[..., Any], plan: _Plan, reraise: Classes) -> Callable[..., Any]:
    repeated = AsyncRetrying(**plan.tries).wraps(function) if plan.tries else function

    async def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return await repeated(*args, **kwargs)
        except reraise:
            raise
        except Exception as exc:  # what @safe_execute is for
            return plan.end(function, exc, args, kwargs)

    return guarded
