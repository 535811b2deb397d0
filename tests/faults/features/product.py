"""The product's own features, under their own names."""

from botcore.handlers.about import about
from botcore.handlers.admin.conditions import acknowledge, silence
from botcore.handlers.admin.errors import look, mute, newest, resolve
from botcore.handlers.admin.forget import forget, forgotten
from botcore.handlers.admin.restrict import mute as mute_person
from botcore.handlers.crash import crash, press
from botcore.handlers.feedback import keep, old_button
from botcore.handlers.help import help_
from botcore.handlers.privacy import ask, erase, my_data, privacy
from botcore.handlers.settings import language, messages, show
from botcore.handlers.start import start

__all__ = [
    "about",
    "acknowledge",
    "ask",
    "crash",
    "erase",
    "forget",
    "forgotten",
    "help_",
    "keep",
    "language",
    "look",
    "messages",
    "mute",
    "mute_person",
    "my_data",
    "newest",
    "old_button",
    "press",
    "privacy",
    "resolve",
    "show",
    "silence",
    "start",
]
