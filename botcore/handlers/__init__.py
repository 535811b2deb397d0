"""Features: one file each, found by themselves; the README has a first one, docs/handlers.md the rest."""
