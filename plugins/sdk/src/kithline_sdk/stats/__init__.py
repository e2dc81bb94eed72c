"""Statistics that more than one card needs: curves, intervals, evenness, survival, reproducible random numbers, graphs."""

from kithline_sdk.stats.concentration import absence_factor, gini, top, top_share
from kithline_sdk.stats.curves import fall, rise, share_rise
from kithline_sdk.stats.diversity import pielou, shannon
from kithline_sdk.stats.intervals import Z90, quantiles, wilson
from kithline_sdk.stats.random import Draws
from kithline_sdk.stats.survival import Survival, kaplan_meier

__all__ = [
    "Z90", "Draws", "Survival", "absence_factor", "fall", "gini", "kaplan_meier", "pielou", "quantiles", "rise", "shannon",
    "share_rise", "top", "top_share", "wilson",
]  # fmt: skip
