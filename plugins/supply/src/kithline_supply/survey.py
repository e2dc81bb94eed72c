"""What people say of working together: information, decisions, incentives (Simatupang and Sridharan 2005)."""

import math
from typing import Final, NamedTuple

import numpy as np

from kithline_sdk import Snapshot, Table, floor
from kithline_sdk.snapshot import Floats, Ints
from kithline_sdk.stats import Draws, quantiles
from kithline_supply.params import SupplyParams
from kithline_supply.structure import Range
from kithline_supply.sureness import tails

KEY: Final = "supply.survey"
LOWEST, HIGHEST = 1.0, 5.0


class Scale(NamedTuple):
    """An item's dimension, ends and direction."""

    dimension: str | None = None
    minimum: float = LOWEST
    maximum: float = HIGHEST
    reverse: bool = False

    def keyed(self, answer: float) -> float:
        """Return an answer in [0, 1], high is good."""
        share = (answer - self.minimum) / (self.maximum - self.minimum)
        return min(1.0, max(0.0, 1.0 - share if self.reverse else share))


class Survey(NamedTuple):
    """Per respondent and dimension the mean answer in [0, 1], NaN where nothing was answered; the department of each.

    `withheld` names the dimensions that too few people answered to be read. `told` is how many people answered where
    the one row holds the means of their answers.
    """

    dimensions: tuple[str, ...]
    means: Floats
    department: Ints
    withheld: tuple[str, ...] = ()
    told: int = 0

    @property
    def respondents(self) -> int:
        """Return how many people answered."""
        return max(self.told, len(self.means))

    def by_dimension(self) -> dict[str, float]:
        """Return the mean over respondents of each dimension."""
        columns = zip(self.dimensions, self.means.T.tolist(), strict=True)
        known = ((name, [cell for cell in column if not math.isnan(cell)]) for name, column in columns)
        return {name: math.fsum(cells) / len(cells) for name, cells in known if cells}

    @property
    def value(self) -> float | None:
        """Return g of the card: the mean of the dimensions' means."""
        found = self.by_dimension().values()
        return math.fsum(found) / len(found) if found else None


def survey(snapshot: Snapshot, params: SupplyParams) -> tuple[Survey | None, str]:
    """Return the answers of the latest assessment, or None with the reason: nobody asked, or too few to stay unknown."""
    table = _latest(snapshot["answers"])
    if not table.rows:
        return None, "no_survey"
    found = _read(table, _scales(snapshot["items"], set(table.texts("version"))))
    if found.value is None:
        return None, "no_survey"
    if params.no_floor or set(table.texts("role")) == {"assessor"}:
        return found, ""
    if table.present("respondents").all():
        # The smallest cell says how many people stand behind every figure.
        told = int(table.ints("respondents").min())
        enough = told >= floor.in_force(params.floor)
        return (found._replace(told=told), "") if enough else (None, "below_floor")
    kept = _held(found, floor.in_force(params.floor))
    return (kept, "") if kept.dimensions else (None, "below_floor")


def _held(found: Survey, k: int) -> Survey:
    """Leave out the dimensions that fewer than k respondents answered: the index without one would tell it."""
    enough = np.count_nonzero(~np.isnan(found.means), axis=0) >= k
    names = [(name, kept) for name, kept in zip(found.dimensions, enough.tolist(), strict=True)]
    return Survey(
        tuple(name for name, kept in names if kept),
        found.means[:, enough],
        found.department,
        tuple(name for name, kept in names if not kept),
    )


def _latest(answers: Table) -> Table:
    """Return the survey's answers of the assessment that was answered last."""
    wanted = np.array([*(label == KEY for label in answers.labels("questionnaire")), False], np.bool_)
    table = answers.where(wanted[answers.codes("questionnaire")] & answers.present("value"))
    if not table.rows:
        return table
    dated = np.where(table.present("dated"), table.ints("dated"), np.iinfo(np.int64).min)
    latest = np.lexsort((table.codes("assessment"), dated))[-1]
    return table.where(table.codes("assessment") == table.codes("assessment")[latest])


def _scales(items: Table, versions: set[str | None]) -> dict[str, Scale]:
    texts = {name: items.texts(name) for name in ("questionnaire", "version", "item", "dimension")}
    ends = zip(items.floats("minimum").tolist(), items.floats("maximum").tolist(), items.ints("reverse"), strict=True)
    found = {}
    for place, (low, high, reverse) in enumerate(ends):
        if texts["questionnaire"][place] != KEY or not {texts["version"][place], None} & versions:
            continue
        given = (LOWEST if math.isnan(low) else low, HIGHEST if math.isnan(high) else high)
        ends_apart = given if given[0] < given[1] else (LOWEST, HIGHEST)
        found[texts["item"][place] or ""] = Scale(texts["dimension"][place], *ends_apart, bool(reverse))
    return found


def _read(table: Table, scales: dict[str, Scale]) -> Survey:
    """Return the means per respondent; answers without a person are one respondent."""
    names = zip(table.texts("item"), table.texts("dimension"), table.floats("value").tolist(), strict=True)
    cells = [
        (scale.dimension or said, scale.keyed(value))
        for item, said, value in names
        for scale in (scales.get(item or "", Scale()),)
    ]
    dimensions = tuple(sorted({name for name, _ in cells if name is not None}))
    column = np.array([dimensions.index(name) if name in dimensions else -1 for name, _ in cells], np.int64)
    keyed = np.array([cell for _, cell in cells])
    use = column >= 0
    person = np.where(table.present("respondent"), table.ints("respondent"), -1)[use]
    who, row = np.unique(person, return_inverse=True)
    place, size = row.reshape(-1) * len(dimensions) + column[use], len(who) * len(dimensions)
    count = np.bincount(place, minlength=size)
    means = np.divide(np.bincount(place, keyed[use], size), count, out=np.full(size, np.nan), where=count > 0)
    first = np.unique(row.reshape(-1), return_index=True)[1]
    return Survey(dimensions, means.reshape(len(who), len(dimensions)), table.codes("department")[use][first])


def interval(asked: Survey, draws: int, seed: int) -> Range | str:
    """Return the 90 % interval of g from drawing respondents with replacement within their department.

    Draws are stretched about the estimate, without which the interval of few respondents is too narrow.
    """
    if asked.told:
        return "unquantified: means of answers, not answers"
    freedom = asked.respondents - len(np.unique(asked.department))
    if freedom < 1:
        return "unquantified: no department has two respondents, so none shows a spread"
    stream = Draws(seed)
    sums, counts = (np.zeros((draws, len(asked.dimensions))) for _ in range(2))
    known = ~np.isnan(asked.means)
    for department in np.unique(asked.department):
        rows = np.flatnonzero(asked.department == department)
        drawn = rows[stream.below(len(rows), draws * len(rows)).reshape(draws, len(rows))]
        sums += np.nan_to_num(asked.means)[drawn].sum(axis=1)
        counts += known[drawn].sum(axis=1)
    means = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    answered = ~np.isnan(means)
    index = np.nan_to_num(means).sum(axis=1) / np.maximum(1, answered.sum(axis=1))
    value = asked.value or 0.0
    stretch = math.sqrt(asked.respondents / freedom) * tails(freedom)
    low, high = (value + stretch * (end - value) for end in quantiles(index[answered.any(axis=1)]))
    return max(0.0, min(low, value)), min(1.0, max(high, value))
