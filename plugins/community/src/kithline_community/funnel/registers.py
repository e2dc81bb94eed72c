"""Decisions, outcomes, incidents and ratings of the window."""

from typing import NamedTuple

import numpy as np

from kithline_community.funnel.ideas import inside
from kithline_community.funnel.params import FunnelParams
from kithline_sdk import Snapshot
from kithline_sdk.snapshot import DAY, Bools, Floats


class Registers(NamedTuple):
    """What was decided on whose word, and what came of it; verified outcomes only."""

    decisions: int
    citing: int
    kinds: dict[str, int]
    departments: dict[str, int]
    known_departments: int
    verified: int
    sided: int
    both: int
    linked: int
    incidents: int
    waits: Floats
    acknowledged: Bools
    low_rated: int
    low_cited: int


def _cited(text: str | None) -> set[str]:
    return {word for one in (text or "").split(";") if (word := one.strip())}


def _counts(labels: list[str | None]) -> dict[str, int]:
    known = sorted(label for label in labels if label is not None)
    return {label: known.count(label) for label in dict.fromkeys(known)}


def _departments(snapshot: Snapshot) -> set[str]:
    table, window = snapshot["memberships"], snapshot.window
    begun = ~table.present("valid_from") | (table.ints("valid_from") < window.end)
    lasting = ~table.present("valid_to") | (table.ints("valid_to") > window.start)
    staff = np.array([group == "employee" for group in table.texts("group")], np.bool_)
    return {one for one in table.where(begun & lasting & staff).texts("department") if one is not None}


def _low(snapshot: Snapshot, cited: set[str], params: FunnelParams) -> tuple[int, int]:
    """Return how many objects have a low mean rating, and how many of these a decision cites."""
    table = snapshot["ratings"]
    codes, values = table.codes("object"), table.floats("value")
    use = (codes >= 0) & ~np.isnan(values)
    labels = table.labels("object")
    count = np.bincount(codes[use], minlength=len(labels))
    total = np.bincount(codes[use], values[use], len(labels))
    low = [
        label
        for label, n, s in zip(labels, count.tolist(), total.tolist(), strict=True)
        if n and s / n <= params.low_rating
    ]
    return len(low), sum(label in cited for label in low)


def read(snapshot: Snapshot, params: FunnelParams) -> Registers:
    """Return the counts of the other registers."""
    window = snapshot.window
    decisions = inside(snapshot["decisions"], "decided_at", window)
    cites = [_cited(text) for text in decisions.texts("cites")]
    cited = set[str]().union(*cites)
    sourced = {name for name, one in zip(decisions.texts("decision"), cites, strict=True) if one and name is not None}
    outcomes = inside(snapshot["outcomes"], "dated", window)
    outcomes = outcomes.where(outcomes.present("verified") & (outcomes.ints("verified") == 1))
    sided = outcomes.present("ours") & outcomes.present("theirs")
    both = sided & (outcomes.ints("ours") == 1) & (outcomes.ints("theirs") == 1)
    linked = [
        name in cited or bool(_cited(evidence) & sourced)
        for name, evidence in zip(outcomes.texts("outcome"), outcomes.texts("evidence"), strict=True)
    ]
    found = _counts(outcomes.texts("department"))
    incidents = inside(snapshot["incidents"], "occurred_at", window)
    incidents = incidents.where((incidents.ints("public") == 1) & incidents.present("occurred_at"))
    told, said = incidents.ints("acknowledged_at"), incidents.present("acknowledged_at")
    said = said & (told < window.end)
    waits = np.maximum(0, np.where(said, told, window.end) - incidents.ints("occurred_at")) / (DAY / 24)
    return Registers(
        decisions.rows, sum(map(bool, cites)), _counts(outcomes.texts("kind")), found,
        len(_departments(snapshot) | set(found)), outcomes.rows, int(sided.sum()), int(both.sum()), sum(linked),
        incidents.rows, waits, said, *_low(snapshot, cited, params),
    )  # fmt: skip
