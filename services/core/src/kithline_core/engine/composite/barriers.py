"""Declared barriers as a part of readiness: how much of what stands in the way was cleared or has a counter-measure."""

import hashlib
import math
from collections.abc import Sequence
from typing import Final

from kithline_core.engine.composite.maps import PartSpec
from kithline_core.engine.composite.parts import Part
from kithline_core.engine.keys import canonical
from kithline_core.model.registers import BarrierRow
from kithline_sdk.contract import Missing, unquantified

WEIGHTS: Final = {"low": 1.0, "medium": 2.0, "high": 3.0}
# Half cleared: somebody does something about it.
COUNTERED: Final = 0.5
LEAST: Final = 3
FEW: Final = "few_barriers"


def part(spec: PartSpec, rows: Sequence[BarrierRow]) -> Part:
    """Return the share of declared strength (low 1, medium 2, high 3) that is closed; half of what is countered counts.

    Barriers whose strength or state nobody stated are not counted. None declared says nothing, so there is no score.
    """
    stated = [row for row in rows if row.open is not None and row.strength is not None]
    if len(stated) < LEAST:
        lacking = Missing(what="barriers with strength and state", reason=FEW, have=len(stated), need=LEAST)
        return Part(part=spec.part, necessary=spec.necessary, status="insufficient", reasons=[FEW], lacking=lacking)
    weights = [WEIGHTS[row.strength or ""] for row in stated]
    cleared = math.fsum(weight * _cleared(row) for weight, row in zip(weights, stated, strict=True))
    return Part(
        part=spec.part, necessary=spec.necessary, status="ok", score=cleared / math.fsum(weights),
        interval=unquantified("barriers are declared, not sampled"), key=_key(stated),
    )  # fmt: skip


def _cleared(row: BarrierRow) -> float:
    if not row.open:
        return 1.0
    return COUNTERED if (row.countermeasure or "").strip() else 0.0


def _key(stated: Sequence[BarrierRow]) -> str:
    told = sorted([row.strength or "", _cleared(row)] for row in stated)
    return f"sha256:{hashlib.sha256(canonical(told)).hexdigest()}"
