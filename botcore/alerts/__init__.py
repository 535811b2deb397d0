"""Alerts: who is told of a problem, over which channel, how often, and when it is better to be quiet."""
