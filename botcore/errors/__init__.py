"""Errors: every failure is captured once, put into a group, explained, and told to the right person."""
