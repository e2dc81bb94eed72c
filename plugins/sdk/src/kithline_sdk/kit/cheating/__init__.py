"""The price of cheating: the cheapest forgery that raises a level, and who would see it."""
