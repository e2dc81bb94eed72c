"""What can come of one run of a scorer: a finding, or the reason why there is none."""

from typing import TypeAlias

import msgspec

from kithline_sdk.contract import Finding


class Scored(msgspec.Struct, frozen=True, tag_field="type", tag="scored"):
    """The scorer returned a finding; nobody has judged it yet."""

    finding: Finding


class Failed(msgspec.Struct, frozen=True, tag_field="type", tag="failed"):
    """It did not: `code` is crash, timeout, too_large, out_of_memory, invalid_finding, invalid_parameter or below_tier.

    `reason` is for people.
    """

    code: str
    reason: str


Outcome: TypeAlias = Scored | Failed
