"""What the processes of one bot agree on while they run: who does what, and the webhook they share."""
