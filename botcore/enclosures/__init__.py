"""Files that operators send from a page: kept in the database until Telegram has them, for any process of the bot."""
