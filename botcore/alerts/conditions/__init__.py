"""Conditions of the whole that somebody is told of without Prometheus: looked at, fired, repeated, ended.

The keeper looks (watch), the rules say at what (rules, sights), the policy what follows (policy, pure).
"""
