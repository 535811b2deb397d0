"""Tables of activity: who wrote when and came to what, what days, weeks, links and funnels come to; how far it is."""

from typing import ClassVar

from django.db import models

from botcore.people.models import User


class PersonDay(models.Model):
    """How many updates came from a person on a day (UTC). It goes with the person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="days")
    day = models.DateField()
    updates = models.PositiveIntegerField()

    class Meta:
        """A person's days, and all people of a day."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "day"], name="person_day_once")]
        indexes: ClassVar = [models.Index(fields=["day", "user"], name="person_day_by_day")]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}: {self.updates}"


class PeopleDay(models.Model):
    """How many people came on a day (UTC), and how many of all wrote: numbers that name nobody, and stay."""

    day = models.DateField(primary_key=True)
    new = models.PositiveIntegerField(db_default=0, help_text="Seen for the first time.")
    active = models.PositiveIntegerField(null=True, help_text="Who wrote; empty: from before activity was counted.")
    week_active = models.PositiveIntegerField(null=True, help_text="Who wrote on this day or one of the 6 before it.")
    month_active = models.PositiveIntegerField(null=True, help_text="Who wrote on this day or one of the 29 before it.")
    is_stale = models.BooleanField(db_default=True, help_text="Its people are to be counted again.")
    is_week_stale = models.BooleanField(db_default=True, help_text="The cohorts of its week are.")
    is_span_stale = models.BooleanField(db_default=True, help_text="Who wrote within a week and a month is.")

    class Meta:
        """The few that are to be counted again."""

        indexes: ClassVar = [
            models.Index(fields=["day"], condition=models.Q(is_stale=True), name="people_day_stale"),
            models.Index(fields=["day"], condition=models.Q(is_week_stale=True), name="people_week_stale"),
            models.Index(fields=["day"], condition=models.Q(is_span_stale=True), name="people_span_stale"),
        ]

    def __str__(self) -> str:
        return f"{self.day}: {self.new} new, {self.active} active"


class CohortWeek(models.Model):
    """Of the people who were first seen in one week, how many wrote in another."""

    cohort = models.DateField(help_text="The Monday of the week in which they were first seen.")
    week = models.DateField(help_text="The Monday of the week in which they wrote.")
    people = models.PositiveIntegerField()

    class Meta:
        """Once for each pair of weeks."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["cohort", "week"], name="cohort_week_once")]
        indexes: ClassVar = [models.Index(fields=["week"], name="cohort_week_by_week")]

    def __str__(self) -> str:
        return f"{self.cohort} in {self.week}: {self.people}"


class PersonHandler(models.Model):
    """When a person came to a handler first and last, and how often. It goes with the person, not with age."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="handlers")
    handler = models.CharField(max_length=100)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        """A person's handlers, and who came to one first in a while."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "handler"], name="person_handler_once")]
        indexes: ClassVar = [models.Index(fields=["handler", "first_at", "user"], name="person_handler_first")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.handler}: {self.count}"


class SourceCount(models.Model):
    """How many people a deep link has brought, and how many of them still write. Counted anew every hour."""

    source = models.CharField(max_length=64, primary_key=True)
    people = models.PositiveIntegerField()
    active = models.PositiveIntegerField(help_text="Who wrote in the last 30 days.")
    last_at = models.DateTimeField(help_text="When the last of them came.")

    def __str__(self) -> str:
        return f"{self.source}: {self.people}"


class Funnel(models.Model):
    """Handlers that people are expected to come to one after the other."""

    name = models.CharField(max_length=60, unique=True)
    steps = models.JSONField(help_text="The names of two to five handlers.")
    days = models.PositiveSmallIntegerField(help_text="From the first step to the last at most.")
    created_at = models.DateTimeField(auto_now_add=True)
    counted_at = models.DateTimeField(null=True, help_text="Empty: it is new.")

    def __str__(self) -> str:
        return self.name


class FunnelWeek(models.Model):
    """How far the people came who took a funnel's first step in one week."""

    funnel = models.ForeignKey(Funnel, on_delete=models.CASCADE, db_index=False, related_name="weeks")
    week = models.DateField(help_text="Its Monday.")
    reached = models.JSONField(help_text="People at each step.")

    class Meta:
        """Once for each week."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["funnel", "week"], name="funnel_week_once")]

    def __str__(self) -> str:
        return f"{self.funnel_id} in {self.week}: {self.reached}"


class AnswerDay(models.Model):
    """How long people waited for an operator's answer who wrote on a day (UTC)."""

    day = models.DateField(primary_key=True)
    asked = models.PositiveIntegerField(help_text="Messages to the operators.")
    answered = models.PositiveIntegerField()
    half_seconds = models.PositiveIntegerField(null=True, help_text="Half of the answered waited no longer.")
    most_seconds = models.PositiveIntegerField(null=True, help_text="Nine of ten of them waited no longer.")

    def __str__(self) -> str:
        return f"{self.day}: {self.answered} of {self.asked}"


class ActivityMark(models.Model):
    """Up to which update something is counted: 1 days, 2 handlers. It moves in the transaction that counts."""

    last_update = models.BigIntegerField(help_text="The key of the last one.")

    def __str__(self) -> str:
        return f"up to update {self.last_update}"
