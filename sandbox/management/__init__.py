"""Django's doorway into the sandbox; the only place of this package that knows Django."""
