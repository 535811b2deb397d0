"""Features that fail, for processes of tests."""
