"""Lanes: work that must keep its order, one holder at a time, by lease and fence. Inbox and outbox have one."""
