"""What staff accounts keep for themselves of the panel: views of tables."""
