"""Who is in the data, who takes part, and in which groups on the last active day (rulings 2.7)."""

from typing import NamedTuple

import numpy as np

from kithline_network.reach.groups import masks
from kithline_sdk import Snapshot
from kithline_sdk.colleagues import actors
from kithline_sdk.snapshot import Bools, Ints
from kithline_sdk.staff import last_days
from kithline_sdk.stats.graphs import distinct
from kithline_sdk.ties import contributes


class Crowd(NamedTuple):
    """People who did anything, by number: last active day, groups as a mask, who takes part.

    `people` also counts who was only addressed.
    """

    person: Ints
    day: Ints
    mask: Ints
    active: Bools
    people: int
    events: int

    @property
    def taking_part(self) -> Ints:
        """Return the masks of who takes part."""
        return self.mask[self.active]


def crowd(snapshot: Snapshot) -> Crowd:
    """Return everybody with an event of any kind, or a declared tie.

    Who takes part made a contribution, or is an end of a declared tie: to be written to is not to take part.
    """
    activity, contact, ties = snapshot["activity_day"], snapshot["tie_day"], snapshot["ties"]
    declared = [ties.ints("actor"), ties.ints("target")]
    active = distinct(np.concatenate([actors(snapshot), contact.ints("actor")[contributes(contact)], *declared]))
    person = distinct(np.concatenate([activity.ints("actor"), contact.ints("actor"), active]))
    day = last_days(snapshot, person)
    mask = masks(snapshot["memberships"], person, day)
    people = len(distinct(np.concatenate([person, contact.ints("target")])))
    return Crowd(person, day, mask, np.isin(person, active), people, int(activity.ints("count").sum()))
