"""Registers: what an organisation writes down about itself. One module per file, all of one manner."""
