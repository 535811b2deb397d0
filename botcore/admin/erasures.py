"""Admin page of erasures: who is to be forgotten, and the proof of who was; they are asked for on a person's page."""

from django.contrib import admin

from botcore.admin.base import KeptAdmin
from botcore.models import Erasure


@admin.register(Erasure)
class ErasureAdmin(KeptAdmin):
    """The proof is kept for good."""

    list_display = ("id", "person_id", "by", "asked_at", "finished_at", "step")
    search_fields = ("digest__exact",)
    search_help_text = "The whole digest of an id."
    exclude = ("marks",)
