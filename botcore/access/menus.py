"""Which menus were told to Telegram for people with roles: their rows, for connection/menu.py."""

from botcore.access.models import PublishedMenu


def published(bot_id: int) -> dict[int, str]:
    """Return the digests of menus by person."""
    return dict(PublishedMenu.objects.filter(bot_id=bot_id).values_list("user_id", "digest"))


def note(bot_id: int, user_id: int, digest: str) -> None:
    """Note what a person is shown now."""
    PublishedMenu.objects.update_or_create(bot_id=bot_id, user_id=user_id, defaults={"digest": digest})


def forget(bot_id: int, user_id: int) -> None:
    """Note that a person is shown what everybody is."""
    PublishedMenu.objects.filter(bot_id=bot_id, user_id=user_id).delete()
