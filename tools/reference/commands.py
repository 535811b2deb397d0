"""The commands of manage.py that are ours, and deploy/start, with their arguments as argparse knows them."""

import argparse
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.core.management.base import DjangoHelpFormatter

from botproject import bothealth
from botproject.start import command as start
from tools.reference.markdown import code, page, table

OURS = ("botcore", "botproject", "dashboard", "sandbox")
TITLE = "Commands"
INTRODUCTION = """Run them in the project's folder with `.venv/bin/python manage.py COMMAND`, or on the demo's data with
`make manage ARGS="COMMAND"`. Django's own commands, such as `migrate` and `createsuperuser`, are there, too;
`manage.py help COMMAND` says the same as this page. `deploy/start` starts a process in production, see
[its checks](../deploy-systemd.md#deploystart)."""
EXIT_CODES = """Exit codes: 0 it is done, 1 it is not, 2 the arguments are wrong, 78 a setting is wrong and one
line says how to mend it."""


def text() -> str:
    """Make the page."""
    parts = [f"## {name}\n\n{_described(parser)}" for name, parser in sorted(parsers().items())]
    return page(TITLE, INTRODUCTION, EXIT_CODES, *parts)


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Return what reads the arguments of each command of ours."""
    ours = {name: str(app) for name, app in get_commands().items() if app in OURS}
    found: dict[str, argparse.ArgumentParser] = {
        name: load_command_class(app, name).create_parser("manage.py", name) for name, app in ours.items()
    }
    return {**found, "bothealth": bothealth.parser(), "deploy/start": start.parser()}


def _described(parser: argparse.ArgumentParser) -> str:
    actions, works = [], []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            works += list(action.choices.items())
        elif not _is_everybodys(action):
            actions.append(action)
    parts = [parser.description or "", table(("argument", "meaning"), _rows(actions))]
    parts += [f"### {parser.prog.split()[-1]} {name}\n\n{_described(work)}" for name, work in works]
    return "\n\n".join(part for part in parts if part)


def _is_everybodys(action: argparse.Action) -> bool:
    """Tell whether every command of Django has it."""
    return isinstance(action, argparse._HelpAction) or bool(DjangoHelpFormatter.show_last & set(action.option_strings))


def _rows(actions: list[argparse.Action]) -> Iterator[tuple[str, str]]:
    for action in actions:
        value = "" if action.nargs == 0 else _value(action)
        name = ", ".join(action.option_strings)
        meaning = (action.help or "") % {"default": action.default, "prog": "manage.py"}
        if action.choices:
            meaning = f"{meaning}: {', '.join(map(str, action.choices))}".removeprefix(": ")
        yield code(f"{name} {value}".strip()), meaning + (" (needed)" if name and action.required else "")


def _value(action: argparse.Action) -> str:
    name = action.metavar if isinstance(action.metavar, str) else action.dest
    name = name.upper() if action.option_strings else name
    return f"[{name}]" if action.nargs in {"?", "*"} else name
