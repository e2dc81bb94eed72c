"""The scorers that ship, by key: what a run, a folder and a demo have results of."""

from typing import Final

VERDICT: Final = "kithline.verdict"
# Without a score of their own: the table shows what they measured.
UNSCORED: Final = frozenset({VERDICT, "value.estimate", "instrument.quality", "raters.agreement"})
SHIPPED: Final = frozenset(
    {
        "maturity.depth", "saydo.gap", VERDICT, "purpose.clarity", "supply.collaboration", "reach.ecosystem",
        "silos.internal", "interfaces.congruence", "voice.everyone", "people.dependency", "leadership.presence",
        "health.community", "cocreation.funnel", "value.estimate", "instrument.quality", "raters.agreement",
    }
)  # fmt: skip
