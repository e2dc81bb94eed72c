"""Scores how deep an organisation's relationships go, the headline verdict, and what is claimed beyond what is done."""

from collections.abc import Sequence

from kithline_maturity.depth import Depth
from kithline_maturity.saydo.scorer import Saydo
from kithline_maturity.verdict import Verdict
from kithline_sdk import Scorer, hookimpl


@hookimpl
def kithline_scorers() -> Sequence[Scorer]:
    """Return the ladder, the verdict and the gap between both kinds of evidence."""
    return [Depth(), Verdict(), Saydo()]
