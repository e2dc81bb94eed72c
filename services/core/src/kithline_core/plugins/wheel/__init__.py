"""Reads wheels from strangers without running anything of them."""
