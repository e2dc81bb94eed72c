"""Mutation check: does a test fail when the code is wrong? `python -m helpers.mutants --count 300 --seed 1` from tests/."""
