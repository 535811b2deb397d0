"""Gathers the rooms' models, where Django looks for them."""

from botcore.feedback.models import Feedback
from botcore.inbox.models import FailedAttempt, Lane, OnceKey, State, Update
from botcore.monitoring.models import Event, Heartbeat, Level, UpdateCount
from botcore.outbox.models import CallbackData, OutboxLane, OutboxWake, OutgoingMessage, OutgoingState, Priority
from botcore.people.models import Chat, ChatAlias, Reach, User
from botcore.persistence.models import PersistentData
from botcore.runtime.models import BotFacts, CallBudget, Lease, UploadedFile, Webhook

__all__ = [
    "BotFacts",
    "CallBudget",
    "CallbackData",
    "Chat",
    "ChatAlias",
    "Event",
    "FailedAttempt",
    "Feedback",
    "Heartbeat",
    "Lane",
    "Lease",
    "Level",
    "OnceKey",
    "OutboxLane",
    "OutboxWake",
    "OutgoingMessage",
    "OutgoingState",
    "PersistentData",
    "Priority",
    "Reach",
    "State",
    "Update",
    "UpdateCount",
    "UploadedFile",
    "User",
    "Webhook",
]
