"""What a reader must know beside the figures: chiefly whom a view of customers only does not see."""

import re
from typing import Final

import numpy as np

from kithline_network.reach.cells import least
from kithline_network.reach.groups import EVERY, MARKET, bits
from kithline_network.reach.params import ReachParams
from kithline_network.reach.picture import Picture
from kithline_sdk import Note, Snapshot

CUSTOMER: Final = "customer"
# Words by which an audience says that it is customers and nobody else.
AUDIENCE: Final = re.compile(
    r"(our|all|unsere|alle)?\s*(customers?|clients?|kunden|kundschaft|kundinnen und kunden)", re.IGNORECASE
)
NOTED: Final = 10


def remarks(snapshot: Snapshot, seen: Picture, params: ReachParams) -> list[Note]:
    """Return the notes of one finding."""
    notes = [
        Note(code="orientation", clause="levels are an orientation until thirty tenants stand behind the cut-offs")
    ]
    if seen.met.raw is not None and seen.met.share is None:
        notes.append(
            Note(
                code="nobody_answers", clause="people are addressed and nobody answers: contact across groups counts 0"
            )
        )
    over = [one for one in seen.populations if (seen.reach(one) or 0) > 1 and seen.visible(one)]
    notes += [
        Note(
            code="population_outdated",
            clause="more people take part than there are",
            evidence=f"{one}: {seen.populations[one]} told",
        )
        for one in over
    ]
    return notes + blindness(snapshot, seen, params)


def blindness(snapshot: Snapshot, seen: Picture, params: ReachParams) -> list[Note]:
    """Return where a community is run, or the whole is measured, as customers only while 15 % or more are others."""
    run = _run_for_customers(snapshot)
    found, notes = seen.places, list[Note]()
    for one, name in enumerate(found.names):
        if name in run and seen.shown.counts[one]:
            said = _missed(found.mask[found.inside[:, one]], params)
            if said:
                clause = f"run for customers only while {params.blind_share:.0%} or more of its people are others"
                notes.append(Note(code="customers_only", clause=clause, evidence=f"{name}: missed groups {said}"))
    if set(seen.populations) == {CUSTOMER} and (said := _missed(seen.crowd.taking_part, params)):
        clause = (
            f"measured by the number of customers only while {params.blind_share:.0%} or more of the people are others"
        )
        notes.append(Note(code="customers_only", clause=clause, evidence=f"all: missed groups {said}"))
    return notes[:NOTED]


def _run_for_customers(snapshot: Snapshot) -> frozenset[str]:
    table = snapshot["communities"]
    rows = zip(*(table.texts(column) for column in ("community", "kind", "audience")), strict=True)
    return frozenset(
        one for one, kind, audience in rows
        if one is not None and (kind == CUSTOMER or (audience and AUDIENCE.fullmatch(audience.strip(" ."))))
    )  # fmt: skip


def _missed(mask: np.ndarray[tuple[int], np.dtype[np.int64]], params: ReachParams) -> str:
    """Return the groups missed with their counts, as far as they may be told; nothing where too few people are others."""
    others = (mask & MARKET > 0) & (mask & bits([CUSTOMER]) == 0)
    k = least(params)
    if int(others.sum()) < max(k, params.blind_share * len(mask)):
        return ""
    counts = {group: int((mask[others] & bits([group]) > 0).sum()) for group in EVERY if group != CUSTOMER}
    told = sorted(((-count, group) for group, count in counts.items() if count >= k))
    return ", ".join(f"{group} {-count}" for count, group in told) or "each of fewer people than may be told"
