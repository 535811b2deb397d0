"""Features for the owners: commands and buttons of their own."""
