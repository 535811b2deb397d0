"""What an operator does about errors from Telegram: an id or code finds one, a word says which service of the panel."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botcore.access.whose import account_meant
from botcore.errors import selectors, services
from botcore.errors.lookup import by_words, merged_into
from botcore.errors.regroup import MOST_MERGED, split
from botcore.exceptions import ValidationError
from botcore.validators import choice, duration, integer, whole

EVER = ("ever", "forever")
DEFAULT_MUTE = "1h"


@dataclass(frozen=True, slots=True)
class Ordered:
    """What was typed behind a verb, and who did: a name for the history, and a Telegram id."""

    words: str
    by: str
    person_id: int


Act = Callable[[int, Ordered], bool]


def find(typed: str) -> int:
    """Return the id of the error that an id, a reference or a fingerprint means, also of one that was merged away."""
    if pk := whole(typed.removeprefix("#")):
        return _found(pk)
    found = by_words(typed)
    if found is None:
        raise unknown()
    return found.group_id


def _found(pk: int) -> int:
    target = pk if selectors.known([pk]) else merged_into(pk)
    if target is not None:
        return target
    if pk > selectors.newest_id():
        raise ValidationError(_("There is no error %(number)s.") % {"number": pk})
    raise gone()


def unknown() -> ValidationError:
    """Return the error to raise for words that mean no error."""
    return ValidationError(_("There is no such error: write its number, or the reference that a person was told."))


def gone() -> ValidationError:
    """Return the error to raise for one that is not there any more."""
    return ValidationError(_("This error is gone: somebody has deleted it."))


def decide(group_id: int, verb: str, words: str = "", *, by: str, person_id: int = 0) -> str:
    """Do what the verb says about an error; return what to say of it."""
    done, act = VERBS[choice(verb, VERBS)]
    if not act(group_id, Ordered(words.strip(), by, person_id)):
        return _("Nothing changed: it was so already.")
    return str(done)


def find_all(typed: str) -> list[int]:
    """Return the ids of errors whose ids or codes stand there, with spaces or commas between them; each once."""
    words = typed.replace(",", " ").split()
    if len(words) > MOST_MERGED:
        raise ValidationError(_("That is more than %(most)s errors at once.") % {"most": MOST_MERGED})
    return list(dict.fromkeys(find(word) for word in words))


def decide_all(
    group_ids: Iterable[int], verb: str, words: str = "", *, by: str, person_id: int = 0
) -> tuple[list[int], str]:
    """Do the same about several errors; return which changed, and what was done."""
    done, act = VERBS[choice(verb, VERBS)]
    ordered = Ordered(words.strip(), by, person_id)
    return [pk for pk in group_ids if act(pk, ordered)], str(done)


def split_off(group_id: int, fingerprint: str, *, by: str) -> int:
    """Make a part of an error one of its own; return its id. Raise ValidationError for what is no part of it."""
    mark = fingerprint.lower()
    if mark not in selectors.fingerprints_of(group_id):
        raise ValidationError(_("This error has no such part: /error shows its parts."))
    return split(fingerprint=mark, by=by)


def _acknowledge(pk: int, ordered: Ordered) -> bool:
    return services.acknowledge(group_id=pk, by=ordered.by)


def _resolve(pk: int, ordered: Ordered, *, in_next_release: bool = False) -> bool:
    return services.resolve(group_id=pk, by=ordered.by, in_next_release=in_next_release)


def _reopen(pk: int, ordered: Ordered) -> bool:
    return services.reopen(group_id=pk, by=ordered.by)


def _note(pk: int, ordered: Ordered) -> bool:
    return services.note(group_id=pk, by=ordered.by, text=ordered.words)


def _mute(pk: int, ordered: Ordered) -> bool:
    """Take "1h", "ever", or "100 in 1h"."""
    words = ordered.words.lower() or DEFAULT_MUTE
    if words in EVER:
        return services.mute(group_id=pk, by=ordered.by)
    limit, between, window = words.replace("/", " in ").partition(" in ")
    if between:
        seconds = int(duration(window).total_seconds())
        return services.mute(group_id=pk, by=ordered.by, limit=integer(limit, least=1), window_seconds=seconds)
    return services.mute(group_id=pk, by=ordered.by, until=_after(duration(words)))


def _after(length: timedelta) -> datetime:
    return timezone.now() + length


def _assign(pk: int, ordered: Ordered) -> bool:
    """Take "me", "nobody", or the name of a staff account."""
    account_id = account_meant(ordered.words, person_id=ordered.person_id)
    return services.assign(group_id=pk, by=ordered.by, user_id=account_id)


VERBS: Mapping[str, tuple[str | Promise, Act]] = {
    "acknowledge": (gettext_lazy("Acknowledged"), _acknowledge),
    "resolve": (gettext_lazy("Resolved"), _resolve),
    "next": (gettext_lazy("Resolved in the next release"), partial(_resolve, in_next_release=True)),
    "reopen": (gettext_lazy("Open again"), _reopen),
    "mute": (gettext_lazy("Muted: it is counted, and nobody is told"), _mute),
    "assign": (gettext_lazy("Given"), _assign),
    "note": (gettext_lazy("Noted"), _note),
}
