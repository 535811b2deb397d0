"""Broadcasts: one message to everybody who may be written to, over the outbox. See feeding.py for the way of one."""
