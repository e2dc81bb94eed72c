"""Every route, one module per address."""
