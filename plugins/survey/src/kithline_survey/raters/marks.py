"""Ratings as a block: objects x items x raters, gaps as NaN."""

from typing import NamedTuple

import numpy as np

from kithline_sdk import Snapshot
from kithline_sdk.snapshot import Floats


class Marks(NamedTuple):
    """Values by object, item and rater; NaN where somebody did not rate."""

    values: Floats

    @property
    def units(self) -> Floats:
        """Return what was rated by raters: a row for each object and item."""
        return self.values.reshape(-1, self.values.shape[2])

    def crossed(self) -> Floats:
        """Return the objects that every rater rated on every item."""
        return self.values[~np.isnan(self.values).any(axis=(1, 2))]


def marks(snapshot: Snapshot) -> Marks:
    """Return all ratings; of several by one rater of one thing their mean."""
    table = snapshot["ratings"].sorted()
    table = table.where(table.present("object") & table.present("rater") & table.present("value"))
    places, sizes = [], []
    for codes in (table.codes("object"), table.codes("item") + 1, table.ints("rater")):
        known, place = np.unique(codes, return_inverse=True)
        places.append(place.reshape(-1))
        sizes.append(len(known))
    if not table.rows:
        return Marks(np.zeros((0, 0, 0)))
    cell = (places[0] * sizes[1] + places[1]) * sizes[2] + places[2]
    times = np.bincount(cell, minlength=sizes[0] * sizes[1] * sizes[2])
    total = np.bincount(cell, table.floats("value"), minlength=len(times))
    mean = np.divide(total, times, out=np.full(len(times), np.nan), where=times > 0)
    return Marks(mean.reshape(sizes))
