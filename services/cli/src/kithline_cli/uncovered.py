"""Leaves out what speaks of people whose own line was refused for want of a ground.

The server knows no group of them, and would take them for strangers, whom any ground covers.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from kithline_core.dataset.competitors import PEOPLE
from kithline_core.errors import NoGround
from kithline_core.model.rows import PersonRow, Row

_CODES: Final = ("no_ground", "mode_not_allowed")
_WORDS: Final = (
    "the line in people of somebody it names was refused; take a ground that covers them, and send both again"
)


class Lines(NamedTuple):
    """Rows of a file with the numbers of their lines."""

    rows: Sequence[Row]
    numbers: Sequence[int]


class Refused(NamedTuple):
    """Whose line was refused; `unread`: lines were, of a file that was sent without being read."""

    people: frozenset[str] = frozenset()
    unread: bool = False

    def apart(self, stem: str, lines: Lines) -> tuple[Lines, list[dict[str, Any]]]:
        """Return the lines that speak of none of these people, and a fault for each of the others. Raises NoGround."""
        if self.unread:
            self.check(stem)
        if not self.people:
            return lines, []
        pointers = [self._pointer(stem, row) for row in lines.rows]
        kept = [place for place, pointer in enumerate(pointers) if pointer is None]
        faults = [
            {"line": number, "status": "rejected", "pointer": pointer, "code": NoGround.code, "message": _WORDS}
            for number, pointer in zip(lines.numbers, pointers, strict=True)
            if pointer is not None
        ]
        return Lines([lines.rows[place] for place in kept], [lines.numbers[place] for place in kept]), faults

    def _pointer(self, stem: str, row: Row) -> str | None:
        if stem == "identities" and getattr(row, "kind", None) != "person":
            return None
        return next((f"/{name}" for name in PEOPLE.get(stem, ()) if getattr(row, name) in self.people), None)

    def check(self, stem: str) -> None:
        """Make sure that nothing unread, here or before, can tell of whoever was refused. Raises NoGround."""
        if stem in PEOPLE and (self.people or self.unread):
            raise NoGround(
                "people were refused for want of a ground, and the files are too large to leave out here what speaks of "
                "them; take a ground that covers them, or leave them out of the folder"
            )


def refused(lines: Lines | None, faults: Sequence[Mapping[str, Any]]) -> Refused:
    """Return the people whose lines were refused for want of a ground; None: the lines were sent unread."""
    numbers = {one.get("line") for one in faults if one.get("code") in _CODES}
    if lines is None:
        return Refused(unread=bool(numbers))
    named = zip(lines.numbers, lines.rows, strict=True)
    return Refused(frozenset(row.person for at, row in named if at in numbers and isinstance(row, PersonRow)))
