"""What can come of one run of a scorer: a finding, or the reason why there is none."""

import re
from typing import Final, TypeAlias

import msgspec

from kithline_sdk.contract import Finding

REASON: Final = 300  # characters of a plugin's own words that anybody needs
# A module and a line at the end of such words.
PLACE: Final = re.compile(r" \[([A-Za-z_][A-Za-z0-9_.]{0,149}):([1-9][0-9]{0,5})\]", re.ASCII)


class Scored(msgspec.Struct, frozen=True, tag_field="type", tag="scored"):
    """The scorer returned a finding; nobody has judged it yet."""

    finding: Finding


class Failed(msgspec.Struct, frozen=True, tag_field="type", tag="failed"):
    """It did not: `code` is crash, timeout, too_large, out_of_memory, invalid_finding, invalid_parameter or below_tier.

    `reason` is for people.
    """

    code: str
    reason: str


def placed(words: str, place: str) -> str:
    """Return words with the place behind them that a plugin names, if it is one. Whether there is such a place is not known."""
    if PLACE.fullmatch(f" [{place}]") is None:
        return plain(words)
    return f"{plain(words)[: REASON - len(place) - 3]} [{place}]"


def plain(words: str) -> str:
    """Return a plugin's words in one line that may be stored and printed anywhere: no control character, and not many."""
    return " ".join("".join(one if one.isprintable() else " " for one in words[: 2 * REASON]).split())[:REASON]


Outcome: TypeAlias = Scored | Failed
