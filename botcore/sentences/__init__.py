"""Sentences that rows hold in English, such as those of checks, events and jobs, said in the reader's language.

Who writes them does not know who reads them, so they are written in English, as the log has them. Where they are shown,
`translated()` finds each among those that are known (`known`) and says it anew, with what stood in its places.
"""

from botcore.sentences.matching import translated
from botcore.sentences.measures import measured, measured_in

__all__ = ["measured", "measured_in", "translated"]
