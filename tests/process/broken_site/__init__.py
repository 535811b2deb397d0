"""The project's site with pages that fail, for processes of tests."""
