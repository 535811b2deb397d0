"""Who wrote when, by days: counted from the updates while they are there, and kept when they have gone."""
