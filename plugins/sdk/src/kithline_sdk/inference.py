"""Refuses scorers that say they infer what people feel from what they do: of employees nobody may, and groups mix.

A manifest is a declaration, and code that lies in it is not found here. What stands against that is elsewhere: no table of
a snapshot holds a text of a person, and the sandbox has no other door. What people say themselves, in answers to a
questionnaire, is told and not inferred.
"""

import re
from collections.abc import Iterable
from typing import Final

from kithline_sdk.catalogue import CATALOGUE

# Tables of people in which they said it themselves, or in which they do nothing.
_SAID: Final = frozenset({"answers", "ratings", "memberships", "people"})
_CELLS: Final = frozenset({"group_ties", "group_activity", "waits", "contributions"})
BEHAVIOUR: Final = frozenset(
    {name for name, columns in CATALOGUE.items() if "person" in columns.values() and name not in _SAID} | _CELLS
)
_FEELING: Final = re.compile(
    r"(?<![a-zäöüß])(sentiment|emotion|emotional|mood|moods|feeling|feelings|affective|affect|polarity|valence|arousal"
    r"|morale|happiness|frustration|anger|burnout|stress"
    r"|stimmung|stimmungen|gefühl|gefühle|gefuehl|gefuehle|laune|gemüt|gemütslage)(s|en)?(?![a-zäöüß])"
)


def feeling(words: Iterable[str]) -> str | None:
    """Return the first of these names and texts that speaks of a feeling."""
    return next((word for word in words if _FEELING.search(word.casefold())), None)


def refused(key: str, tables: Iterable[str], words: Iterable[str], infers: Iterable[str]) -> str | None:
    """Return why a scorer is refused: it declares a feeling, and reads what people do. None: it does not."""
    declared = feeling(infers)
    if declared is None and BEHAVIOUR.intersection(tables):
        declared = feeling(words)
    if declared is None:
        return None
    return (
        f"{key} declares to infer feelings of people ({declared[:60]!r}), which is refused: they can be asked instead"
    )
