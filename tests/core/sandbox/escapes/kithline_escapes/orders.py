"""What this copy of the plugin does while it is imported; whoever plants a copy writes another file in this one's place."""

ATTEMPTS: list[str] = []
BAIT: dict[str, object] = {}
HOOKS: list[str] = []
