"""Plugins in a folder of their own: each version with its wheel and an environment, let in by digest."""
