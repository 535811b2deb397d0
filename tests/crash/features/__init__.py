"""The features of the bot that is killed: one that writes a journal."""
