"""The reference, made from the code: `make reference` writes docs/reference, and mends tables of other pages.

Each page has one maker, which returns Markdown; a test says when what is written is no longer what the code has.
"""
