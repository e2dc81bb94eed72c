"""The REST API of Kithline."""
