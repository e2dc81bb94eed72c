"""At most three steps; competitors are never brought together, nobody is named."""

from kithline_network.congruence.params import CongruenceParams
from kithline_network.congruence.picture import Pair, Picture
from kithline_network.congruence.roles import roles
from kithline_sdk import Recommendation, unquantified
from kithline_sdk.snapshot import Bools

REFUTED = "the work the two share runs as well without, or they are in two-way contact and it runs no better"


def advice(seen: Picture, shown: Bools, params: CongruenceParams) -> list[Recommendation]:
    """Return the heaviest missing pair, the heaviest that hangs on one person, and what to declare or mend."""
    if not seen.pairs:
        return [_declare()]
    if seen.ties is None:
        return []
    lacking = [
        pair
        for pair, open_ in zip(seen.pairs, shown.tolist(), strict=True)
        if open_ and not pair.met and not pair.rival
    ]
    ordered = sorted(lacking, key=lambda pair: (-pair.weight, pair.need.a, pair.need.b))
    begun = [pair for pair in ordered[1:] if pair.begun]
    steps = [_meet(seen, pair, params) for pair in ordered[:1]] + [_second(seen, pair) for pair in begun[:1]]
    return steps + ([_mend(seen)] if seen.unknown else [])


def _meet(seen: Picture, pair: Pair, params: CongruenceParams) -> Recommendation:
    a, b = (_side(seen, one, params) for one in (pair.need.a, pair.need.b))
    reason = f" on {pair.need.why}" if pair.need.why else ""
    have = "one tie or more goes both ways, of fewer people than needed" if pair.begun else "no tie goes both ways"
    return Recommendation(
        code="meet_heaviest_missing",
        text=f"Bring {a} and {b} together{reason}: {params.people_per_side} people of each at least.",
        evidence=f"{have}; weight {pair.weight:.10g} of {seen.weight:.10g} needed",
        gain=(0.0, pair.weight / seen.weight),
        effort="low" if pair.begun else "medium",
        refuted_by=REFUTED,
    )


def _second(seen: Picture, pair: Pair) -> Recommendation:
    return Recommendation(
        code="second_person",
        text=f"Let further people take part in what {pair.need.a} and {pair.need.b} already say to each other.",
        evidence=f"contact goes both ways, of fewer people than needed; weight {pair.weight:.10g} of {seen.weight:.10g}",
        gain=(0.0, pair.weight / seen.weight),
        effort="low",
        refuted_by="the contact outlasts an absence of whoever carries it today",
    )


def _side(seen: Picture, side: str, params: CongruenceParams) -> str:
    held = roles(seen, side, params)
    return f"{side} ({', '.join(held)})" if held else side


def _mend(seen: Picture) -> Recommendation:
    return Recommendation(
        code="mend_interfaces",
        text="Mend the declared interfaces of which a side is neither a department, an organisation nor a community.",
        evidence=f"{len(seen.unknown)} declared pairs have a side nobody knows",
        gain=unquantified("it changes what is asked, not what is there"),
        effort="low",
        refuted_by="the sides are spelled as in the other tables",
    )


def _declare() -> Recommendation:
    return Recommendation(
        code="declare_interfaces",
        text="Declare who must talk to whom, and why: departments, suppliers or communities, five pairs at least.",
        evidence="no interface is declared whose sides are known",
        gain=unquantified("without it nothing is asked"),
        effort="low",
        refuted_by="the declared pairs are all in contact already",
    )
