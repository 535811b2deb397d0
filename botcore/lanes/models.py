"""The columns that every table of lanes has: who works on a lane and until when, and whether it has work."""

from django.db import models


class LaneColumns(models.Model):
    """A lane without its key, which each room adds."""

    bot_id = models.BigIntegerField()
    seq = models.BigIntegerField(db_default=0, help_text="Grows with each arrival; a release compares it.")
    ready_at = models.DateTimeField(null=True, help_text="Since when there is work; empty when idle.")
    not_before = models.DateTimeField(null=True, help_text="Back-off: not to be claimed earlier.")
    lease_until = models.DateTimeField(null=True)
    owner = models.CharField(max_length=120, blank=True, db_default="", help_text="The claim that holds the lease.")
    crashes = models.PositiveSmallIntegerField(
        db_default=0, help_text="How often in a row a worker ended while it held this lane."
    )

    class Meta:
        """Not a table itself."""

        abstract = True
