"""Which texts the bot says, file by file, and how far each is translated: for the page Texts."""

import re
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from django.conf import settings

FOLDER = Path("templates/messages")
_PHRASES = re.compile(
    r'{%-?\s*translate\s+"([^"]+)"|{%-?\s*blocktranslate([^%]*)%}(.*?){%-?\s*(?:plural|endblocktranslate)', re.DOTALL
)
_VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")


class _Nothing(NullTranslations):
    """What a catalogue asks when it does not know a phrase."""

    def gettext(self, message: str) -> str:
        """Say that there is nothing."""
        return ""


@dataclass(frozen=True)
class MessageText:
    """A file of words. `phrases` are to be translated; `known` says by language how many of them are."""

    name: str
    file: str
    phrases: int
    known: dict[str, int]

    @property
    def is_whole(self) -> bool:
        """Tell whether every language knows all of it."""
        return all(count == self.phrases for count in self.known.values())


def message_texts() -> list[MessageText]:
    """Return all files by name, parts (_name) last."""
    folder = settings.BASE_DIR / FOLDER
    files = sorted((*folder.glob("*.html"), *folder.glob("*.md")), key=lambda path: (path.name[0] == "_", path.name))
    return [_text(path) for path in files]


def _text(path: Path) -> MessageText:
    phrases = _phrases(path.read_text(encoding="utf-8"))
    known = {}
    for language, _ in settings.LANGUAGES:
        is_own = language == settings.LANGUAGE_CODE  # phrases are written in it
        known[language] = len(phrases) if is_own else sum(bool(_catalogue(language).gettext(p)) for p in phrases)
    return MessageText(path.stem, f"{FOLDER}/{path.name}", len(phrases), known)


def _phrases(source: str) -> list[str]:
    found = []
    for simple, options, block in _PHRASES.findall(source):
        text = simple or block
        if "trimmed" in options:
            text = " ".join(line.strip() for line in text.strip().splitlines())
        found.append(_VARIABLE.sub(r"%(\1)s", text))
    return found


@lru_cache(maxsize=8)
def _catalogue(language: str) -> NullTranslations:
    """Read a language's catalogue; one that cannot be read knows nothing."""
    catalogue: NullTranslations
    try:
        with (settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
            catalogue = GNUTranslations(file)
    except OSError:
        return _Nothing()
    catalogue.add_fallback(_Nothing())
    return catalogue
