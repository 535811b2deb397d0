"""Gathers the rooms' models, where Django looks for them."""

from botcore.feedback.models import Feedback
from botcore.inbox.models import FailedAttempt, Lane, OnceKey, State, Update
from botcore.monitoring.models import Event, Heartbeat, Level, UpdateCount
from botcore.people.models import Chat, User
from botcore.persistence.models import PersistentData
from botcore.runtime.models import Lease, Webhook

__all__ = [
    "Chat",
    "Event",
    "FailedAttempt",
    "Feedback",
    "Heartbeat",
    "Lane",
    "Lease",
    "Level",
    "OnceKey",
    "PersistentData",
    "State",
    "Update",
    "UpdateCount",
    "User",
    "Webhook",
]
