"""Measurements: `make bench` runs them and prints figures; nothing here is a test."""
