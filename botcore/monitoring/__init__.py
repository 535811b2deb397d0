"""The bot watched: heartbeats of processes, counts by minute, health and the metrics page."""
