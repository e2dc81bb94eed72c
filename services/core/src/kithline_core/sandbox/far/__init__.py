"""The far side of the boundary: all that runs in a plugin's process. Imports nothing of the host's."""
