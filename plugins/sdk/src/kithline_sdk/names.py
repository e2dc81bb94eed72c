"""Names of measures that carry ids (rulings 1.7)."""


def part(identifier: str) -> str:
    """Return an id as it stands inside a measure's name: `%` is %25, `.` is %2E."""
    return identifier.replace("%", "%25").replace(".", "%2E")


def name(measure: str, *identifiers: str) -> str:
    """Return `measure.<id>.<id>`; the caller gives a pair's ids in code-point order."""
    return ".".join([measure, *map(part, identifiers)])


def identifier(part: str) -> str:
    """Return the id behind its form inside a measure's name."""
    return part.replace("%2E", ".").replace("%25", "%")
