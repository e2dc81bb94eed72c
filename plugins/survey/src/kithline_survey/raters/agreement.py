"""Agreement beyond chance: Cohen's and Fleiss's kappa, Krippendorff's alpha."""

import itertools
import math
from typing import Literal, TypeAlias

import numpy as np

from kithline_sdk.snapshot import Floats, Ints

Scale: TypeAlias = Literal["nominal", "ordinal", "interval"]


def kappa(units: Floats) -> float | None:
    """Return Cohen's kappa of two raters (1960), Fleiss's of more (1971), over the rows without a gap.

    None where there is none, or where chance alone would agree always: everybody said the same throughout.
    """
    rows = units[~np.isnan(units).any(axis=1)]
    if not len(rows) or rows.shape[1] < 2:  # noqa: PLR2004 - nobody agrees alone
        return None
    categories, codes = np.unique(rows, return_inverse=True)
    codes = codes.reshape(rows.shape)
    if rows.shape[1] == 2:  # noqa: PLR2004 - two raters, who may use the scale differently
        first, second = (np.bincount(codes[:, one], minlength=len(categories)) / len(rows) for one in range(2))
        agreed, chance = float((codes[:, 0] == codes[:, 1]).mean()), math.fsum(first * second)
    else:
        said = _counts(codes, len(categories))
        raters = rows.shape[1]
        agreed = float((((said**2).sum(axis=1) - raters) / (raters * (raters - 1))).mean())
        chance = math.fsum((said.sum(axis=0) / said.sum()) ** 2)
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def kappa_quadratic(units: Floats) -> float | None:
    """Return kappa with squared distances as weights (Cohen 1968), the mean over pairs of raters (Light 1971).

    None where no pair of raters has rows of both with any expected difference.
    """
    found = []
    for one, other in itertools.combinations(range(units.shape[1]), 2):
        both = units[:, [one, other]]
        both = both[~np.isnan(both).any(axis=1)]
        if not len(both):
            continue
        expected = float(np.var(both[:, 0]) + np.var(both[:, 1]) + (both[:, 0].mean() - both[:, 1].mean()) ** 2)
        if expected > 0:
            found.append(1 - float(((both[:, 0] - both[:, 1]) ** 2).mean()) / expected)
    return math.fsum(found) / len(found) if found else None


def krippendorff(units: Floats, scale: Scale) -> float | None:
    """Return Krippendorff's alpha (2004) over rows that at least two rated; None where nobody could have differed."""
    said = ~np.isnan(units)
    rows = units[said.sum(axis=1) >= 2]  # noqa: PLR2004 - one value agrees with itself
    if not len(rows):
        return None
    known = ~np.isnan(rows)
    categories, codes = np.unique(rows[known], return_inverse=True)
    counts = np.zeros((len(rows), len(categories)))
    np.add.at(counts, (np.nonzero(known)[0], codes.reshape(-1)), 1.0)
    total = counts.sum(axis=0)
    apart = _distances(categories, total, scale)
    values = counts.sum(axis=1)
    observed = math.fsum(np.einsum("uc,ck,uk->u", counts, apart, counts, optimize=False) / (values - 1))
    expected = math.fsum((total[:, None] * total[None, :] * apart).ravel()) / (math.fsum(total) - 1)
    return 1 - observed / expected if expected > 0 else None


def _distances(categories: Floats, total: Floats, scale: Scale) -> Floats:
    """Return squared distances: 0 or 1, how many values lie between, or the difference."""
    if scale == "nominal":
        return 1 - np.eye(len(categories))
    place = np.cumsum(total) - total / 2 if scale == "ordinal" else categories
    return np.asarray((place[:, None] - place[None, :]) ** 2, np.float64)


def _counts(codes: Ints, categories: int) -> Ints:
    return np.stack([(codes == one).sum(axis=1) for one in range(categories)], axis=1)
