"""The door of deploy/start."""

import sys

from botproject.start.command import main

sys.exit(main(sys.argv[1:]))
