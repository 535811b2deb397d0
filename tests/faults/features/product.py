"""The product's own features, under their own names."""

from botcore.handlers.about import about
from botcore.handlers.admin.conditions import acknowledge, silence
from botcore.handlers.admin.errors import look, mute, newest, resolve
from botcore.handlers.crash import crash, press
from botcore.handlers.feedback import keep, old_button
from botcore.handlers.help import help_
from botcore.handlers.settings import language, messages, show
from botcore.handlers.start import start

__all__ = [
    "about",
    "acknowledge",
    "crash",
    "help_",
    "keep",
    "language",
    "look",
    "messages",
    "mute",
    "newest",
    "old_button",
    "press",
    "resolve",
    "show",
    "silence",
    "start",
]
