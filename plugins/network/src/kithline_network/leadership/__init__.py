"""Whether leaders take part or only approve: `leadership.presence`."""
