"""Words for the templates of messages."""
