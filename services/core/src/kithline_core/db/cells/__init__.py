"""Cells: counts of groups of at least k people in place of rows about single ones. One module per file."""
