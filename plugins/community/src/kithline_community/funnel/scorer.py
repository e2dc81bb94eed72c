"""What came of ideas, decisions and incidents? (scoring card 17)."""

from typing import ClassVar

import msgspec

from kithline_community.funnel import ideas, parts, registers
from kithline_community.funnel.advice import advice, notes
from kithline_community.funnel.measures import figures, tables
from kithline_community.funnel.params import FunnelParams
from kithline_sdk import Finding, Snapshot


class Funnel:
    """How ideas from outside are adopted, decisions cite communities, and outcomes spread over departments."""

    key: ClassVar[str] = "cocreation.funnel"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = FunnelParams

    def score(self, snapshot: Snapshot, params: FunnelParams, seed: int) -> Finding:
        """Return the finding."""
        handed, seen = ideas.read(snapshot), registers.read(snapshot, params)
        found = figures(handed, seen, params)
        present = parts.parts(handed, seen, params, seed)
        plain = Finding(
            measures=found.measures,
            intervals=found.intervals,
            missing=found.missing,
            tables=tables(seen, params),
            findings=notes(seen),
        )
        whole = parts.spread(present)
        if whole is None:
            return msgspec.structs.replace(plain, status="insufficient", reasons=["few_parts"])
        partial = len(whole) < len(("outside_share", "adopted_180d", "decisions_citing", "outcome_evenness"))
        return msgspec.structs.replace(
            plain,
            status="provisional" if partial else "ok",
            reasons=["parts_absent"] if partial else [],
            score=parts.total(whole),
            interval=parts.interval(whole),
            drivers=parts.drivers(whole),
            recommendations=advice(whole),
        )
