"""Which organisations compete: those are never advised to meet."""

from kithline_sdk import Snapshot


def rivals(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return the pairs a < b of organisations of which one names the other, by id, name or alias, as a competitor.

    Organisations of one owner compete with whom any of them does.
    """
    table = snapshot["organisations"]
    columns = [table.texts(column) for column in ("organisation", "name", "owner", "aliases", "competing")]
    rows = [[text or "" for text in row] for row in zip(*columns, strict=True)]
    house = {one: owner or one for one, _, owner, _, _ in rows}
    named: dict[str, set[str]] = {}
    for one, name, _, aliases, _ in rows:
        for label in {one, name, *_split(aliases)} - {""}:
            named.setdefault(label, set()).add(house[one])
    against = {
        (house[one], other)
        for one, _, _, _, competing in rows
        for label in _split(competing)
        for other in named.get(label, ())
    }
    against |= {(b, a) for a, b in against}
    members: dict[str, list[str]] = {}
    for one in sorted(house):
        members.setdefault(house[one], []).append(one)
    return {(a, b) for x, y in against for a in members.get(x, ()) for b in members.get(y, ()) if a < b}


def _split(text: str) -> set[str]:
    return {part.strip() for part in text.split(";")} - {""}
