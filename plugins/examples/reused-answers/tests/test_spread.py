import random

import pytest
from kithline_sdk.stats import wilson

from reused_answers.spread import effective

TRUTH = 0.25


def drawn(draw: random.Random, authors: int, alike: float) -> list[tuple[int, int]]:
    """Authors of 1 to 6 answers, each with a propensity of their own (beta, intraclass correlation `alike`)."""
    found = []
    for _ in range(authors):
        own = draw.choice((1, 1, 2, 3, 6))
        rest = 1 / alike - 1
        chance = draw.betavariate(TRUTH * rest, (1 - TRUTH) * rest)
        found.append((own, sum(draw.random() < chance for _ in range(own))))
    return found


@pytest.mark.parametrize("authors", [8, 40])
@pytest.mark.parametrize("alike", [0.001, 0.3])
def test_nine_in_ten_intervals_hold_the_truth(authors, alike):
    draw, held = random.Random(1), 0
    for _ in range(400):
        sample = drawn(draw, authors, alike)
        share, many = sum(one for _, one in sample) / sum(one for one, _ in sample), effective(sample)
        low, high = wilson(share * many, many)
        held += low <= TRUTH <= high

    assert 0.85 <= held / 400 <= 0.97


def test_answers_that_are_no_more_alike_than_chance_count_in_full():
    assert effective([(2, 1)] * 10) == 20


def test_answers_of_an_author_that_are_all_alike_count_as_fewer():
    assert effective([(2, 2), (2, 0)] * 5) == 10


@pytest.mark.parametrize("sample", [[(4, 0), (2, 0), (1, 0), (1, 0)], [(4, 2), (2, 2), (2, 0)]])
def test_where_the_variance_tells_nothing_authors_count(sample):
    answers = sum(one for one, _ in sample)

    assert effective(sample) == answers**2 / sum(one**2 for one, _ in sample)


def test_without_answers_there_is_nothing_to_count():
    assert effective([]) == 0
