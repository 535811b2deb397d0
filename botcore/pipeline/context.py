"""What a handler gets as `context`: the person, and short ways to answer with a template."""

import re
from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from telegram import CallbackQuery, InlineKeyboardButton, InlineQuery, Message, PreCheckoutQuery, SuccessfulPayment
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackContext, ExtBot

from botcore.access import confirmations
from botcore.access.book import role_of
from botcore.access.roles import Role
from botcore.connection.entities import EntityCache
from botcore.database import in_database
from botcore.inbox.once import first_time
from botcore.people.services import Person
from botcore.pipeline import checkout, conversation, queries, speech
from botcore.pipeline.attempt import CURRENT
from botcore.pipeline.buttons import Buttons, keyboard
from botcore.pipeline.conversation import Conversation
from botcore.texts.markup import stripped

ANSWER_LENGTH = 200  # core.telegram.org/bots/api#answercallbackquery


def callback_button(text: str, name: str, value: str = "") -> InlineKeyboardButton:
    """Make an inline button for the handler `@button(name)`, which finds the value in `context.value`."""
    return InlineKeyboardButton(text, callback_data=f"{name}:{value}")


def render(template: str, **values: object) -> str:
    """Render `templates/messages/<template>.html`, or `.md` in MarkdownV2, to Telegram's HTML; `values` are escaped."""
    return render_to_string([f"messages/{template}.html", f"messages/{template}.md"], values).strip()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """python-telegram-bot's context with Botdeck's shortcuts."""

    @property
    def person(self) -> Person:
        """The person behind the update; raises LookupError for an update without one."""
        attempt = CURRENT.get()
        return attempt.claim.people[attempt.pending.user_id or 0]

    @person.setter
    def person(self, person: Person) -> None:
        """Show a change of the person to the rest of this claim."""
        CURRENT.get().claim.people[person.id] = person

    @property  # type: ignore[misc]  # the library has a setter, which raises
    def user_data(self) -> dict[Any, Any]:
        """What is remembered of the person: JSON values by name, saved when the handler succeeds."""
        return CURRENT.get().memory.user

    @property  # type: ignore[misc]
    def chat_data(self) -> dict[Any, Any]:
        """What is remembered of the chat: JSON values by name, saved when the handler succeeds."""
        return CURRENT.get().memory.chat

    @property
    def conversation(self) -> Conversation:
        """Where the person stands in a conversation in this chat; raises NotInChatError without a person in a chat."""
        return conversation.current()

    @property
    def entities(self) -> EntityCache:
        """What Telegram knows of chats, members and files, asked for as seldom as possible."""
        cache: EntityCache = self.application.bot_data["entities"]
        return cache

    async def once(self, key: str, *, across_updates: bool = False) -> bool:
        """Return True the first time; False when an earlier attempt at this update has asked for the same key.

        `across_updates` makes the key one for all updates of the bot, such as a payment's charge id. The key counts as
        used from the moment of asking: what follows is done at most once, even if the process ends in the middle.
        """
        if across_updates:
            return await in_database(first_time, self.bot.id, key, update_pk=None)
        pk = self.update_pk
        return await in_database(first_time, self.bot.id, f"{pk}:{key}", update_pk=pk)

    @property
    def update_pk(self) -> int:
        """The primary key of the update's row in the inbox; it is also the reference that an apology names."""
        return CURRENT.get().pending.pk

    @property
    def message(self) -> Message:
        """The message that is handled; raises LookupError for an update without one."""
        update = CURRENT.get().update
        if update is None or update.effective_message is None:
            raise LookupError("this update has no message")
        return update.effective_message

    @property
    def has_message(self) -> bool:
        """Tell whether there is one: a button under a message that was sent inline comes without."""
        update = CURRENT.get().update
        return update is not None and update.effective_message is not None

    @property
    def value(self) -> str:
        """What stands behind the name in the pressed button's data."""
        if (kept := CURRENT.get().value) is not None:
            return kept
        match = self.match  # a game's button has no data, and True instead of a match
        return match.group(1) if isinstance(match, re.Match) else ""

    @property
    def is_press(self) -> bool:
        """Tell whether the update is a pressed button, so that its message can be edited."""
        return self._query() is not None

    @property
    def arguments(self) -> Mapping[str, Any]:
        """What stands behind the command, by the names that its decorator gives: checked values."""
        return CURRENT.get().arguments

    @property
    def confirmed(self) -> Mapping[str, Any]:
        """The arguments that `ask()` was given for the button that was pressed."""
        return CURRENT.get().confirmed

    @property
    def is_taken(self) -> bool:
        """Tell whether an operator talks in this chat in the bot's place; only features for `always` hear of that."""
        return CURRENT.get().is_taken

    @property
    def by(self) -> str:
        """Who did it, for services that write a history: the person's name and id."""
        return CURRENT.get().by

    @property
    def role(self) -> Role:
        """The role of the person behind the update."""
        return role_of(CURRENT.get().pending.user_id)

    async def ask(
        self, name: str, template: str, *, yes: str, given: Mapping[str, Any], back: str = "", **values: object
    ) -> None:
        """Show a question with a button, by which this person, here, within a minute, lets `@confirmed(name)` run once.

        `given` are the arguments that it gets, as JSON has them; `yes` says what the button does. `back` are the data
        of the button that is shown after Cancel, such as "person:42".
        """
        pending = CURRENT.get().pending
        owner = {"user_id": pending.user_id or 0, "chat_id": pending.chat_id or 0}
        key = await in_database(confirmations.ask, **owner, action=name, arguments=given)
        buttons = [
            [
                callback_button(yes, name, key),
                callback_button(_("Cancel"), "unconfirm", f"{key}|{back}" if back else key),
            ]
        ]
        if self._query():
            await self.edit(template, buttons=buttons, **values)
        else:
            await self.answer(template, buttons=buttons, below=False, **values)

    async def answer(self, template: str, *, buttons: Buttons = (), below: bool = False, **values: object) -> None:
        """Send the template to the update's chat; a long text as several messages, a very long one as a file.

        In a forum it goes into the message's topic. `below` makes it a reply to the message, where that is in a group.

        A button of a message that was sent inline has no chat: its beginning is shown there as an alert. A payment that
        is asked about is ended with it, an inline query shows it in the place of results.
        """
        update, said = CURRENT.get().update, render(template, **values)
        if update and update.effective_chat:
            place = speech.place_of(update.effective_message, below=below)
            await speech.say(update.effective_chat, said, await keyboard(buttons), place)
        elif self._query():
            await self.toast(stripped(said, ParseMode.HTML), alert=True)
        elif not await queries.say(CURRENT.get(), stripped(said, ParseMode.HTML)):
            raise LookupError("this update has no chat to answer in")

    async def edit(self, template: str, *, buttons: Buttons = (), **values: object) -> None:
        """Change the message whose button was pressed; the same text again is no error, what is too long goes on."""
        query = self._query()
        if query is None:
            raise LookupError("this update is no pressed button")
        await speech.replace(query, render(template, **values), await keyboard(buttons))

    async def picture(self, png: bytes, template: str, *, buttons: Buttons = (), **values: object) -> None:
        """Send a picture with the template as its caption; where a picture's button was pressed, in its place."""
        update, markup = CURRENT.get().update, await keyboard(buttons)
        if update is None or update.effective_chat is None:
            raise LookupError("this update has no chat to answer in")
        await speech.show(update.effective_chat, self._query(), png, render(template, **values), markup)

    async def toast(self, text: str = "", *, alert: bool = False) -> None:
        """Answer the pressed button with a short notice, once, or an alert; a press that is too old is no error."""
        attempt, query = CURRENT.get(), self._query()
        if query is None or attempt.query_answered:
            return
        attempt.query_answered = True
        await query.answer(text[:ANSWER_LENGTH] or None, show_alert=alert)

    async def invoice(self, name: str, value: str, *, title: str, description: str, stars: int) -> None:
        """Send an invoice in Stars to the update's chat; `@checkout(name)` and `@paid(name)` find the value again."""
        chat = self.message.chat
        await checkout.send_invoice(chat, name, value, title=title, description=description, stars=stars)

    @property
    def checkout(self) -> PreCheckoutQuery:
        """The payment that waits for a yes; raises LookupError for an update that is none."""
        update = CURRENT.get().update
        if update is None or update.pre_checkout_query is None:
            raise LookupError("this update is no payment that waits")
        return update.pre_checkout_query

    async def approve(self) -> None:
        """Let the payment go on. A `UserError` ends it with its sentence, and so does a handler that says nothing."""
        await queries.settle(CURRENT.get(), self.checkout)

    @property
    def payment(self) -> SuccessfulPayment:
        """The money that has moved, of `@paid`; raises LookupError for a message without."""
        if (paid := self.message.successful_payment) is None:
            raise LookupError("this message is no payment")
        return paid

    @property
    def inline(self) -> InlineQuery:
        """What somebody types behind the bot's name in any chat; raises LookupError for an update that is none."""
        update = CURRENT.get().update
        if update is None or update.inline_query is None:
            raise LookupError("this update is no inline query")
        return update.inline_query

    async def tell(self, sentence: str) -> None:
        """Say one sentence where the person looks: at the pressed button, else in the chat."""
        if self._query():
            await self.toast(sentence)
        else:
            await self.answer("sentence", sentence=sentence, below=True)

    @staticmethod
    def _query() -> CallbackQuery | None:
        update = CURRENT.get().update
        return update.callback_query if update else None


BotApplication = Application[Any, Context, Any, Any, Any, Any]
