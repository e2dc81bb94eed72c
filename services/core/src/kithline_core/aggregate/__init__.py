"""The aggregates mode: a dataset folder becomes one without persons, of cells of at least k people."""
