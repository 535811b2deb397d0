"""Reading access: the snapshot that processes hold, and lists for pages and commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.book import KeptOut, Snapshot
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, RoleGrant, StaffLink
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.exceptions import ValidationError
from botcore.paging import Keyset, Page, sliced
from botcore.people import selectors as people
from botcore.validators import chat_reference


@dataclass(frozen=True)
class Holder:
    """Somebody with a role, and its source: "settings", "account" (the linked staff account's groups) or "grant"."""

    user_id: int
    name: str
    role: Role
    source: str
    account: str
    by: str
    at: datetime | None


@dataclass(frozen=True)
class Restricted:
    """A ban or mute that holds."""

    user_id: int
    name: str
    kind: Keep
    until: datetime | None
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Target:
    """A person or group that may be put on the list."""

    chat_id: int
    name: str


@dataclass(frozen=True)
class Allowed:
    """A person or group on the list."""

    chat_id: int
    name: str
    by: str
    at: datetime


def version() -> int:
    """Return the number that grows with each change of access."""
    return AccessVersion.objects.values_list("number", flat=True).first() or 0


def snapshot() -> Snapshot:
    """Read all of it; the version first, so that a change meanwhile is found at the next look."""
    number = version()
    rows = _in_force().order_by("-kind")  # a ban last: it counts more than a mute
    kept = {
        user_id: KeptOut(pk, kind == Keep.BANNED, until, reason)
        for user_id, pk, kind, until, reason in rows.values_list("user_id", "pk", "kind", "until", "reason")
    }
    return Snapshot(number, roles(), kept, frozenset(AllowedChat.objects.values_list("chat_id", flat=True)))


def roles() -> dict[int, Role]:
    """Return who has which role, but for TELEGRAM_ADMIN_IDS."""
    granted = {user_id: Role(role) for user_id, role in RoleGrant.objects.values_list("user_id", "role")}
    return granted | {user_id: role for user_id, role in linked_roles().items() if role}


def holding(role: Role) -> tuple[int, ...]:
    """Return who has exactly this role."""
    held = roles() | dict.fromkeys(settings.TELEGRAM_ADMIN_IDS, Role.OWNER)
    return tuple(sorted(user_id for user_id, its in held.items() if its == role))


def linked_roles() -> dict[int, Role]:
    """Return the roles of Telegram accounts that are linked with an active staff account: its highest group's."""
    return {user_id: role for user_id, (role, _) in _linked().items()}


def _linked() -> dict[int, tuple[Role, str]]:
    """Return the same with the accounts' names."""
    found: dict[int, tuple[Role, str]] = {}
    rows = StaffLink.objects.filter(account__is_active=True, account__is_staff=True)
    columns = ("user_id", "account__groups__name", "account__is_superuser", "account__username")
    for user_id, group, superuser, name in rows.values_list(*columns):
        role = Role.OWNER if superuser else BY_NAME.get(group or "", Role.MEMBER)
        found[user_id] = (max(role, found[user_id][0]) if user_id in found else role, name)
    return found


def role_now(user_id: int) -> Role:
    """Return a role as the database has it now."""
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        return Role.OWNER
    return roles().get(user_id, Role.MEMBER)


def account_role(account_id: int) -> Role:
    """Return the role that a staff account's groups stand for; MEMBER for one without."""
    account = get_user_model().objects.filter(pk=account_id, is_active=True, is_staff=True).first()
    return group_role(account) if account else Role.MEMBER


def group_role(account: User) -> Role:
    """Return the same also of an account that is not active."""
    if account.is_superuser:
        return Role.OWNER
    return max((BY_NAME.get(group.name, Role.MEMBER) for group in account.groups.all()), default=Role.MEMBER)


def linked_account(user_id: int) -> str:
    """Return the name of the staff account that a Telegram account is linked with, "" for none."""
    link = StaffLink.objects.select_related("account").filter(user_id=user_id).first()
    return link.account.get_username() if link else ""


def linked_person(account_id: int) -> int | None:
    """Return the Telegram account that a staff account is linked with."""
    return StaffLink.objects.filter(account_id=account_id).values_list("user_id", flat=True).first()


def holders() -> list[Holder]:
    """List everybody with a role, the highest first."""
    grants = {row.user_id: row for row in RoleGrant.objects.all()}
    linked = {user_id: (role, name) for user_id, (role, name) in _linked().items() if role}
    accounts = {user_id: name for user_id, (_, name) in linked.items()}
    found = {user_id: Role(row.role) for user_id, row in grants.items()}
    found |= {user_id: role for user_id, (role, _) in linked.items()}
    found |= dict.fromkeys(settings.TELEGRAM_ADMIN_IDS, Role.OWNER)
    names = people.names(found)
    rows = [_holder(user_id, role, names, accounts, grants.get(user_id)) for user_id, role in found.items()]
    return sorted(rows, key=lambda row: (-row.role, row.name))


def holders_page(cursor: str = "", *, size: int = 50) -> Page[Holder]:
    """Return a page of them."""
    return sliced(holders(), cursor, size=size)


def holder(user_id: int) -> Holder | None:
    """Return the role of a person with where it comes from; None for one without."""
    return next((row for row in holders() if row.user_id == user_id), None)


def grantable(by_role: Role) -> list[Role]:
    """Return the roles that somebody with this one may give, the lowest first."""
    return [role for role in GRANTED if role < by_role or by_role == Role.OWNER]


def restriction_of(user_id: int) -> list[Restricted]:
    """Return the ban and mute of a person that hold, the ban first."""
    return _restricted(_in_force().filter(user_id=user_id).order_by("kind"))


def restrictions(cursor: str = "", *, size: int = 50) -> Page[Restricted]:
    """List bans and mutes that hold, newest first."""
    return Keyset(_in_force(), by=("id",), size=size).page(cursor).map(_restricted)


def allowed(cursor: str = "", *, size: int = 50) -> Page[Allowed]:
    """List the persons and groups on the list, by id."""

    def shown(rows: list[AllowedChat]) -> list[Allowed]:
        ids = [row.chat_id for row in rows]
        names = people.chat_titles(ids) | people.names(ids)
        return [Allowed(row.chat_id, names.get(row.chat_id, str(row.chat_id)), row.by, row.at) for row in rows]

    return Keyset(AllowedChat.objects.all(), by=("chat_id",), size=size).page(cursor).map(shown)


def target(typed: str) -> Target:
    """Return whom @name, a link or an id means; an id may be of somebody whom the bot has not met yet."""
    reference = chat_reference(typed)
    if reference.id is not None:
        return target_of(reference.id)
    person = people.find(None, reference.username)
    found = person.id if person else people.chat_named(reference.username)
    if found is None:
        raise ValidationError(_("The bot has met nobody and no group named %(who)s.") % {"who": reference})
    return target_of(found)


def target_of(chat_id: int) -> Target:
    """Return a person or group by the id that it has now."""
    if chat_id == 0:
        raise ValidationError(_("Write @name, t.me/name or an id such as 123456789."))
    newest = people.newest_id(chat_id)
    names = people.chat_titles([newest]) | people.names([newest])
    return Target(newest, names.get(newest, str(newest)))


def listed_count() -> tuple[int, int]:
    """Return how many people and how many groups are on the list."""
    persons = AllowedChat.objects.filter(chat_id__gt=0).count()
    return persons, AllowedChat.objects.count() - persons


def is_allowed(chat_id: int) -> bool:
    """Tell whether a person or group is on the list."""
    return AllowedChat.objects.filter(chat_id=chat_id).exists()


def _in_force() -> QuerySet[Restriction]:
    return Restriction.objects.filter(Q(until=None) | Q(until__gt=timezone.now()))


def _restricted(rows: Iterable[Restriction]) -> list[Restricted]:
    rows = list(rows)
    names = people.names(row.user_id for row in rows)
    return [
        Restricted(
            row.user_id, names.get(row.user_id, str(row.user_id)), Keep(row.kind), row.until, row.reason, row.by, row.at
        )
        for row in rows
    ]


def _holder(
    user_id: int, role: Role, names: dict[int, str], accounts: dict[int, str], grant: RoleGrant | None
) -> Holder:
    account = accounts.get(user_id, "")
    source = "settings" if user_id in settings.TELEGRAM_ADMIN_IDS else "account" if account else "grant"
    by, at = (grant.by, grant.at) if grant and source == "grant" else ("", None)
    return Holder(user_id, names.get(user_id, str(user_id)), role, source, account, by, at)
