"""The shortest path to the next level: gates as weighted sums, steps that move them, the cheapest sets with a proof."""
