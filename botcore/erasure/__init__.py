"""What is kept of one person, in one file for them; and making the bot forget them, in every table and in the spool."""
