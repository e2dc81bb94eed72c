"""How far departments talk to each other beyond chance: `silos.internal`."""
