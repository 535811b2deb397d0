"""Features that do not end when they should."""
