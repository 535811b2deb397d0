"""The history of metrics, on both databases."""
