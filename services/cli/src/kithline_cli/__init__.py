"""The kithline command."""
