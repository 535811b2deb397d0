"""Telegram's bad days, on demand: which calls go wrong (`box.py`), and how (`kinds.py`); and updates (`updates.py`)."""

from sandbox.faults.box import FaultBox
from sandbox.faults.kinds import Fault, Wire
from sandbox.faults.updates import Spoiler

__all__ = ["Fault", "FaultBox", "Spoiler", "Wire"]
