"""/throw, /guess and /bet: the tutorial's first hour, a command, buttons and a conversation."""

import secrets

from telegram import Update

from botcore.pipeline.context import Context, callback_button
from botcore.registry import button, command, conversation
from botcore.validators import integer

SIDES = ("1", "2", "3", "4", "5", "6")
POINTS = 10  # that everybody begins with


def die() -> int:
    """Throw a die."""
    return secrets.randbelow(6) + 1


@command("throw", args=[], help="Throw a die")
async def throw(_update: Update, context: Context) -> None:
    """Answer with a number from 1 to 6."""
    await context.tell(f"🎲 {die()}")


@command("guess", args=[], help="Guess what comes")
async def guess(_update: Update, context: Context) -> None:
    """Ask by buttons."""
    buttons = [[callback_button(side, "guessed", side) for side in SIDES]]
    await context.answer("sentence", sentence="What comes?", buttons=buttons)


@button("guessed")
async def guessed(_update: Update, context: Context) -> None:
    """Throw, and put the answer in the place of the question."""
    thrown = str(die())
    await context.edit("sentence", sentence=f"🎲 {thrown}, and you said {context.value}.")
    await context.toast("Right!" if thrown == context.value else "Wrong.")


@command("bet", args=[], help="Bet points on a throw", private=True)
async def bet(_update: Update, context: Context) -> None:
    """Ask how many points."""
    has = context.user_data.setdefault("points", POINTS)
    context.conversation.start("bet", step="points")
    await context.tell(f"You have {has} points. How many do you bet?")


@conversation("bet", step="points")
async def points(_update: Update, context: Context) -> None:
    """Keep the number; a wrong one is answered with a sentence, and the person stays at this step."""
    context.conversation.answers["points"] = integer(context.message.text or "", least=1, most=POINTS)
    context.conversation.go("side")
    await context.tell("On which side? Write 1 to 6.")


@conversation("bet", step="side")
async def side(_update: Update, context: Context) -> None:
    """Throw, and pay five times the bet or take it."""
    wanted, thrown = integer(context.message.text or "", least=1, most=6), die()
    won = context.conversation.answers["points"] * (5 if wanted == thrown else -1)
    context.user_data["points"] += won
    context.conversation.end()
    await context.tell(f"🎲 {thrown}. You have {context.user_data['points']} points.")
