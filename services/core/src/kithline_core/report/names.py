"""Names of measures: parts are joined by dots, and a dot inside an id is written %2E (rulings 1.7)."""


def split(name: str) -> list[str]:
    """Return the parts of a measure's name with ids as the sender wrote them."""
    return [part.replace("%2E", ".").replace("%25", "%") for part in name.split(".")]
