"""What an owner does about an error from Telegram: mute it for an hour, resolve it, look at it."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.alerts.told import Told, told_of
from botcore.errors import services
from botcore.errors.lookup import merged_into
from botcore.errors.models import ErrorGroup
from botcore.exceptions import ValidationError
from botcore.validators import whole

MUTE = timedelta(hours=1)


def error_now(value: str) -> Told:
    """Return the error that a button means, as it is now; raise ValidationError for one that is gone."""
    return told_of(_found(value))


def mute_for_an_hour(value: str, *, by: str) -> Told:
    """Be silent about it for an hour."""
    services.mute(group_id=_found(value).pk, by=by, until=timezone.now() + MUTE)
    return error_now(value)


def resolve(value: str, *, by: str) -> Told:
    """Call it mended."""
    services.resolve(group_id=_found(value).pk, by=by)
    return error_now(value)


def _found(value: str) -> ErrorGroup:
    """Find the group, or the one that it was merged into."""
    pk = whole(value)
    found = ErrorGroup.objects.filter(pk=pk).first()
    if found is None and pk and (target := merged_into(pk)):
        found = ErrorGroup.objects.filter(pk=target).first()
    if found is None:
        raise ValidationError(_("This error is gone: somebody has deleted it."))
    return found
