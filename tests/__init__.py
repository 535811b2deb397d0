"""The suite: unit (no database), database, flow (update in, reply and rows out), process (real ones), browser."""
