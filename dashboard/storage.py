"""Addresses of static files: hashed and compressed by `collectstatic`, plain while it has not run."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """A page must come up without `collectstatic` too, even if without its looks: the error page among them."""

    def stored_name(self, name: str) -> str:
        """Return the hashed name, or the plain one for a file that was not collected."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
