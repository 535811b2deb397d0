"""Names of files, which people choose: one that is safe on anybody's disk, in a header and before the eyes. Pure."""

import re

LONGEST_NAME = 150  # characters
# What would break a header, a path, or the way in which a name reads.
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\:*?\"<>|]")


def safe_name(name: str) -> str:
    """Return a name for a file on somebody's disk: one that leads nowhere and reads as it is."""
    cleaned = _NOT_IN_NAMES.sub("_", name.encode("utf-8", "replace").decode()).strip(". ")
    stem, dot, suffix = cleaned.rpartition(".")
    if len(cleaned) > LONGEST_NAME and dot and len(suffix) < 12:
        return f"{stem[: LONGEST_NAME - len(suffix) - 1]}.{suffix}"
    return cleaned[:LONGEST_NAME] or "file"
