"""Reading access: the snapshot that processes hold, and lists for pages and commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import DateTimeField, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from botcore.access.book import KeptOut, Snapshot
from botcore.access.held import Held, held
from botcore.access.models import AccessVersion, AllowedChat, Keep, Restriction, StaffLink
from botcore.access.roles import BY_NAME, GRANTED, Role
from botcore.conversations.models import Conversation
from botcore.exceptions import ValidationError
from botcore.paging import Keyset, Page, sliced
from botcore.people import selectors as people
from botcore.validators import chat_reference

LISTED = "listed"  # beside kinds of restrictions


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
    taken = Conversation.objects.filter(taken_until__gt=timezone.now()).values_list("person_id", "taken_until")
    allowed = frozenset(AllowedChat.objects.values_list("chat_id", flat=True))
    return Snapshot(number, roles(), kept, allowed, {chat: until for chat, until in taken if until})


def roles() -> dict[int, Role]:
    """Return who has which role, but for TELEGRAM_ADMIN_IDS."""
    return held().roles


def holding(role: Role) -> tuple[int, ...]:
    """Return who has exactly this role."""
    return tuple(sorted(user_id for user_id, its in held().all_roles.items() if its == role))


def linked_roles() -> dict[int, Role]:
    """Return the roles of Telegram accounts that are linked with an active staff account: its highest group's."""
    return {one.user_id: one.role for one in held().accounts.values() if one.user_id}


def role_now(user_id: int) -> Role:
    """Return a role as the database has it now."""
    if user_id in settings.TELEGRAM_ADMIN_IDS:
        return Role.OWNER
    return roles().get(user_id, Role.MEMBER)


def account_role(account_id: int) -> Role:
    """Return the role that a staff account's groups stand for; MEMBER for one without."""
    account = get_user_model().objects.filter(pk=account_id, is_active=True, is_staff=True).first()
    return group_role(account) if account else Role.MEMBER


def group_role(account: User | AnonymousUser) -> Role:
    """Return the same also of an account that is not active."""
    return role_of((group.name for group in account.groups.all()), is_owner=account.is_superuser)


def role_of(groups: Iterable[str], *, is_owner: bool) -> Role:
    """Return the role that groups stand for; superusers are owners, whatever their groups."""
    return Role.OWNER if is_owner else max((BY_NAME.get(name, Role.MEMBER) for name in groups), default=Role.MEMBER)


def linked_account(user_id: int) -> str:
    """Return the name of the staff account that a Telegram account is linked with, "" for none."""
    link = StaffLink.objects.select_related("account").filter(user_id=user_id).first()
    return link.account.get_username() if link else ""


def linked_account_id(user_id: int) -> int | None:
    """Return the staff account that a Telegram account is linked with, active or not."""
    return StaffLink.objects.filter(user_id=user_id).values_list("account_id", flat=True).first()


def linked_person(account_id: int) -> int | None:
    """Return the Telegram account that a staff account is linked with."""
    return StaffLink.objects.filter(account_id=account_id).values_list("user_id", flat=True).first()


def holders() -> list[Holder]:
    """List everybody with a role, the highest first."""
    found = held()
    return _holders(found, people.names(found.all_roles))


def _holders(found: Held, names: dict[int, str]) -> list[Holder]:
    rows = [_holder(found, user_id, names.get(user_id, "")) for user_id in found.all_roles]
    return sorted(rows, key=lambda row: (-row.role, row.name))


def holders_page(cursor: str = "", *, size: int = 50) -> Page[Holder]:
    """Return a page of them."""
    return sliced(holders(), cursor, size=size)


def holder(user_id: int, name: str, found: Held) -> Holder | None:
    """Return the role of a person, whose name is known, with where it comes from; None for one without."""
    return _holder(found, user_id, name) if user_id in found.all_roles else None


def grantable(by_role: Role) -> list[Role]:
    """Return the roles that somebody with this one may give, the lowest first."""
    return [role for role in GRANTED if role < by_role or by_role == Role.OWNER]


