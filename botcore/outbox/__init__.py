"""What the bot says: messages that wait to be sent, and the ledger of all that were."""
