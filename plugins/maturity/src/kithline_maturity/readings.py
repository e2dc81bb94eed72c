"""What the other scorers of the run found, as the verdict reads it: absent is unknown."""

from typing import Final

from kithline_sdk import Snapshot

DEPTH: Final = "maturity.depth"
PURPOSE: Final = "purpose.clarity"
SUPPLY: Final = "supply.collaboration"
SILOS: Final = "silos.internal"
READ: Final = (DEPTH, PURPOSE, SUPPLY, SILOS)
SCORED: Final = frozenset({"ok", "provisional"})


class Reading:
    """The fields of one earlier finding."""

    def __init__(self, fields: dict[str, float | str]) -> None:
        self.fields = fields

    def number(self, field: str) -> float | None:
        """Return a numeric field, or None."""
        value = self.fields.get(field)
        return value if isinstance(value, float) else None

    def text(self, field: str) -> str | None:
        """Return a text field, or None."""
        value = self.fields.get(field)
        return value if isinstance(value, str) else None

    def measure(self, name: str) -> float | None:
        """Return a numeric measure, or None."""
        return self.number(f"measure.{name}")

    @property
    def status(self) -> str | None:
        """The finding's status; None where the scorer did not run."""
        return self.text("status")

    @property
    def scored(self) -> bool:
        """Whether the finding carries a score."""
        return self.status in SCORED

    def names(self, stem: str) -> dict[str, float]:
        """Return the numeric measures `<stem>.<rest>` by their rest."""
        head = f"measure.{stem}."
        return {
            field.removeprefix(head): value
            for field, value in sorted(self.fields.items())
            if field.startswith(head) and isinstance(value, float)
        }


def read(snapshot: Snapshot) -> dict[str, Reading]:
    """Return the earlier findings of the run by scorer; one that did not run is empty."""
    table = snapshot["findings"]
    numbers = zip(table.floats("number").tolist(), table.present("number").tolist(), strict=True)
    found: dict[str, dict[str, float | str]] = {scorer: {} for scorer in READ}
    rows = zip(table.texts("scorer"), table.texts("field"), numbers, table.texts("text"), strict=True)
    for scorer, field, (number, given), text in rows:
        if scorer in found and field is not None:
            found[scorer][field] = number if given else text or ""
    return {scorer: Reading(fields) for scorer, fields in found.items()}
