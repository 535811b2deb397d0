"""The button that takes a question back; what a confirmed action does is in the features that ask."""

from django.utils.translation import gettext as _
from telegram import InlineKeyboardButton, Update

from botcore.access import confirmations
from botcore.access.roles import Role
from botcore.database import in_database
from botcore.pipeline.context import Context
from botcore.registry import button


@button("unconfirm", role=Role.MEMBER)
async def cancel(update: Update, context: Context) -> None:
    """Use the question up, if it is this person's."""
    chat = update.effective_chat
    owner = {"user_id": context.person.id, "chat_id": chat.id if chat else 0}
    key, _bar, back = context.value.partition("|")
    if await in_database(confirmations.drop, key, **owner):
        card = [[InlineKeyboardButton(_("Back"), callback_data=back)]] if back else []
        await context.edit("sentence", sentence=_("Cancelled. Nothing was done."), buttons=card)
    else:
        await context.toast(_("This button is for somebody else, or was used already."))
