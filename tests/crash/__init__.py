"""The crash suite: real processes killed at random moments; a judge compares what went in with what came out."""
