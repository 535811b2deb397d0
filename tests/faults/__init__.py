"""Fault injection: an error at every call site in scope, one after the other; what became of it is judged."""
