"""Admin pages of people and chats; only what a person may choose can be changed for them."""

from datetime import timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from botcore.access import services
from botcore.admin.base import BigTableAdmin, HistoryAdmin, each
from botcore.models import (
    ActivityMark,
    AnswerDay,
    Chat,
    ChatAlias,
    CohortWeek,
    EarlierName,
    Funnel,
    FunnelWeek,
    Keep,
    PeopleDay,
    PersonAttribute,
    PersonDay,
    PersonHandler,
    PersonNote,
    Segment,
    SourceCount,
    TagImport,
    User,
)


@admin.register(User)
class UserAdmin(BigTableAdmin):
    """Telegram accounts."""

    list_display = ("id", "name", "username", "language", "messages_on", "source", "last_seen")
    list_filter = ("messages_on",)
    search_fields = ("id__exact", "username__startswith")
    search_help_text = "A whole Telegram id, or the start of a username as it is written."
    search_order = ()
    ordering = ("-last_seen",)
    keyset = ("last_seen", "id")
    page = ("person", "pk")
    actions = ("mute", "lift")
    readonly_fields = (
        "id",
        "first_name",
        "last_name",
        "username",
        "telegram_language",
        "is_bot",
        "source",
        "first_seen",
        "last_seen",
    )

    @admin.action(description="Mute selected people for 1 day", permissions=["restrict"])
    def mute(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Do not serve them for a while."""
        by, until = request.user.get_username(), timezone.now() + timedelta(days=1)
        each(self, request, queryset, lambda pk: services.restrict(user_id=pk, kind=Keep.MUTED, by=by, until=until))

    @admin.action(description="Lift bans and mutes of selected people", permissions=["restrict"])
    def lift(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Serve them again."""
        by = request.user.get_username()
        each(self, request, queryset, lambda pk: services.lift(user_id=pk, by=by))

    def has_restrict_permission(self, request: HttpRequest) -> bool:
        """Say who may."""
        return request.user.has_perm("botcore.restrict_user")


@admin.register(Chat)
class ChatAdmin(HistoryAdmin):
    """Chats as Telegram last described them."""

    list_display = ("id", "type", "title", "username", "is_forum", "reach", "last_seen")
    list_filter = ("reach",)
    search_fields = ("id__exact",)
    search_help_text = "A whole chat id; groups begin with a minus."
    ordering = ("-last_seen",)
    keyset = ("last_seen", "id")
    page = ("chat", "pk")


@admin.register(ChatAlias)
class ChatAliasAdmin(HistoryAdmin):
    """Groups' ids from before they became supergroups."""

    list_display = ("old_id", "new_id", "at")
    keyset = ("old_id",)
    page = ("chat", "new_id")


@admin.register(EarlierName)
class EarlierNameAdmin(HistoryAdmin):
    """What people were called before."""

    list_display = ("id", "user_id", "first_name", "last_name", "username", "replaced_at")
    readonly_fields = ("user_id",)
    fields = list_display[1:]
    search_fields = ("user__id__exact",)
    search_help_text = "A person's whole Telegram id."
    page = ("person", "user_id")


@admin.register(PersonNote)
class PersonNoteAdmin(HistoryAdmin):
    """Notes on people, without their words: those are on the person's page, for who may read them."""

    list_display = ("id", "user_id", "by", "at")
    readonly_fields = ("user_id",)
    fields = list_display[1:]
    search_fields = ("user__id__exact",)
    search_help_text = "A person's whole Telegram id."
    page = ("person", "user_id")


@admin.register(PersonAttribute)
class PersonAttributeAdmin(HistoryAdmin):
    """Which attributes people have, without the values: those are on the person's page, for who may read them."""

    list_display = ("id", "user_id", "name")
    readonly_fields = ("user_id",)
    fields = list_display[1:]
    search_fields = ("user__id__exact",)
    search_help_text = "A person's whole Telegram id."
    page = ("person", "user_id")


@admin.register(PersonDay)
class PersonDayAdmin(HistoryAdmin):
    """Who wrote on which day."""

    list_display = ("id", "user", "day", "updates")
    list_select_related = ("user",)
    search_fields = ("user__id__exact",)
    search_help_text = "A person's whole Telegram id."


@admin.register(Segment)
class SegmentAdmin(HistoryAdmin):
    """Conditions on people under a name."""

    list_display = ("name", "by", "at")
    fields = ("name", "conditions", "by", "at")
    keyset = ()
    ordering = ("name",)
    page = ("segment", "pk")


@admin.register(TagImport)
class TagImportAdmin(HistoryAdmin):
    """Files of tags that wait for their yes."""

    list_display = ("id", "account", "at")
    fields = list_display[1:]
    list_select_related = ("account",)


@admin.register(PeopleDay)
class PeopleDayAdmin(HistoryAdmin):
    """What a day comes to."""

    list_display = ("day", "new", "active", "week_active", "month_active", "is_stale", "is_week_stale", "is_span_stale")
    keyset = ()


@admin.register(CohortWeek)
class CohortWeekAdmin(HistoryAdmin):
    """What the people of a week did in another."""

    list_display = ("id", "cohort", "week", "people")


@admin.register(ActivityMark)
class ActivityMarkAdmin(HistoryAdmin):
    """How far activity is counted."""

    list_display = ("id", "last_update")


@admin.register(PersonHandler)
class PersonHandlerAdmin(HistoryAdmin):
    """Who came to which handler."""

    list_display = ("id", "user", "handler", "first_at", "last_at", "count")
    list_select_related = ("user",)
    search_fields = ("user__id__exact",)
    search_help_text = "A person's whole Telegram id."


@admin.register(SourceCount)
class SourceCountAdmin(HistoryAdmin):
    """How many people links have brought."""

    list_display = ("source", "people", "active", "last_at")
    keyset = ()


@admin.register(Funnel)
class FunnelAdmin(HistoryAdmin):
    """Funnels; they are made and removed on their page."""

    list_display = ("id", "name", "steps", "days", "created_at", "counted_at")


@admin.register(FunnelWeek)
class FunnelWeekAdmin(HistoryAdmin):
    """How far the people of a week came."""

    list_display = ("id", "funnel", "week", "reached")
    list_select_related = ("funnel",)


@admin.register(AnswerDay)
class AnswerDayAdmin(HistoryAdmin):
    """How long people waited for operators."""

    list_display = ("day", "asked", "answered", "half_seconds", "most_seconds")
    keyset = ()
