"""What is published: raw values under the names of the appendix, and per absent one its reason."""

from kithline_sdk import Missing, Snapshot
from kithline_sdk import names as named
from kithline_sdk.snapshot import DAY
from kithline_supply import cells, circles, practice
from kithline_supply.params import SupplyParams
from kithline_supply.parts import Part
from kithline_supply.picture import Picture
from kithline_supply.structure import Measured, measured
from kithline_supply.survey import Survey


def published(
    snapshot: Snapshot, seen: Picture, asked: tuple[Survey | None, str], found: dict[str, Part], params: SupplyParams
) -> tuple[dict[str, float | int | str], list[Missing]]:
    """Return the measures of the window and of each period, and what is missing."""
    known = Measured(dict(seen.structure.values), dict(seen.structure.absent))
    _amounts(known, snapshot, seen)
    _circles(known, seen, found)
    _practices(known, seen, params)
    _survey(known, *asked)
    values: dict[str, float | int | str] = dict(known.values)
    absent = dict(known.absent)
    for period, network in sorted(seen.declared.periods.items()):
        prefix = f"period:{named.part(period)}."
        one = measured(network, aimed=False)
        values |= {prefix + name: value for name, value in one.values.items()}
        absent |= {prefix + name: reason for name, reason in one.absent.items()}
    return values, [Missing(what=name, reason=reason) for name, reason in absent.items()]


def _amounts(known: Measured, snapshot: Snapshot, seen: Picture) -> None:
    """Add what the minimum rules ask for: interactions with suppliers and days."""
    said = seen.declared.weight
    # Sums stay whole where the sender's are.
    weighed = int(said) if said == int(said) else said
    known.values["interactions"] = seen.contact.interactions + cells.interactions(snapshot) + weighed
    days = (snapshot.window.end - snapshot.window.start) / DAY
    known.values["days"] = max(days, seen.declared.days) if seen.alone else days
    known.add("events", int(snapshot["activity_day"].ints("count").sum()) or None, "no_events")


def _circles(known: Measured, seen: Picture, found: dict[str, Part]) -> None:
    known.values["circles"] = len(seen.circles.labels)
    known.values["competing_pairs"] = len(seen.network.rival_suppliers()[0])
    alone = "only_competitors" if seen.circles.labels else "too_few_suppliers"
    known.add("circle_density", seen.inside.mean, alone if seen.circles.labels else "no_circles")
    known.add("ties_per_supplier", circles.ties_per_supplier(seen.network), "no_suppliers")
    known.add("within_two_steps", seen.steps.share, alone)
    known.add("density", found["density"].value if "density" in found else None, alone)


def _practices(known: Measured, seen: Picture, params: SupplyParams) -> None:
    done = seen.practice
    reason = "no_practice"
    known.add("practice", practice.value(done, params), reason)
    known.add("practice_evenness", done.evenness, reason)
    known.add("practice_rate", done.rate, reason)
    known.add("adoption", done.adoption, reason)
    known.add("practice_items", done.items or None, reason)
    known.add("sharing_suppliers", done.sharing if done.items else None, reason)


def _survey(known: Measured, asked: Survey | None, reason: str) -> None:
    known.add("survey", asked.value if asked else None, reason)
    known.add("respondents", asked.respondents if asked else None, reason)
    if asked is None:
        known.absent["survey.<dimension>"] = reason
    else:
        known.absent.update(dict.fromkeys((named.name("survey", one) for one in asked.withheld), "below_floor"))
        known.values.update({named.name("survey", name): value for name, value in asked.by_dimension().items()})
