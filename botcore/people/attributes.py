"""Attributes of people: what operators and handlers know of somebody, such as plan: pro.

What an operator sets has its audit, with the name and not the value: not everybody who reads the audit may read that.
A handler sets what follows from what the person did, and leaves none.
"""

import re

from django.db import transaction
from django.utils.translation import gettext as _

from botcore.audit.services import record
from botcore.exceptions import ValidationError
from botcore.people.models import PersonAttribute, User
from botcore.people.tags import folded
from botcore.people.time_zones import zone_name
from botcore.validators import text

LONGEST = 200  # UTF-16 units of a value
MOST = 50  # of one person
_NAME = re.compile(r"\w{1,32}")


def attribute_name(typed: str) -> str:
    """Return a name as it is kept: in lower case."""
    name = folded(typed)
    if not _NAME.fullmatch(name):
        raise ValidationError(_("An attribute's name is one word of 1 to 32 letters, digits and _, such as plan."))
    return name


@transaction.atomic
def put(*, user_id: int, name: str, value: str, by: str = "") -> bool:
    """Set an attribute of a person; return False when it is so already. `by` is an operator, "" a handler."""
    word, kept = attribute_name(name), text(value, most=LONGEST, lines=False)
    if word == PersonAttribute.TIME_ZONE:
        kept = zone_name(kept)
    if not User.objects.select_for_update(no_key=True).filter(pk=user_id).exists():
        raise ValidationError(_("The bot does not know this person any more."))
    known = attributes_of(user_id)
    if known.get(word) == kept:
        return False
    if word not in known and len(known) >= MOST:
        raise ValidationError(_("A person has at most %(most)s attributes.") % {"most": MOST})
    PersonAttribute.objects.update_or_create(user_id=user_id, name=word, defaults={"value": kept})
    if by:
        record("people.attribute", _target(user_id), after={"attribute": word}, by=by)
    return True


@transaction.atomic
def drop(*, user_id: int, name: str, by: str = "") -> bool:
    """Take an attribute away; return False when it is not there."""
    word = attribute_name(name)
    if not PersonAttribute.objects.filter(user_id=user_id, name=word).delete()[0]:
        return False
    if by:
        record("people.unattribute", _target(user_id), before={"attribute": word}, by=by)
    return True


def attributes_of(user_id: int) -> dict[str, str]:
    """Return a person's attributes, by the alphabet."""
    rows = PersonAttribute.objects.filter(user_id=user_id).order_by("name")
    return dict(rows.values_list("name", "value"))


def _target(user_id: int) -> str:
    return f"person:{user_id}"
