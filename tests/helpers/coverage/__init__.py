"""How often intervals hold the truth: worlds whose truth is known, data drawn from them and scored, and the table of it.

`PYTHONPATH=tests .venv/bin/python -m helpers.coverage` prints the table.
"""
