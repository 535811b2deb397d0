"""Whom an operator means who gives something to somebody of the staff in Telegram: themselves, nobody, or a name."""

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from botcore.access.selectors import linked_account
from botcore.exceptions import ValidationError

NOBODY, ME = ("nobody", "none", "-"), ("me", "")


def account_meant(words: str, *, person_id: int) -> int | None:
    """Return the staff account that "me", or its name, means, None for "nobody"; `person_id` is who says so."""
    if words.lower() in NOBODY:
        return None
    name = words.removeprefix("@")
    if words.lower() in ME:
        name = linked_account(person_id)
        if not name:
            raise ValidationError(_("You have no staff account here yet: link one, or write whose it shall be."))
    model = get_user_model()
    found = model.objects.filter(**{f"{model.USERNAME_FIELD}__iexact": name}, is_staff=True, is_active=True).first()
    if found is None:
        raise ValidationError(_("Nobody on the staff has this name: %(name)s.") % {"name": name[:32]})
    return int(found.pk)
