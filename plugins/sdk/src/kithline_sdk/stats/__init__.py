"""Statistics that more than one card needs: curves, intervals, evenness, reproducible random numbers, graphs."""

from kithline_sdk.stats.curves import fall, rise, share_rise
from kithline_sdk.stats.diversity import pielou, shannon
from kithline_sdk.stats.intervals import Z90, quantiles, wilson
from kithline_sdk.stats.random import Draws

__all__ = ["Z90", "Draws", "fall", "pielou", "quantiles", "rise", "shannon", "share_rise", "wilson"]
