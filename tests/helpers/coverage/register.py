"""All worlds: every shipped scorer with an interval, the five indices, a total."""

from typing import Final

from helpers.coverage import composites, dependencies, interfaces, ladders, purposes, silos, suppliers, values, verdicts
from helpers.coverage.worlds import World

WORLDS: Final[tuple[World, ...]] = (
    *silos.WORLDS,
    *interfaces.WORLDS,
    *dependencies.WORLDS,
    *ladders.WORLDS,
    *verdicts.WORLDS,
    *purposes.WORLDS,
    *suppliers.WORLDS,
    *values.WORLDS,
    *composites.WORLDS,
)
