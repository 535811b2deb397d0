"""One file for each room of the Bot API; `stage.py` says how to write a scenario."""