def restriction_of(user_id: int, name: str = "") -> list[Restricted]:
    """Return the ban and mute of a person that hold, the ban first; the name is the caller's."""
    return [_restricted(row, name) for row in _in_force().filter(user_id=user_id).order_by("kind")]


@dataclass(frozen=True)
class Lists:
    """A page of each: who has a role, who is kept out, who is let in."""

    holders: Page[Holder]
    restrictions: Page[Restricted]
    allowed: Page[Allowed]


def lists(*, holding: str = "", kept_out: str = "", let_in: str = "", size: int = 50) -> Lists:
    """Return the pages that three cursors name; the names of all of them are read at once."""
    found, kept = held(), Keyset(_in_force(), by=("id",), size=size).page(kept_out)
    let = _let_in(let_in, size)
    ids = (*found.all_roles, *(row.user_id for row in kept.rows), *(row.chat_id for row in let.rows))
    names = people.called(ids)
    return Lists(
        sliced(_holders(found, names), holding, size=size),
        kept.map(lambda rows: [_restricted(row, names.get(row.user_id, "")) for row in rows]),
        let.map(lambda rows: _allowed(rows, names)),
    )


def standing(user_id: int, name: str) -> tuple[list[Restricted], bool]:
    """Return a person's ban and mute that hold, and whether they are on the list, in one statement."""
    kept = _in_force().filter(user_id=user_id).order_by().values_list("kind", "until", "reason", "by", "at")
    nothing = (Value(LISTED), Value(None, DateTimeField()), Value(""))
    listed = AllowedChat.objects.filter(chat_id=user_id).order_by().values_list(*nothing, "by", "at")
    rows: list[tuple[Any, ...]] = sorted(kept.union(listed, all=True), key=lambda row: str(row[0]))
    found = [Restricted(user_id, name, Keep(kind), *facts) for kind, *facts in rows if kind != LISTED]
    return found, len(found) < len(rows)


def term(user_id: int, kind: Keep) -> datetime | None:
    """Return when a person's restriction ends, that of this kind first; raise ValidationError when none holds."""
    found = dict(_in_force().filter(user_id=user_id).values_list("kind", "until"))
    if not found:
        raise ValidationError(_("It has ended already: choose for how long."))
    return found[kind] if kind in found else next(iter(found.values()))


def allowed(cursor: str = "", *, size: int = 50) -> Page[Allowed]:
    """List the persons and groups on the list, by id."""
    page = _let_in(cursor, size)
    return page.map(lambda rows: _allowed(rows, people.called(row.chat_id for row in rows)))


def _let_in(cursor: str, size: int) -> Page[AllowedChat]:
    return Keyset(AllowedChat.objects.all(), by=("chat_id",), size=size).page(cursor)


def _allowed(rows: list[AllowedChat], names: dict[int, str]) -> list[Allowed]:
    return [Allowed(row.chat_id, names.get(row.chat_id, str(row.chat_id)), row.by, row.at) for row in rows]


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
    names = people.called([newest])
    return Target(newest, names.get(newest, str(newest)))


def listed_count() -> tuple[int, int]:
    """Return how many people and how many groups are on the list."""
    persons = AllowedChat.objects.filter(chat_id__gt=0).count()
    return persons, AllowedChat.objects.count() - persons


def _in_force() -> QuerySet[Restriction]:
    return Restriction.objects.filter(Q(until=None) | Q(until__gt=timezone.now()))


def _restricted(row: Restriction, name: str) -> Restricted:
    return Restricted(row.user_id, name or str(row.user_id), Keep(row.kind), row.until, row.reason, row.by, row.at)


def _holder(found: Held, user_id: int, name: str) -> Holder:
    account, grant = found.linked.get(user_id), found.grants.get(user_id)
    source = "settings" if user_id in settings.TELEGRAM_ADMIN_IDS else "account" if account else "grant"
    by, at = (grant.by, grant.at) if grant and source == "grant" else ("", None)
    role = found.all_roles[user_id]
    return Holder(user_id, name or str(user_id), role, source, account.name if account else "", by, at)
