"""Telegram in a box: a Bot API server with a chat page, for running and testing bots without a token.

It knows nothing of botcore, dashboard or botproject. Read `world.py` first, then `api/`, then `server.py`.
"""
