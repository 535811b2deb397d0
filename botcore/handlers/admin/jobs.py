"""/jobs: what is done by schedule, how it stands, and a card for each with its last runs and its switches."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore.access.roles import Role
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.paging import sliced
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place, turning
from botcore.registry import button, command
from botcore.runtime.jobs import selectors, services

LISTED, RUNS = 8, 3


@command("jobs", args=[], help=gettext_lazy("What is done by schedule"), role=Role.ADMIN, private=True)
async def jobs(_update: Update, context: Context) -> None:
    """List all."""
    await context.answer("jobs", **await _list())


@button("jobs", role=Role.ADMIN)
async def turn(_update: Update, context: Context) -> None:
    """Show another page, or how they stand now."""
    await context.edit("jobs", **await _list(place(context.value)[1]))


@button("job", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show one."""
    await context.edit("job", **await _card(context.value))


@button("job_run", role=Role.ADMIN)
async def run(_update: Update, context: Context) -> None:
    """Let it run out of turn."""
    await in_database(services.run_now, context.value, by=context.by)
    await _done(context, _("It runs as soon as a bot looks"))


@button("job_pause", role=Role.ADMIN)
async def pause(_update: Update, context: Context) -> None:
    """Let its times pass."""
    await in_database(services.pause, context.value, by=context.by)
    await _done(context, _("Paused"))


@button("job_resume", role=Role.ADMIN)
async def resume(_update: Update, context: Context) -> None:
    """Let it run by its schedule."""
    await in_database(services.resume, context.value, by=context.by)
    await _done(context, _("Resumed"))


async def _done(context: Context, words: str) -> None:
    await context.edit("job", **await _card(context.value))
    await context.toast(words)


async def _list(cursor: str = "") -> dict[str, Any]:
    page = sliced(await in_database(selectors.jobs, sees_errors=True), cursor, size=LISTED)
    rows = list(enumerate(page.rows, 1))
    numbers = [callback_button(str(number), "job", job.name) for number, job in rows]
    buttons = [numbers[:4], numbers[4:], turning("jobs", page)]
    return {"rows": rows, "buttons": [row for row in buttons if row]}


async def _card(name: str) -> dict[str, Any]:
    job = await in_database(selectors.job, name, sees_errors=True)
    if job is None:
        raise UserError(_("There is no such job any more."))
    runs = (await in_database(selectors.runs, name, sees_errors=True)).rows[:RUNS]
    switch = (_("Resume"), "job_resume") if job.is_paused else (_("Pause"), "job_pause")
    acts = [callback_button(_("Run now"), "job_run", name), callback_button(*switch, name)]
    more = [callback_button(AGAIN, "job", name), callback_button(_("All jobs"), "jobs")]
    return {"job": job, "runs": runs, "buttons": [acts, more] if job.next_at else [more]}
