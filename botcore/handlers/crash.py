"""/crash, where the sandbox is used: make an error of each class and watch what becomes of it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from telegram import Update

from botcore import crashes
from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command


@command("crash", help=gettext_lazy("Make an error on purpose (sandbox only)"), sandbox=True)
async def crash(_update: Update, context: Context) -> None:
    """Make the error that is named, or offer a button for each."""
    if context.args:
        await make(" ".join(context.args), context)
        return
    buttons = [callback_button(name, "crash", name) for name in crashes.CRASHES]
    await context.answer("crash", buttons=[buttons[start : start + 3] for start in range(0, len(buttons), 3)])


@button("crash", sandbox=True)
async def press(_update: Update, context: Context) -> None:
    """Make the error of the button."""
    await make(context.value, context)


async def make(name: str, context: Context) -> None:
    """Make it; say so when it happens elsewhere."""
    await crashes.crash(name, context)
    await context.tell(_("Done. Look what became of it."))
