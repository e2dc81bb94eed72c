"""Leaves one thing out of a snapshot at a time: a question, a community, an organisation, a department, a person."""
