"""How lists divide the events of some days: by which communities, and by whose department (Part C 3, 12)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kithline_core.engine import lineage, listable
from kithline_core.engine.listable import COMMUNITY, FEW, Acts, Cell
from kithline_core.model.evidence import Division


class Staff(NamedTuple):
    """Who belongs where: departments by the hash of a person, and the hash behind each id that acts; which ids are one person."""

    where: Mapping[bytes, Sequence[str]]
    hashes: Mapping[str, bytes]
    names: Mapping[str, str]


def by(found: Acts, cell: Cell, staff: Staff, k: int) -> Division | str:
    """Return how the list of a cell divides the events, with all others that may be listed; why not, where it may not."""
    places = listable.communities(found, k)
    told = _hash([one] for one in places)
    if cell.kind == COMMUNITY:
        return Division(told, b"") if cell.label in places else FEW
    members = {one: staff.where[digest] for one, digest in staff.hashes.items() if digest in staff.where}
    open_ = frozenset(listable.labels(found, members, k))
    if cell.label not in open_:
        return FEW
    belongs = ([digest.hex(), *sorted(open_ & set(of))] for digest, of in staff.where.items() if open_ & set(of))
    return Division(told, _hash([*belongs, *(["", *one] for one in staff.names.items())]))


def _hash(rows: Iterable[list[str]]) -> bytes:
    return hashlib.sha256(b"".join(sorted(map(lineage.line, rows)))).digest()
