"""Tables of activity: who wrote on which day and used what, what days and weeks come to, how far the counting is."""

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


class PersonFeature(models.Model):
    """That an update of a person came to a handler, when it was handled first. It goes with the person."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False, related_name="features")
    handler = models.CharField(max_length=100)

    class Meta:
        """What a person has used, and all people who have used something."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "handler"], name="person_feature_once")]
        indexes: ClassVar = [models.Index(fields=["handler", "user"], name="person_feature_by_handler")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.handler}"


class PeopleDay(models.Model):
    """How many people came on a day (UTC), and how many of all wrote: numbers that name nobody, and stay."""

    day = models.DateField(primary_key=True)
    new = models.PositiveIntegerField(db_default=0, help_text="Seen for the first time.")
    active = models.PositiveIntegerField(null=True, help_text="Who wrote; empty: from before activity was counted.")
    is_stale = models.BooleanField(db_default=True, help_text="Its people are to be counted again.")
    is_week_stale = models.BooleanField(db_default=True, help_text="The cohorts of its week are.")

    class Meta:
        """The few that are to be counted again."""

        indexes: ClassVar = [
            models.Index(fields=["day"], condition=models.Q(is_stale=True), name="people_day_stale"),
            models.Index(fields=["day"], condition=models.Q(is_week_stale=True), name="people_week_stale"),
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


class ActivityMark(models.Model):
    """Up to which update something is counted, days or features: it moves in the transaction that counts."""

    last_update = models.BigIntegerField(help_text="The key of the last one.")

    def __str__(self) -> str:
        return f"up to update {self.last_update}"
