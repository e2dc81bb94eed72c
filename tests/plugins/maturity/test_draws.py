"""The bootstrap of rulings 3.2, held against a slow one written by hand."""

import math

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student_t

from kithline_maturity.spread import student
from kithline_sdk.stats import Draws

MIXED = {
    "L1": [4, 4, 3, 4, 2], "L2": [3, 4, 3, 2, 2], "L3": [2, 1, 3, 0, 2], "L4": [0, 1, 0, 0, 2],
    "BM": [3, 3, 4, 3, 3], "WF": [2, 1, 2, 3, 2], "LD": [3, 4, 2, 3, 3],
}  # fmt: skip


def index_of(attained, caps):
    level = 0
    while level < 4 and attained[level] >= 0.7 - 1e-9:
        level += 1
    ceiling = min(caps)
    if level >= ceiling:
        return ceiling
    return level + min(0.99, attained[level] / 0.7)


def cap_of(mean):
    return 1 + sum(mean >= cut - 1e-9 for cut in (0.25, 0.5, 0.75))


def by_hand(sheets):
    """Index of each draw from {stem: shares} dictionaries."""
    return np.array([_index({stem: np.mean(one[stem]) for stem in one}) for one in sheets])


def _index(means):
    return index_of([means[f"L{k}"] for k in (1, 2, 3, 4)], [cap_of(means[s]) for s in ("BM", "WF", "LD")])


def ends_by_hand(sheets, estimate, size):
    """Indices of all parts at their lower, and at their upper ends, of draws stretched about the means of an estimate."""
    factor = math.sqrt(size / (size - 1)) * student(size - 1) / norm.ppf(0.95)

    def end(stem, level):
        centre = np.mean(estimate[stem])
        drawn = np.sort(np.clip([centre + (np.mean(one[stem]) - centre) * factor for one in sheets], 0, 1))
        return drawn[round(level * (len(sheets) - 1))]

    return tuple(_index({stem: end(stem, level) for stem in estimate}) / 4 for level in (0.05, 0.95))


def test_few_respondents_draw_the_questions_of_each_part(depth, five, answers):
    found = depth(five, answers(MIXED, confirmed_by="x"), seed=11, draws=400)
    stream = Draws(11)
    order = ("L1", "L2", "L3", "L4", "BM", "LD", "WF")
    drawn = {stem: stream.below(5, 400 * 5).reshape(400, 5) for stem in order}
    sheets = [{stem: [MIXED[stem][n] / 4 for n in drawn[stem][b]] for stem in order} for b in range(400)]

    whole = {stem: [value / 4 for value in values] for stem, values in MIXED.items()}

    assert found.interval == pytest.approx(ends_by_hand(sheets, whole, 5), abs=1e-9)


def test_five_respondents_are_drawn_themselves(depth, five, answers):
    people = [{stem: [max(0, value - n % 3) for value in values] for stem, values in MIXED.items()} for n in range(7)]
    rows = [
        {**row, "evidence": "e", "confirmed_by": "x"}
        for n, sheet in enumerate(people)
        for row in answers(sheet, respondent=f"p{n}")
    ]
    found = depth(five, rows, seed=5, draws=450)
    stream = Draws(5)
    # The draws are taken in blocks of 200; the stream does not notice.
    drawn = stream.below(7, 450 * 7).reshape(450, 7)
    sheets = [
        {stem: np.mean([[value / 4 for value in people[n][stem]] for n in drawn[b]], axis=0) for stem in MIXED}
        for b in range(450)
    ]

    expected = by_hand(sheets)
    whole = {stem: np.mean([[value / 4 for value in sheet[stem]] for sheet in people], axis=0) for stem in MIXED}

    assert found.interval == pytest.approx(ends_by_hand(sheets, whole, 7), abs=1e-9)
    assert found.level_probability == pytest.approx(np.mean(np.floor(expected) == found.level), abs=1e-9)


def test_a_question_that_no_drawn_respondent_answered_is_left_out_of_that_draw(depth, five, answers):
    rows = [row for n in range(5) for row in answers({"L1": [3] * 4}, respondent=f"p{n}")]
    rows += answers({"L1.5": 3, "L2.1": 4}, respondent="p0")

    found = depth(five, rows, draws=100)

    assert found.intervals["attainment.1"] == (0.75, 0.75)
    assert found.intervals["attainment.2"] == (1.0, 1.0)


def test_the_same_seed_gives_the_same_finding_and_another_its_own(depth, five, answers):
    rows = answers(MIXED)

    assert depth(five, rows, seed=3) == depth(five, rows, seed=3)
    assert depth(five, rows, seed=3).level_probability != depth(five, rows, seed=4).level_probability


def test_a_mandatory_question_that_fails_fails_in_every_draw_of_questions(depth, five, answers):
    items = [{**one, "mandatory": one["item"] == "L1.5"} for one in five]

    found = depth(items, answers({**MIXED, "L1": [4, 4, 4, 4, 1]}))

    assert (found.level, found.level_probability, found.interval[1]) == (0, 1.0, 0.7 / 4)


def test_the_interval_narrows_with_more_respondents(depth, five, answers):
    rng = np.random.default_rng(1)

    def width(people):
        rows = [
            {**row, "evidence": "e"}
            for n in range(people)
            for row in answers({stem: [int(v) for v in rng.integers(0, 5, 5)] for stem in MIXED}, respondent=f"p{n:03}")
        ]
        low, high = depth(five, rows).interval
        return high - low

    assert width(160) < width(10)


def test_a_level_passes_in_a_share_of_the_draws(depth, five, answers):
    found = depth(five, answers(MIXED, confirmed_by="x"), seed=11, draws=400).measures
    stream = Draws(11)

    for k in (1, 2):
        drawn = stream.below(5, 400 * 5).reshape(400, 5)
        reached = np.mean([np.mean([MIXED[f"L{k}"][n] for n in row]) / 4 >= 0.7 - 1e-9 for row in drawn])
        assert found[f"p_drawn.{k}"] == pytest.approx(reached, abs=1e-12)


def test_what_a_step_gains_carries_an_interval_around_its_point(depth, five, answers):
    found = depth(five, answers(MIXED))

    for step in found.recommendations:
        low, high = step.gain
        assert 0 <= low <= high <= 1


def test_students_quantiles_are_those_of_scipy():
    for freedom in [*range(1, 60), 1000]:
        assert student(freedom) == pytest.approx(student_t.ppf(0.95, freedom), abs=1e-3)
