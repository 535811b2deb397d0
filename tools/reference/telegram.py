"""What people and operators may write to the bot, from the registry of handlers."""

from django.utils.translation import override

from botcore import handlers
from botcore.registry import Feature, Registry
from tools.reference.markdown import code, page, table

INTRODUCTION = """Who has a higher role may do all that a lower one may. `/help` shows each person what they may use,
and `/help COMMAND` explains one; the setting `access.handlers` asks for a higher role than the code does."""


def text() -> str:
    """Make the page."""
    features = [feature for feature in Registry.discover(handlers).features if feature.command]
    features.sort(key=lambda feature: (feature.terms.role, feature.command))
    with override("en"):
        rows = [
            (code(_usage(feature)), feature.terms.role.label, _where(feature), str(feature.help))
            for feature in features
        ]
    return page("Commands in Telegram", INTRODUCTION, table(("command", "from role", "where", "what it does"), rows))


def _usage(feature: Feature) -> str:
    arguments = " ".join(argument.usage for argument in feature.terms.arguments or ())
    return f"/{feature.command} {arguments}".strip()


def _where(feature: Feature) -> str:
    words = ["private chats" if feature.private else "everywhere"]
    words += ["the sandbox only"] if feature.sandbox else []
    return ", ".join([*words, "in no menu"] if feature.hidden else words)
