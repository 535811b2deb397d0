"""The records a bot makes (events, errors, ledger), on their way to the database or, while it is away, to the spool.

`recorder` decides where they go, `delivery` is the database's side, `lines` the form they travel in; see also `spool`.
"""

from botcore.recorder.lines import EVENT, Record, Writer
from botcore.recorder.recorder import MEMORY, Recorder

__all__ = ["EVENT", "MEMORY", "Record", "Recorder", "Writer"]
