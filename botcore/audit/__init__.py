"""Who changed what: rows that are only ever added, each sealed with the one before."""
