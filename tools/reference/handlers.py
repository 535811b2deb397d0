"""What a feature is written with: decorators, what `context` can do, arguments of commands."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from functools import cached_property

from botcore import registry
from botcore.exceptions import safe_execute
from botcore.outbox import services
from botcore.pipeline import arguments
from botcore.pipeline.arguments import Argument
from botcore.pipeline.context import Context, callback_button, render
from botcore.registry import Order
from botcore.runtime.jobs.registry import job
from tools.reference.markdown import code, declared, page, prose, table

INTRODUCTION = """Declarations and docstrings, as the code has them. [Handlers](../handlers.md) tells how they are used,
with examples."""
DECORATORS = (
    registry.command, registry.button, registry.message, registry.conversation, registry.deep_link,
    registry.confirmed, registry.inline, registry.checkout, registry.paid, registry.add,
)  # fmt: skip
BESIDE = (callback_button, render, services.send, job, safe_execute)


def text() -> str:
    """Make the page."""
    parts = ["## Decorators", "From `botcore.registry`. Who is asked first is the order: " + _order() + "."]
    parts += [_function(one, "@" if one is not registry.add else "") for one in DECORATORS]
    parts += ["## Arguments of commands", "From `botcore.pipeline.arguments`, for `args=[…]`.", _arguments()]
    parts += ["## The context", prose(Context), "### Values", _values(), "### Methods", *_methods()]
    parts += ["## Beside handlers", *(_function(one, "@" if one in {job, safe_execute} else "") for one in BESIDE)]
    return page("Handlers, declared", INTRODUCTION, *parts)


def _order() -> str:
    return ", ".join(f"`Order.{order.name}`" for order in Order)


def _function(thing: Callable[..., object], mark: str) -> str:
    title = f"### {mark}{thing.__name__}"
    source = "" if thing in DECORATORS else f"From `{thing.__module__}`.\n\n"
    return f"{title}\n\n```python\n{mark}{declared(thing)}\n```\n\n{source}{prose(thing)}"


def _arguments() -> str:
    kinds = [kind for kind in vars(arguments).values() if inspect.isclass(kind) and issubclass(kind, Argument)]
    rows = [(code(f"{kind.__name__}({', '.join(_fields(kind))})"), prose(kind).replace("\n", " ")) for kind in kinds]
    return table(("argument", "what it takes"), rows)


def _fields(kind: type) -> Iterator[str]:
    for base in reversed(kind.__mro__):
        for name in getattr(base, "__annotations__", {}):
            yield name if name == "name" else f"{name}=…"


def _values() -> str:
    found = [(name, value) for name, value in vars(Context).items() if isinstance(value, property | cached_property)]
    return table(("value", "type", "what it is"), [(code(f"context.{n}"), code(_type(v)), prose(v)) for n, v in found])


def _type(value: property | cached_property[object]) -> str:
    getter = value.fget if isinstance(value, property) else value.func
    tree = ast.parse(textwrap.dedent(inspect.getsource(getter or _type))).body[0]
    return ast.unparse(tree.returns) if isinstance(tree, ast.FunctionDef) and tree.returns else ""


def _methods() -> Iterator[str]:
    for name, value in vars(Context).items():
        if inspect.isfunction(value) and not name.startswith("_"):
            yield f"#### context.{name}\n\n```python\n{declared(value).replace('self, ', '')}\n```\n\n{prose(value)}"
