"""The groups of staff accounts, one for each role, with what the role may do on the pages and in Django's admin.

And one for who only looks: `viewer` is no role, it counts on the pages alone, and reads nothing that people wrote.

`migrate` makes them (apps.py). What somebody changes in them by hand stays: only a new group gets its permissions, and
only a permission that the same `migrate` has made is added to groups that are there.
"""

from collections.abc import Set as AbstractSet

from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.db.models import QuerySet

from botcore.access.roles import GRANTED, Role

# What a role may do beyond the one below it, as permissions of this app; those of admins and owners: see permissions().
OWN: dict[Role, frozenset[str]] = {
    Role.SUPPORT: frozenset(
        {
            "view_user",
            "view_chat",
            "view_feedback",
            "change_feedback",
            "view_update",
            "view_outgoingmessage",
            "view_event",
            "view_heartbeat",
            "view_conversation",
            "change_conversation",
            "view_quickreply",
            "add_outgoingmessage",
            "read_messages",
        }
    ),
    Role.MODERATOR: frozenset(
        {
            "restrict_user",
            "allow_chat",
            "change_user",
            "change_quickreply",
            "resend_outgoingmessage",
            "amend_outgoingmessage",
            "view_errorgroup",
            "view_broadcast",
            "view_restriction",
        }
    ),
}
OWNERS_ONLY = frozenset({"restart_bot", "manage_accounts"})
VIEWER = "viewer"
LOOKS = frozenset(
    {
        "view_user",
        "view_chat",
        "view_feedback",
        "view_conversation",
        "view_update",
        "view_outgoingmessage",
        "view_event",
        "view_heartbeat",
        "view_broadcast",
        "view_alert",
        "view_job",
    }
)
# Rows that say who may do what are changed by services, which ask who may change whom, and write the audit.
BY_SERVICES_ONLY = (
    "rolegrant",
    "stafflink",
    "onetimecode",
    "confirmation",
    "accessversion",
    "auditentry",
    "accountsession",
    "erasure",
)
BY_HAND = ("add", "change", "delete")


def name_of(role: Role) -> str:
    """Return the name of a role's group."""
    return role.name.lower()


def permissions(role: Role) -> QuerySet[Permission]:
    """Return what a role may do: admins everything of this app but what is for owners, who manage accounts, too."""
    ours = Permission.objects.filter(content_type__app_label="botcore")
    if role >= Role.ADMIN:
        kept = [f"{act}_{model}" for act in BY_HAND for model in BY_SERVICES_ONLY]
        found = ours.exclude(codename__in=kept if role == Role.OWNER else [*kept, *OWNERS_ONLY])
        accounts = Permission.objects.filter(content_type__app_label="auth", content_type__model__in=["user", "group"])
        return found | accounts if role == Role.OWNER else found
    return ours.filter(codename__in=frozenset().union(*(names for least, names in OWN.items() if least <= role)))


def looks() -> QuerySet[Permission]:
    """Return what a viewer may do."""
    return Permission.objects.filter(content_type__app_label="botcore", codename__in=LOOKS)


def known() -> frozenset[int]:
    """Return the permissions that there are; none in a database without tables."""
    return frozenset(Permission.objects.values_list("pk", flat=True)) if _has_tables() else frozenset()


@transaction.atomic
def make(*, before: AbstractSet[int] | None = None) -> None:
    """Make the groups that are missing, and give to all what is not among the permissions of before; None: nothing."""
    if not _has_tables():
        return
    for name, given in [*((name_of(role), permissions(role)) for role in GRANTED), (VIEWER, looks())]:
        group = _group(name, given)
        if before is not None:
            group.permissions.add(*given.exclude(pk__in=before))


def group_of(role: Role) -> Group:
    """Return a role's group; who has deleted it gets a new one."""
    return _group(name_of(role), permissions(role))


def _group(name: str, given: QuerySet[Permission]) -> Group:
    group, is_new = Group.objects.get_or_create(name=name)
    if is_new:
        group.permissions.set(given)
    return group


def _has_tables() -> bool:
    """Tell whether there are accounts; before the first `migrate`, and after `migrate auth zero`, there are not."""
    return Group._meta.db_table in connection.introspection.table_names()
