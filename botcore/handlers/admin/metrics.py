"""/metrics: the newest figures, and charts as pictures; the buttons under a picture show another time in its place."""

import asyncio

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.charts.picture import picture
from botcore.charts.summary import line_figures
from botcore.database import in_database
from botcore.monitoring.glance import newest_figures
from botcore.monitoring.history.asked import Asked, asked
from botcore.monitoring.history.chart_selectors import SPANS, chart_names, chart_of
from botcore.pipeline.arguments import Name
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, place
from botcore.pipeline.sentences import length_words
from botcore.registry import button, command
from botcore.sentences import measured

NAME = Name("name", default="", help=gettext_lazy("A chart or a series; without it the newest figures"))
RANGE = Name("range", default="", help=gettext_lazy("1h, 6h, 1d, 7d, 30d or 1y"))
ACROSS = 2  # names of charts beside each other


@command(
    "metrics",
    args=[NAME, RANGE],
    help=gettext_lazy("The newest figures, and charts"),
    role=Role.SUPPORT,
    private=True,
)
async def metrics(_update: Update, context: Context) -> None:
    """Show figures, or the chart that is named."""
    wanted = asked(context.arguments["name"], context.arguments["range"])
    if wanted.name:
        await show(context, wanted)
    else:
        await context.answer("metrics", figures=await _figures(), buttons=_charts(wanted.span))


@button("metrics", role=Role.SUPPORT)
async def again(_update: Update, context: Context) -> None:
    """Show the figures as they are now."""
    wanted = asked("", context.value)
    await context.edit("metrics", figures=await _figures(), buttons=_charts(wanted.span))


@button("chart", role=Role.SUPPORT)
async def chart(_update: Update, context: Context) -> None:
    """Show a chart, or another time in a chart's place."""
    await show(context, asked(*place(context.value)))


async def show(context: Context, wanted: Asked) -> None:
    """Draw it and send it."""
    drawn = await in_database(chart_of, wanted.name, wanted.span)
    png = await asyncio.to_thread(picture, drawn)
    given = drawn.given
    facts = {
        "title": _(given.title),
        "help": _(given.help),
        "span": length_words(wanted.span),
        "lines": line_figures(given),
    }
    await context.picture(png, "chart", buttons=_spans(wanted), **facts)


async def _figures() -> list[tuple[str, str]]:
    return [(_(figure.words), measured(figure.text)) for figure in await in_database(newest_figures)]


def _charts(span: str) -> list[list[InlineKeyboardButton]]:
    names = [callback_button(name.replace("_", " "), "chart", f"{name}|{span}") for name in chart_names()]
    rows = [names[start : start + ACROSS] for start in range(0, len(names), ACROSS)]
    return [*rows, [callback_button(AGAIN, "metrics", span)]]


def _spans(wanted: Asked) -> list[list[InlineKeyboardButton]]:
    row = [
        callback_button(f"{'✓ ' * (span == wanted.span)}{length_words(span)}", "chart", f"{wanted.name}|{span}")
        for span in SPANS
    ]
    return [row]
