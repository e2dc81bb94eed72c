"""Is it everyone's business to talk with those outside? (scoring card 16)."""

from typing import ClassVar

import msgspec
import numpy as np

from kithline_network import parts as joined
from kithline_network.voice.advice import advice, notes
from kithline_network.voice.cells import shown
from kithline_network.voice.measures import intervals, measures, why
from kithline_network.voice.params import VoiceParams
from kithline_network.voice.parts import STRETCH, TOGETHER, parts
from kithline_network.voice.picture import Picture, figures, picture, quarters
from kithline_network.voice.sureness import of_departments, of_gini, of_named
from kithline_network.voice.tables import tables
from kithline_sdk import Finding, Interval, Snapshot
from kithline_sdk.staff import population


class Voice:
    """How far outward contact is spread over departments, and carried by people instead of accounts."""

    key: ClassVar[str] = "voice.everyone"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = VoiceParams

    def score(self, snapshot: Snapshot, params: VoiceParams, seed: int) -> Finding:
        """Return the finding."""
        seen = picture(snapshot, params)
        open_ = shown(seen, params)
        curve = quarters(seen, snapshot.window.first_day, snapshot.window.last_day)
        published, absent = measures(snapshot, seen, open_, params)
        found = parts(seen.figures, params, seed)
        plain = Finding(
            coverage=_coverage(snapshot, seen),
            measures=published,
            missing=absent,
            tables=tables(seen, open_, curve),
            findings=notes(seen, open_, curve, params),
            recommendations=advice(seen, open_, found),
        )
        if found is None:
            return msgspec.structs.replace(plain, status="insufficient", reasons=[why("gini", seen)])
        partial = len(found) < len(("departments", "ties", "concentration"))
        return msgspec.structs.replace(
            plain,
            status="provisional" if partial else "ok",
            reasons=[why("named_share", seen)] if partial else [],
            score=joined.total(found),
            interval=joined.interval(found, TOGETHER, stretch=STRETCH),
            concentration=concentration(seen, params),
            intervals=intervals(seen, open_) | _intervals(seen, params, seed),
            drivers=joined.drivers(found),
        )


def concentration(seen: Picture, params: VoiceParams) -> float | None:
    """Return the larger drop of the score without whoever turned to most people outside, or has the most ties."""
    whole = parts(seen.figures, params, None)
    outward, people = seen.whole.outward, len(seen.whole.found.person)
    ties = np.bincount(outward.place[outward.tied], minlength=people)
    # Of several alike each is tried, but no more than a handful.
    busiest = {
        int(one) for amount in (seen.figures.amounts, ties) for one in np.flatnonzero(amount == amount.max())[:5]
    }
    without = [
        parts(figures(seen.whole, seen.departments, outward.without(one)), params, None) for one in sorted(busiest)
    ]
    if whole is None:
        return None
    return max((abs(joined.total(whole) - joined.total(one)) for one in without if one is not None), default=None)


def _coverage(snapshot: Snapshot, seen: Picture) -> float | None:
    staff = population(snapshot)
    return min(1.0, int(seen.whole.people.sum()) / staff) if staff else None


def _intervals(seen: Picture, params: VoiceParams, seed: int) -> dict[str, Interval]:
    figures_ = seen.figures
    ends = {"named_share": of_named(figures_), "gini": of_gini(figures_, params, seed)}
    ends["departments_active_share"] = of_departments(figures_.spread)
    return {name: span for name, span in ends.items() if span is not None}
