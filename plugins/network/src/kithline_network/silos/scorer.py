"""Do departments talk beyond chance? (scoring card 6)."""

from typing import ClassVar

import msgspec

from kithline_network.silos import aggregates, mixing
from kithline_network.silos.advice import advice, notes
from kithline_network.silos.brokers import brokers
from kithline_network.silos.cells import cells, shown_departments
from kithline_network.silos.drivers import drivers
from kithline_network.silos.interfaces import interfaces
from kithline_network.silos.measures import measures, share_of_staff
from kithline_network.silos.params import SilosParams
from kithline_network.silos.picture import Picture
from kithline_network.silos.tables import tables
from kithline_sdk import Finding, Missing, Snapshot
from kithline_sdk.colleagues import graph
from kithline_sdk.staff import staff

ALONE = Finding(
    status="not_applicable",
    reasons=["one_department"],
    missing=[Missing(what="departments", reason="one_department", have=1, need=2)],
)


class Silos:
    """Contact across departments against random mixing of the same people; descriptive, without level or adjective."""

    key: ClassVar[str] = "silos.internal"
    version: ClassVar[str] = "1.0.0"
    Params: ClassVar[type[msgspec.Struct]] = SilosParams

    def score(self, snapshot: Snapshot, params: SilosParams, seed: int) -> Finding:  # noqa: ARG002 - nothing is drawn
        """Return the finding; `not_applicable` where there is one department only."""
        told = aggregates.read(snapshot)
        if told is not None:
            return ALONE if told[0].departments == 1 else aggregates.finding(snapshot, *told, params)
        seen = picture(snapshot, params)
        if len(seen.found.departments) == 1:
            return ALONE
        value = mixing.score(seen.mix)
        plain = described(snapshot, seen, params)
        return without_score(plain, seen) if value is None else with_score(plain, seen, value)


def picture(snapshot: Snapshot, params: SilosParams) -> Picture:
    """Return everything that is computed about the organisation."""
    found = staff(snapshot)
    ties = graph(snapshot, found, params)
    mix = mixing.mixing(ties)
    pairs = cells(found, ties, mix, shown_departments(ties, mix, params), params)
    declared = interfaces(snapshot, found.departments, pairs)
    return Picture(found, ties, mix, pairs.departments, pairs, declared, brokers(ties, mix))


def described(snapshot: Snapshot, seen: Picture, params: SilosParams) -> Finding:
    """Return all but the score."""
    published, absent = measures(snapshot, seen, params)
    share = share_of_staff(snapshot, seen)
    return Finding(
        coverage=None if share is None else min(1.0, share),
        measures=published,
        missing=absent,
        tables=tables(snapshot, seen, params),
        findings=notes(seen),
        recommendations=advice(seen),
    )


def with_score(plain: Finding, seen: Picture, value: float) -> Finding:
    """Add the score with its interval, concentration and drivers."""
    low, high = mixing.interval(seen.mix)
    ends = (min(low, value), max(high, value))
    share = mixing.interval_of_share(seen.mix)
    return msgspec.structs.replace(
        plain,
        score=value,
        interval=ends,
        concentration=mixing.concentration(seen.mix),
        intervals={"ei": (2 * share[0] - 1, 2 * share[1] - 1), "silo_index": (1 - ends[1], 1 - ends[0])},
        drivers=drivers(seen, value),
    )


def without_score(plain: Finding, seen: Picture) -> Finding:
    """Say why there is no score."""
    reason = "no_departments" if not seen.graph.departments else "one_active_department" if seen.mix.ties else "no_ties"
    return msgspec.structs.replace(plain, status="insufficient", reasons=[reason])
