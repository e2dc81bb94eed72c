"""Whether probabilities keep their word: what was said against what came, and what a next version would say instead."""
