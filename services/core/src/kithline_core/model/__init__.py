"""What the platform stores and what the outside sends."""
