"""People, updates and visitors for the tests of pages."""

import itertools
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.contrib.auth.models import User as Login
from django.test import TestCase, override_settings
from django.utils import timezone

from botcore.models import (
    Chat,
    Event,
    FailedAttempt,
    Feedback,
    Heartbeat,
    Level,
    OutgoingMessage,
    OutgoingState,
    State,
    Update,
    UpdateCount,
    User,
    Webhook,
)

numbers = itertools.count(1)


# Static files as they lie in the source: the tests need no `collectstatic`. A quick hash for passwords.
for_pages = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    STATIC_ROOT=settings.BASE_DIR / "dashboard" / "static",
    STORAGES={
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    },
)


@for_pages
class PageTestCase(TestCase):
    """Pages seen by Alice, a superuser."""

    def setUp(self) -> None:
        """Log Alice in."""
        self.alice = Login.objects.create_superuser("alice", password="alice-password")
        self.client.force_login(self.alice)

    def poll(self, address: str, **extra: Any) -> Any:
        """Ask for a fragment as an open page does."""
        return self.client.get(address, headers={"HX-Request": "true"}, **extra)

    def text(self, address: str, status: int = 200) -> str:
        """Return a page's source."""
        response = self.client.get(address)
        self.assertEqual(response.status_code, status, address)
        return str(response.content.decode())


def main_of(page: str) -> str:
    """Return a page without its frame."""
    return page.partition("<main")[2].partition("</main>")[0]


def staff(name: str, *permissions: str) -> Login:
    """Create a staff account with some of the app's permissions."""
    account = Login.objects.create_user(name, password=f"{name}-password", is_staff=True)
    account.user_permissions.set(Permission.objects.filter(content_type__app_label="botcore", codename__in=permissions))
    return account


def person(user_id: int, first_name: str, *, minutes_ago: int = 0, **facts: Any) -> User:
    """Create a person whose last message came some minutes ago."""
    seen = timezone.now() - timedelta(minutes=minutes_ago)
    return User.objects.create(id=user_id, first_name=first_name, **{"first_seen": seen, "last_seen": seen, **facts})


def private(user: User, **facts: Any) -> Chat:
    """Create a person's chat with the bot."""
    seen = {"first_seen": user.first_seen, "last_seen": user.last_seen}
    return Chat.objects.create(**{"id": user.id, "type": "private", "title": user.name, **seen, **facts})


def group(chat_id: int, title: str) -> Chat:
    """Create a group."""
    now = timezone.now()
    return Chat.objects.create(id=chat_id, type="supergroup", title=title, first_seen=now, last_seen=now)


def update(
    state: State = State.DONE, *, user_id: int | None = 1, received_at: datetime | None = None, **facts: Any
) -> Update:
    """Create an update, handled in 250 ms unless it is pending."""
    received_at = received_at or timezone.now()
    return Update.objects.create(
        **{
            "bot_id": 1,
            "update_id": next(numbers),
            "lane_key": user_id or 0,
            "kind": "message",
            "chat_id": user_id,
            "user_id": user_id,
            "raw": "{}",
            "state": state,
            "received_at": received_at,
            "finished_at": None if state == State.PENDING else received_at + timedelta(milliseconds=250),
            **facts,
        }
    )


def outgoing(state: OutgoingState = OutgoingState.SENT, *, chat_id: int = 1, **facts: Any) -> OutgoingMessage:
    """Create a message of the bot, sent in 90 ms unless it has not come so far."""
    now = facts.get("created_at") or timezone.now()
    is_over = state in {OutgoingState.SENT, OutgoingState.FAILED, OutgoingState.UNCERTAIN}
    return OutgoingMessage.objects.create(
        **{
            "bot_id": 1,
            "chat_id": chat_id,
            "method": "sendMessage",
            "payload": json.dumps({"text": "Hello"}),
            "state": state,
            "attempts": int(is_over),
            "due_at": now,
            "created_at": now,
            "started_at": now if is_over else None,
            "finished_at": now + timedelta(milliseconds=90) if is_over else None,
            **facts,
        }
    )


def failed_attempt(row: Update, number: int, *, minutes_ago: int = 5, **facts: Any) -> FailedAttempt:
    """Note an attempt of two seconds that failed."""
    start = timezone.now() - timedelta(minutes=minutes_ago)
    return FailedAttempt.objects.create(
        **{
            "update": row,
            "number": number,
            "handler": "start.start",
            "error": "KeyError: 'x'",
            "error_group": "ab12",
            "started_at": start,
            "ended_at": start + timedelta(seconds=2),
            **facts,
        }
    )


def event(text: str, level: Level = Level.INFO, **facts: Any) -> Event:
    """Note that something happened to the bot."""
    facts = {"key": uuid.uuid4(), "at": timezone.now(), "kind": "outage", "process": "", **facts}
    return Event.objects.create(text=text, level=level, **facts)


def message(sender: User, text: str, **facts: Any) -> Feedback:
    """Create a message to the operators."""
    return Feedback.objects.create(
        **{
            "update_pk": next(numbers),
            "chat_id": sender.id,
            "message_id": next(numbers),
            "user": sender,
            "kind": "text",
            "text": text,
            "sent_at": timezone.now(),
            "acknowledged": True,
            **facts,
        }
    )


def arrivals(minutes_ago: int, count: int, state: str = "received") -> UpdateCount:
    """Count updates of one minute in the rollup."""
    minute = (timezone.now() - timedelta(minutes=minutes_ago)).replace(second=0, microsecond=0)
    handler = "" if state == "received" else "start"
    return UpdateCount.objects.create(
        minute=minute, kind="message", handler=handler, state=state, count=count, seconds=0
    )


def heartbeat(process: str = "web-1:42", *, seconds_ago: float = 1, **facts: Any) -> Heartbeat:
    """Create a process that reported some seconds ago."""
    now = timezone.now()
    return Heartbeat.objects.create(
        **{
            "process": process,
            "role": "bot",
            "version": "0.1.0",
            "bot_id": 1,
            "bot_username": "garden_bot",
            "state": "running",
            "started_at": now - timedelta(hours=2),
            "beat_at": now - timedelta(seconds=seconds_ago),
            "last_poll_at": now - timedelta(seconds=seconds_ago),
            **facts,
        }
    )


def webhook(*, minutes_ago: float = 1, **facts: Any) -> Webhook:
    """Create a webhook that Telegram was asked about some minutes ago."""
    return Webhook.objects.create(
        **{
            "bot_id": 1,
            "url": "https://bot.example.org/hook",
            "secret": "the-secret-one",
            "told_secret": "the-secret-told",
            "checked_at": timezone.now() - timedelta(minutes=minutes_ago),
            "waiting": 4,
            **facts,
        }
    )
