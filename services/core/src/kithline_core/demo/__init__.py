"""A synthetic carmaker, generated from a seed, with truths planted in it for tests and for people who want to look."""
