"""first_time(): the idempotency row behind `context.once(key)`."""

from django.utils import timezone

from botcore.inbox.models import OnceKey

LONGEST = 200  # characters of a key, with the update's number before it


def first_time(bot_id: int, key: str, *, update_pk: int | None) -> bool:
    """Return True to exactly one caller for each key, even to two at the same moment.

    The key is forgotten with the update; without one, never.
    """
    if not 0 < len(key) <= LONGEST:
        raise ValueError(f"a key has 1-{LONGEST} characters; this one has {len(key)}")
    _, made = OnceKey.objects.get_or_create(
        bot_id=bot_id, key=key, defaults={"update_id": update_pk, "at": timezone.now()}
    )
    return made
