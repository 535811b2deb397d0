"""Reads README and docs as a person does who types what they say, and types it, in a copy of the project."""
