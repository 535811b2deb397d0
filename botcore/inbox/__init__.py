"""The durable inbox: updates wait here in lanes, one per chat, until a worker has handled them."""
