"""Use cases that ask about a result: why it differs, whether it comes out again, what would change it."""
