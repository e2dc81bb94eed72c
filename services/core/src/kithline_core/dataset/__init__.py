"""Dataset folders: one tenant's data as files."""
