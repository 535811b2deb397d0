"""Where a process' records wait while the database is away: locked files of lines in SPOOL_DIR."""

from botcore.spool.spool import Chunk, Spool

__all__ = ["Chunk", "Spool"]
