"""Events by the organisation for which their actor stood on the day: how many organisations carry the exchange (rulings 2.5)."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table
from kithline_sdk.grouping import by_pair
from kithline_sdk.people import held
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import absence_factor, graphs, pielou, shannon

# What is published, here and by people.dependency.
FIGURES: Final = (
    "organisations",
    "organisation_shannon",
    "organisation_evenness",
    "effective_organisations",
    "elephant_factor",
)


class Exchange(NamedTuple):
    """Events per organisation with any, all verbs, no cap; who stands for k organisations on a day counts 1/k in each."""

    events: Floats

    def figures(self) -> dict[str, float | None]:
        """Return the figures under their published names, None where there is nothing to look at."""
        size, amounts = len(self.events), self.events.tolist()
        entropy = shannon(amounts) if size else None
        return {
            "organisations": size or None,
            "organisation_shannon": entropy,
            "organisation_evenness": pielou(amounts, size) if size > 1 else None,
            "effective_organisations": None if entropy is None else math.exp(entropy),
            "elephant_factor": absence_factor(self.events),
        }

    def why(self, measure: str, snapshot: Snapshot) -> str:
        """Return the reason for an absent figure."""
        if not snapshot["activity_day"].rows:
            return "no_events"
        return "one_organisation" if measure == "organisation_evenness" and len(self.events) else "no_organisations"


def organisations(snapshot: Snapshot) -> Exchange:
    """Return the events of each organisation; `unaffiliated` is one like any other, an actor without any stands for none."""
    activity, memberships = snapshot["activity_day"], snapshot["memberships"]
    days = by_pair(activity.ints("actor"), activity.ints("day"))
    count = np.bincount(days.of, activity.ints("count"), days.size)
    found = held(memberships, "organisation", days.one, days.other)
    unit = owners(memberships.labels("organisation"), snapshot["organisations"])[found.code]
    # Two organisations under one owner are one, also where somebody stands for both.
    seats = by_pair(found.query, unit)
    share = 1.0 / np.bincount(seats.one, minlength=1)[seats.one] if seats.size else np.zeros(0)
    events = np.bincount(seats.other, count[seats.one] * share) if seats.size else np.zeros(0)
    return Exchange(np.sort(events[events > 0]))


def owners(labels: tuple[str, ...], listed: Table) -> Ints:
    """Return a number per label, the same for organisations under one owner (dataset.md)."""
    told = zip(listed.texts("organisation"), listed.texts("owner"), strict=True)
    owned = sorted({(one, owner) for one, owner in told if one is not None and owner})
    names = sorted({*labels, *(name for pair in owned for name in pair)})
    place = {name: number for number, name in enumerate(names)}
    ends = np.array([(place[one], place[owner]) for one, owner in owned], np.int64).reshape(-1, 2)
    root = graphs.components(ends[:, 0], ends[:, 1], len(names))
    return root[np.array([place[label] for label in labels], np.int64)]
