"""What handlers remember: user_data, chat_data and conversations, saved with the update that changed them."""
