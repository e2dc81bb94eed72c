"""The shared library of the Kithline services: model, database, engine, sandbox."""
