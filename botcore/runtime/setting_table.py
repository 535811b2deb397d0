"""Every setting that operators change while everything runs, but levels of loggers. docs/settings.md has this table."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from botcore.access.roles import BY_NAME
from botcore.exceptions import ValidationError
from botcore.retention import kept
from botcore.runtime.setting_base import Setting
from botcore.runtime.setting_kinds import Choice, Duration, Group, Map, OnOff, Whole
from botcore.runtime.setting_times import Hours, Zone, Zones
from botcore.validators import closest

EMPTY: Mapping[str, str] = MappingProxyType({})
MOST_LANGUAGES = 200  # names
MOST_HANDLERS = 100  # names: what the audit keeps of a change is bounded


def _days(n: int) -> str:
    return ngettext("%(n)s day", "%(n)s days", n) % {"n": n}


def _minutes(n: int) -> str:
    return ngettext("%(n)s minute", "%(n)s minutes", n) % {"n": n}


def _hours(n: int) -> str:
    return ngettext("%(n)s hour", "%(n)s hours", n) % {"n": n}


def _messages(n: int) -> str:
    return ngettext("%(n)s message", "%(n)s messages", n) % {"n": n}


DECLARED: tuple[Setting, ...] = (
    Choice(
        "access.people",
        _("Whom the bot serves: everyone, or only people on the list"),
        "everyone",
        choices=("everyone", "listed"),
    ),
    Choice(
        "access.groups",
        _("In which groups the bot answers: everywhere, only in those on the list, or nowhere"),
        "everywhere",
        choices=("everywhere", "listed", "nowhere"),
    ),
    Map(
        "access.handlers",
        _("Handlers that need a higher role than they declare, each with that role"),
        EMPTY,
        most=MOST_HANDLERS,
        choices=tuple(BY_NAME),
    ),
    OnOff(
        "maintenance",
        _("Members are told that the bot is being worked on; people with a role are served"),
        False,
    ),
    OnOff(
        "throttle.enabled",
        _("People and chats that write too fast are held back"),
        environment="BOT_THROTTLE",
    ),
    Whole(
        "throttle.person_per_minute",
        _("How many updates a minute one person may send"),
        60,
        least=1,
        most=6000,
    ),
    Whole(
        "throttle.person_burst",
        _("How many updates of one person may come at once"),
        20,
        least=1,
        most=1000,
    ),
    Whole(
        "throttle.chat_per_minute",
        _("How many updates a minute may come from one chat"),
        240,
        least=1,
        most=60_000,
    ),
    Whole(
        "throttle.chat_burst",
        _("How many updates of one chat may come at once"),
        60,
        least=1,
        most=10_000,
    ),
    Whole(
        "throttle.mute_after",
        _("After how many refused updates in a row a person is muted for a while"),
        50,
        least=1,
        most=10_000,
        zero=_("never"),
    ),
    Duration(
        "throttle.mute_for",
        _("For how long such a person is muted"),
        timedelta(minutes=10),
        least=timedelta(minutes=1),
        most=timedelta(days=30),
    ),
    Whole(
        "conversations.takeover_hours",
        _("For how long the bot is silent in a chat that an operator takes over, unless it is handed back"),
        4,
        least=1,
        most=720,
        unit=_hours,
    ),
    OnOff(
        "conversations.takeover_on_reply",
        _("Who answers in the inbox or in the operators' group takes the chat over from the bot"),
        False,
    ),
    Group(
        "conversations.group",
        _("The operators' group, to which messages that wait for an answer are brought; /operators sets it there"),
        0,
    ),
    Whole(
        "alerts.cooldown",
        _("For how long an error that was told of is not told of again"),
        environment="ALERT_COOLDOWN_MINUTES",
        least=0,
        most=10_080,
        unit=_minutes,
    ),
    Whole(
        "alerts.cap",
        _("How many alerts go out within 10 minutes; the rest become one digest"),
        environment="ALERT_CAP",
        least=1,
        most=1000,
    ),
    Whole(
        "texts.pieces",
        _("How many messages a long text may become; a longer one is sent as a file"),
        environment="BOT_TEXT_PIECES",
        least=1,
        most=20,
        unit=_messages,
    ),
    Whole(
        "buttons.days",
        _("For how long a new button with long data works"),
        environment="CALLBACK_DATA_DAYS",
        least=1,
        most=365,
        unit=_days,
    ),
    Hours(
        "broadcasts.quiet_hours",
        _("At which hours of the day nobody gets a broadcast; what waits is sent when they are over"),
        "",
    ),
    Zone(
        "broadcasts.zone",
        _("The time zone of people whose own is not known, and of times for broadcasts that are written in a chat"),
        "UTC",
    ),
    Zones(
        "broadcasts.zones",
        _("Guesses: in which time zone people with a language are, unless their own is known"),
        EMPTY,
        most=MOST_LANGUAGES,
    ),
    Whole(
        "broadcasts.paid_per_second",
        _("How many messages a second the bot sends of those that it pays Stars for"),
        environment="BOT_PAID_MESSAGES_PER_SECOND",
        least=1,
        most=1000,
        zero=_("nothing is paid for"),
        unit=_messages,
        needs_restart=True,
    ),
    Whole(
        "broadcasts.canary_percent",
        _("How many of a hundred people get a broadcast first; the rest wait until it is known how that went"),
        1,
        least=1,
        most=50,
        zero=_("all at once"),
    ),
    Whole(
        "broadcasts.canary_least",
        _("How many people are first at least"),
        100,
        least=1,
        most=100_000,
    ),
    Whole(
        "broadcasts.canary_bound",
        _("A broadcast pauses by itself when of a hundred first ones more than so many failed or were blocked"),
        50,
        least=1,
        most=100,
    ),
    *(
        Whole(
            f"{kept.SETTING}{name}",
            kind.words,
            kind.days,
            least=kind.least,
            most=kept.MOST_DAYS,
            zero=_("for ever"),
            unit=_days,
            broken=0,  # what is deleted does not come back
        )
        for name, kind in kept.KEPT.items()
    ),
)
SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.name: setting for setting in DECLARED})


def declared(name: str) -> Setting:
    """Return a setting by the name that a person typed; raise ValidationError when there is none."""
    if found := SETTINGS.get(name.strip().lower()):
        return found
    words = {"name": name.strip()[:40], "guess": closest(name, SETTINGS)}
    if words["guess"]:
        raise ValidationError(gettext("There is no setting %(name)s: did you mean %(guess)s?") % words)
    raise ValidationError(gettext("There is no setting %(name)s.") % words)
