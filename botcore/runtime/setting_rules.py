"""Who may change which setting, what must be asked first, and which names of handlers there are.

settings.change() takes what fits; this is asked before it, by the pages and by setting_deeds.py for chats.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from botcore.access.roles import Role
from botcore.exceptions import ValidationError
from botcore.runtime.setting_base import Setting
from botcore.validators import closest

OWNERS = "access."  # who lets whom in: an admin shall not put back what an owner has raised
DELETES = "retention."
GRAVE = (OWNERS, DELETES, "maintenance")  # whose change shuts people out, or loses rows
HANDLERS = "access.handlers"
FOLDER = Path("botcore") / "handlers"


def may_change(setting: Setting, role: Role) -> bool:
    """Tell whether somebody with this role, who may change settings at all, may change this one."""
    return role == Role.OWNER or not setting.name.startswith(OWNERS)


def must_ask(setting: Setting) -> bool:
    """Tell whether a change of this setting is to be confirmed first."""
    return setting.needs_restart or setting.name.startswith(GRAVE)


def deletes(setting: Setting) -> bool:
    """Tell whether rows go for good when it is lower."""
    return setting.name.startswith(DELETES)


def check_names(setting: Setting, value: Any) -> None:
    """Raise ValidationError for a handler, or a part of the handlers, that there is not: it would protect nothing."""
    if setting.name != HANDLERS:
        return
    names = handler_names()
    for wanted in value:
        if names and not any(means(wanted, name) for name in names):
            words = {"name": wanted[:60], "guess": closest(wanted, names)}
            raise ValidationError(
                _("There is no handler %(name)s: did you mean %(guess)s?") % words
                if words["guess"]
                else _("There is no handler %(name)s.") % words
            )


def means(wanted: str, name: str) -> bool:
    """Tell whether a name in access.handlers means this handler: its own, or that of its file or folder."""
    return name == wanted or name.startswith(f"{wanted.rstrip('.')}.")


def raised(value: Mapping[str, str], name: str) -> list[str]:
    """Return the roles that access.handlers asks for a handler."""
    return [role for wanted, role in value.items() if means(wanted, name)]


@cache
def handler_names() -> frozenset[str]:
    """Return the names of all handlers, from their files: pages import none. Empty where there are no files."""
    root = Path(settings.BASE_DIR) / FOLDER
    return frozenset(name for path in root.rglob("*.py") for name in _names(path, root))


def _names(path: Path, root: Path) -> Iterator[str]:
    module = ".".join(path.relative_to(root).with_suffix("").parts)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list:
            yield f"{module}.{node.name.rstrip('_')}"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "add":  # add(handler, name="…")
            yield from (
                str(each.value.value)
                for each in node.keywords
                if each.arg == "name" and isinstance(each.value, ast.Constant)
            )
