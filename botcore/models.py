"""Gathers the rooms' models, where Django looks for them."""

from botcore.feedback.models import Feedback
from botcore.inbox.models import Lane, State, Update
from botcore.monitoring.models import Heartbeat, UpdateCount
from botcore.people.models import Chat, User

__all__ = ["Chat", "Feedback", "Heartbeat", "Lane", "State", "Update", "UpdateCount", "User"]
