"""What the interval means: these people, contacts being random (rulings 3.4)."""

import numpy as np
import pytest


def _draws(sizes, inside, outside, times, scale=1.0):
    """Return the true score and drawn tie lists; ties come about independently, more often inside departments."""
    random = np.random.default_rng(5)
    label = np.repeat(np.arange(len(sizes)), sizes)
    a, b = np.triu_indices(len(label), 1)
    across = label[a] != label[b]
    p = np.where(across, outside, inside) * scale
    truth = min(1.0, p[across].sum() / p.sum() / across.mean())
    people = {f"{one:03}": f"d{name}" for one, name in enumerate(label.tolist())}
    ties = [np.flatnonzero(random.random(len(p)) < p) for _ in range(times)]
    return truth, people, [[(f"{a[one]:03}", f"{b[one]:03}") for one in drawn.tolist()] for drawn in ties]


@pytest.mark.parametrize(
    ("sizes", "inside", "outside"),
    [((15, 15, 10), 0.3, 0.05), ((30, 30, 30, 30), 0.08, 0.02), ((8, 8, 8), 0.8, 0.1), ((40, 20), 0.05, 0.05)],
)
def test_nine_in_ten_intervals_hold_the_truth(score, sizes, inside, outside):
    truth, people, draws = _draws(sizes, inside, outside, 200)

    found = [score(people, ties).interval for ties in draws]

    assert 0.85 <= sum(low <= truth <= high for low, high in found) / len(found) <= 0.99


def test_the_interval_narrows_with_four_times_the_ties(score):
    def width(scale):
        _, people, draws = _draws((30, 30, 30, 30), 0.08, 0.02, 20, scale)
        return np.mean([high - low for low, high in (score(people, ties).interval for ties in draws)])

    assert width(4) / width(1) == pytest.approx(0.5, rel=0.1)
