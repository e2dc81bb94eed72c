"""How much hangs on a few people: `people.dependency`."""
