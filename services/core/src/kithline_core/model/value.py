"""The lines of value.json, which value.estimate reads (card 8)."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from kithline_core.model.types import Amount, Id, Text


class Factor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Low, most likely and high of one factor (PERT)."""

    low: Amount
    likely: Amount
    high: Amount


class ValueLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One benefit or cost line."""

    line: Id
    side: Literal["benefit", "cost"]
    kind: Literal["productivity", "process", "product", "marketing", "supply", "broadcast"] | None = None
    count: Factor | None = None
    unit_value: Factor
    attribution: Factor | None = None
    start_month: Annotated[int, Meta(ge=0, le=600)] = 0
    evidence: Literal["A", "B", "C", "D"] = "D"
    driver: Text | None = None
    overlaps: Text | None = None


class ValueModel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All lines, with the yearly discount rate."""

    lines: Annotated[list[ValueLine], Meta(max_length=1000)]
    discount_rate: Annotated[float, Meta(ge=0, le=1)] = 0.0

    def rows(self) -> list[dict[str, object]]:
        """Return the lines as rows of the snapshot's table, the rate in each."""
        return [_row(one) | {"discount_rate": self.discount_rate} for one in self.lines]


def _row(line: ValueLine) -> dict[str, object]:
    said = {
        one: getattr(line, one) for one in ("line", "side", "kind", "start_month", "evidence", "driver", "overlaps")
    }
    factors = {"count": line.count, "unit": line.unit_value, "attribution": line.attribution}
    return said | {
        f"{name}_{end}": None if factor is None else float(getattr(factor, end))
        for name, factor in factors.items()
        for end in ("low", "likely", "high")
    }
