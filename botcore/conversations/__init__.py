"""The operators' inbox: who waits for an answer, whose it is, and what operators say among themselves."""
