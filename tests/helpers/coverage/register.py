"""All worlds: every shipped scorer with an interval, the five indices, a total."""

from typing import Final

from helpers.coverage import (
    composites,
    dependencies,
    funnels,
    healths,
    interfaces,
    ladders,
    presences,
    purposes,
    reach,
    silos,
    suppliers,
    values,
    verdicts,
    voices,
)
from helpers.coverage.worlds import World

WORLDS: Final[tuple[World, ...]] = (
    *silos.WORLDS,
    *reach.WORLDS,
    *interfaces.WORLDS,
    *dependencies.WORLDS,
    *ladders.WORLDS,
    *verdicts.WORLDS,
    *purposes.WORLDS,
    *suppliers.WORLDS,
    *values.WORLDS,
    *composites.WORLDS,
    *voices.WORLDS,
    *funnels.WORLDS,
    *healths.WORLDS,
    *presences.WORLDS,
)
