"""Runs scorers outside this process, with limits; nothing of a plugin is imported here but in the child."""
