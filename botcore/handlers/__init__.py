"""Features: one file each. Every module here is found by itself; see docs/architecture.md for a first one."""
