"""From the text a bot or a person sends to plain text with entities, whose offsets count UTF-16 units."""
