"""Telegram's bad days, on demand: which calls go wrong (`box.py`), and how (`kinds.py`)."""

from sandbox.faults.box import FaultBox
from sandbox.faults.kinds import Fault, Wire

__all__ = ["Fault", "FaultBox", "Wire"]
