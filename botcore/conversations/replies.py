"""Quick replies: texts that operators send often, with variables such as {first_name} for what a person is called."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore import sql
from botcore.audit.services import record
from botcore.conversations.models import NAME_LENGTH, TEXT_LENGTH, WHO_LENGTH, QuickReply
from botcore.exceptions import ValidationError
from botcore.outbox import checks
from botcore.people.models import User
from botcore.texts.escaping import escape_html, escape_markdown
from botcore.texts.markup import HTML, MARKDOWN
from botcore.validators import closest, one_of, storable, text

MOST = 200
FORMATS = ("", HTML, MARKDOWN)
ESCAPES: Mapping[str, Callable[[object], str]] = {"": str, HTML: escape_html, MARKDOWN: escape_markdown}
VARIABLES = ("first_name", "last_name", "name", "username", "id", "operator")
_VARIABLE = re.compile(r"\{([a-z_]{1,40})\}")


@dataclass(frozen=True)
class Reply:
    """A quick reply as pages show it."""

    id: int
    name: str
    text: str
    parse_mode: str


def replies() -> list[Reply]:
    """Return all of them, by name."""
    found = QuickReply.objects.order_by("name").values_list("pk", "name", "text", "parse_mode")
    return [Reply(*facts) for facts in found[:MOST]]


def filled(*, pk: int, user_id: int, operator: str) -> Reply:
    """Return a quick reply with the variables filled in for a person; raise ValidationError where that cannot be."""
    row, person = QuickReply.objects.filter(pk=pk).first(), User.objects.filter(pk=user_id).first()
    if row is None or person is None:
        raise ValidationError(_("This quick reply is no longer there."))
    known = {name: str(getattr(person, name)) for name in VARIABLES if name != "operator"}
    return Reply(row.pk, row.name, _fill(row.text, row.parse_mode, {**known, "operator": operator}), row.parse_mode)


@transaction.atomic
def save(*, name: str, words: str, parse_mode: str, by: str, pk: int | None = None) -> int:
    """Keep a new quick reply, or change one; return it. A name that is taken or a variable that is none is refused."""
    facts = {"name": text(name, most=NAME_LENGTH, lines=False), "text": text(words, most=TEXT_LENGTH)}
    facts["parse_mode"] = one_of(parse_mode, FORMATS)
    _check(facts["text"], facts["parse_mode"])
    sql.one_at_a_time("quick replies")
    if QuickReply.objects.filter(name=facts["name"]).exclude(pk=pk or 0).exists():
        raise ValidationError(_("There is a quick reply of that name."))
    row = QuickReply.objects.select_for_update().filter(pk=pk).first() if pk else _new()
    if row is None:
        raise ValidationError(_("This quick reply is no longer there."))
    before = _facts(row) if row.pk else None
    if before == facts:
        return row.pk
    for column, fact in {**facts, "by": storable(by)[:WHO_LENGTH], "at": timezone.now()}.items():
        setattr(row, column, fact)
    row.save()
    record("conversations.quick_reply", f"quick_reply:{row.pk}", before=before, after=facts, by=by)
    return row.pk


@transaction.atomic
def delete(*, pk: int, by: str) -> bool:
    """Take one away; False when it is gone."""
    row = QuickReply.objects.select_for_update().filter(pk=pk).first()
    if row is None:
        return False
    row.delete()
    record("conversations.quick_reply", f"quick_reply:{pk}", before=_facts(row), by=by)
    return True


def _new() -> QuickReply:
    if QuickReply.objects.count() >= MOST:
        raise ValidationError(_("There are at most %(most)s quick replies.") % {"most": MOST})
    return QuickReply()


def _facts(row: QuickReply) -> dict[str, str]:
    return {"name": row.name, "text": row.text, "parse_mode": row.parse_mode}


def _check(words: str, parse_mode: str) -> None:
    """Refuse a variable that does not exist, and formatting that Telegram would refuse."""
    for name in _VARIABLE.findall(words):
        if name not in VARIABLES:
            guess, known = closest(name, VARIABLES), ", ".join(f"{{{one}}}" for one in VARIABLES)
            if guess:
                said = _("There is no {%(name)s}: did you mean {%(guess)s}? These exist: %(known)s.")
            else:
                said = _("There is no {%(name)s}. These exist: %(known)s.")
            raise ValidationError(said % {"name": name, "guess": guess, "known": known})
    checks.text(_fill(words, parse_mode, dict.fromkeys(VARIABLES, "x")), parse_mode)


def _fill(words: str, parse_mode: str, known: Mapping[str, str]) -> str:
    def put(found: re.Match[str]) -> str:
        if found[1] in known and not known[found[1]]:
            raise ValidationError(_("This person has no %(name)s: write it yourself.") % {"name": found[1]})
        return ESCAPES[parse_mode](known[found[1]]) if found[1] in known else found[0]

    return _VARIABLE.sub(put, words)
