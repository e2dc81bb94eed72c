"""Who takes part, how mixed, how overlapping: `reach.ecosystem`."""
