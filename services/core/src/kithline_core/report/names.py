"""Names of measures: parts are joined by dots, and a dot inside an id is written %2E."""


def split(name: str) -> list[str]:
    """Return the parts of a measure's name with ids as the sender wrote them."""
    return [part.replace("%2E", ".").replace("%25", "%") for part in name.split(".")]


def words(name: str) -> str:
    """Return a driver's name for people: `ceiling.business_model` reads `ceiling: business model`."""
    first, *rest = split(name)
    told = first.replace("_", " ")
    # What follows the first dot of a department is the sender's own id and stays as it is.
    return ": ".join([told, *(part if first == "department" else part.replace("_", " ") for part in rest)])
