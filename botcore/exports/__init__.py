"""Tables as files: what may leave (`kinds`), read in batches (`rows`), as CSV or JSONL (`forms`), by `selectors`.

For the panel's links, and for files that a command sends.
"""
