"""`python -m tests.telegram_real_bot <folder> <command>`: manage.py with a folder's features besides all others."""

import sys

import manage
from botcore import handlers

if __name__ == "__main__":
    handlers.__path__.append(sys.argv.pop(1))
    manage.main()
