"""/alerts and /alert: conditions and channels; taking on, silencing, holding all alerts for a while, and a test."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import InlineKeyboardButton, Update

from botcore.access.roles import Role
from botcore.alerts import maintenance, selectors
from botcore.alerts.conditions import orders
from botcore.alerts.conditions import selectors as states
from botcore.alerts.conditions.rules import BY_NAME
from botcore.alerts.conditions.selectors import ConditionRow, Stand
from botcore.alerts.conditions.services import LENGTHS
from botcore.alerts.services import raise_test
from botcore.database import in_database
from botcore.exceptions import UserError
from botcore.pipeline.arguments import Choice, Text
from botcore.pipeline.context import Context, callback_button
from botcore.pipeline.lists import AGAIN, numbers
from botcore.pipeline.sentences import length_words
from botcore.registry import button, command

REASON_LENGTH = 200
OFFERED = ("30m", "1h", "4h")
NEWEST = 3  # alerts


@command("alerts", args=[], help=gettext_lazy("What is wrong, and do alerts arrive"), role=Role.ADMIN, private=True)
async def overview(_update: Update, context: Context) -> None:
    """Show conditions, channels and the maintenance of alerts."""
    await context.answer("alerts", **await facts())


@button("alerts", role=Role.ADMIN)
async def refresh(_update: Update, context: Context) -> None:
    """Show it again in its place."""
    await context.edit("alerts", **await facts())


@button("alerts_hold", role=Role.ADMIN)
async def hold(_update: Update, context: Context) -> None:
    """Hold all alerts for a while."""
    await in_database(maintenance.start_maintenance, length=context.value, by=context.by)
    await changed(context, _("Alerts are held"))


@button("alerts_release", role=Role.ADMIN)
async def release(_update: Update, context: Context) -> None:
    """Tell alerts again."""
    done = await in_database(maintenance.stop_maintenance, by=context.by)
    await changed(context, _("Alerts are told again") if done else _("Alerts were not held"))


@button("alerts_test", role=Role.ADMIN)
async def test(_update: Update, context: Context) -> None:
    """Let every channel say that it works."""
    await in_database(raise_test, by=context.by)
    await changed(context, _("A test goes to every channel"))


NAME = Choice("condition", among=BY_NAME, help=gettext_lazy("Its name, as /alerts shows it"))
ACTION = Choice(
    "action", default="", among=orders.VERBS, help=gettext_lazy("acknowledge, silence or unsilence; without it: look")
)
LENGTH = Choice("for", default="1h", among=LENGTHS, help=gettext_lazy("Of a silence: 30m, 1h, 4h, 1d or 7d"))
REASON = Text("reason", default="", most=REASON_LENGTH, help=gettext_lazy("Of a silence, for the others"))


@command("alert", args=[NAME, ACTION, LENGTH, REASON], help=gettext_lazy("One condition, and what to do about it"),
         role=Role.ADMIN, private=True)  # fmt: skip
async def alert(_update: Update, context: Context) -> None:
    """Show a condition, after doing what is asked for."""
    name, verb, length, reason = (context.arguments[key] for key in ("condition", "action", "for", "reason"))
    done = await order(context, name, verb, length, reason) if verb else ""
    await context.answer("condition", **await about(name), done=done)


@button("condition", role=Role.ADMIN)
async def look(_update: Update, context: Context) -> None:
    """Show a condition in the place of the list."""
    await context.edit("condition", **await about(context.value))


@button("condition_do", role=Role.ADMIN)
async def do(_update: Update, context: Context) -> None:
    """Do what the button says: its value is name, verb and length."""
    name, verb, length = f"{context.value}  ".split(" ", 3)[:3]
    done = await order(context, name, verb, length)
    await context.edit("condition", **await about(name), done=done)
    await context.toast(done)


async def order(context: Context, name: str, verb: str, length: str, reason: str = "") -> str:
    """Decide about a condition; return what to say."""
    return await in_database(orders.decide, name, verb, length=length, reason=reason, by=context.by)


async def changed(context: Context, done: str) -> None:
    """Show all of it as it is now, and what was done."""
    await context.edit("alerts", **await facts(), done=done)
    await context.toast(done)


async def facts() -> dict[str, Any]:
    """Return what the overview shows: of conditions those that are not well, or silenced."""
    rows = await in_database(states.conditions)
    listed = [row for row in rows if row.stand in {Stand.FIRING, Stand.SEEN} or row.silenced_until]
    window = await in_database(maintenance.maintenance)
    buttons = [*numbers("condition", [row.name for row in listed]), *holding(is_held=window is not None)]
    return {
        "conditions": listed,
        "others": len(rows) - len(listed),
        "nobody_looks": states.nobody_looks(rows),
        "channels": await in_database(selectors.channels, sees_errors=True),
        "newest": (await in_database(selectors.alerts, size=NEWEST, sees_errors=True)).rows,
        "window": window,
        "buttons": [*buttons, [callback_button(_("Test"), "alerts_test"), callback_button(AGAIN, "alerts")]],
    }


async def about(name: str) -> dict[str, Any]:
    """Return what the card of a condition shows."""
    row = next((row for row in await in_database(states.conditions) if row.name == name), None)
    if row is None:
        raise UserError(_("There is no such condition."))
    around = [callback_button(AGAIN, "condition", name), callback_button(_("List"), "alerts")]
    return {"row": row, "buttons": [*deciding(row), around]}


def holding(*, is_held: bool) -> list[list[InlineKeyboardButton]]:
    """Return the buttons that hold all alerts, or release them."""
    if is_held:
        return [[callback_button(_("Tell alerts again"), "alerts_release")]]
    return [
        [
            callback_button(_("Hold %(time)s") % {"time": length_words(length)}, "alerts_hold", length)
            for length in OFFERED
        ]
    ]


def deciding(row: ConditionRow) -> list[list[InlineKeyboardButton]]:
    """Return what can be done about a condition as it is."""
    known = [callback_button(_("Acknowledge"), "condition_do", f"{row.name} acknowledge")]
    silent = [
        callback_button(
            _("Silence %(time)s") % {"time": length_words(length)}, "condition_do", f"{row.name} silence {length}"
        )
        for length in OFFERED
    ]
    speak = [callback_button(_("Unsilence"), "condition_do", f"{row.name} unsilence")]
    rows = [known] if row.stand == Stand.FIRING and row.acked_at is None else []
    return [*rows, speak if row.silenced_until else silent]
