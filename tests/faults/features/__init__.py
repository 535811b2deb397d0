"""The features of the bot into which errors are injected: the product's own, and some that reach further services."""
