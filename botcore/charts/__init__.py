"""Charts by themselves: numbers, units and times in, shapes and pictures out. Pure: no database, no Telegram.

The dashboard draws them as SVG, `picture` as PNG for chats.
"""
