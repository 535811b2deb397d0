"""Makes many people act on a running sandbox and measures how the bot answers: `manage.py sandbox load`."""
