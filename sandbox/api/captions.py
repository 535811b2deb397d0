"""What is said of media beside their caption."""

from sandbox.api.parameters import Parameters

_ABOVE = frozenset(
    {"photo", "live_photo", "video", "animation", "paid_media"}
)  # tdlib: only these can stand below their caption
_HIDDEN = frozenset({"photo", "live_photo", "video", "animation"})


def above_media(parameters: Parameters, kind: str) -> dict[str, bool]:
    """The field of a message whose caption stands above its media."""
    wanted = kind in _ABOVE and parameters.flag("show_caption_above_media")
    return {"show_caption_above_media": True} if wanted else {}


def under_spoiler(parameters: Parameters, kind: str) -> dict[str, bool]:
    """The field of a message whose media is seen only when somebody taps on it."""
    return {"has_media_spoiler": True} if kind in _HIDDEN and parameters.flag("has_spoiler") else {}
