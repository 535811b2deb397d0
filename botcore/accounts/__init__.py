"""Staff accounts: their second factor, their sessions, their passwords, and how much of a thing they may do."""
