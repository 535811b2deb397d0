"""What is done by schedule: declared in code, kept as rows, run by exactly one of all processes.

registry → store.sync (rows) → runner: store.claim → a thread of its own → store.complete. People read by selectors and
decide by services.
"""
