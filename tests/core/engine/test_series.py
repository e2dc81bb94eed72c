"""Series: no change across another method, none that chance explains, and levels that noise does not flip."""

import pytest

from kithline_core.engine.series import Measured, breaks, change, points
from kithline_core.model.levels import held

METHOD = {"version": "1.0.0", "parameters": "a", "word_lists": "", "engine": "1"}


def measured(score, half=5.0, method=METHOD, **more):
    interval = None if score is None or half is None else (score - half, score + half)
    return Measured(
        window=("2026-01-01", "2026-02-01"), status="ok", score=score, interval=interval, method=method, **more
    )


@pytest.mark.parametrize(
    ("before", "level", "probability", "expected"),
    [
        (None, 2, 0.3, 2),
        (3, None, None, None),
        (2, 3, 0.4, 3),
        (2, 2, 0.4, 2),
        (3, 2, 0.79, 3),
        (3, 2, 0.8, 2),
        (3, 1, None, 1),
    ],
)
def test_a_level_rises_at_once_and_falls_only_when_that_is_sure(before, level, probability, expected):
    assert held(before, level, probability) == expected


def test_a_change_is_told_with_the_interval_of_the_difference():
    found = change(measured(50.0, 3.0), measured(60.0, 4.0))

    assert found.value == 10.0
    assert found.interval == (5.0, 15.0)
    assert found.different


def test_a_change_is_told_to_a_tenth_as_scores_are():
    found = change(measured(50.0, 3.33), measured(60.12, 4.0))

    assert (found.value, found.interval) == (10.1, (4.9, 15.3))


def test_what_chance_explains_is_no_difference():
    assert not change(measured(50.0, 10.0), measured(60.0, 10.0)).different


@pytest.mark.parametrize(
    ("before", "after"), [((None, None), (50.0, 5.0)), ((50.0, None), (50.0, 5.0)), ((50.0, 5.0), (None, None))]
)
def test_without_a_score_or_an_interval_no_change_is_told(before, after):
    assert change(measured(*before), measured(*after)) is None


def test_no_change_is_told_across_another_method():
    other = {**METHOD, "version": "1.1.0", "engine": "2"}

    first, second, third = points([measured(50.0), measured(90.0, method=other), measured(20.0, method=other)])

    assert (first.breaks, first.change) == ([], None)
    assert (second.breaks, second.change) == (["engine", "version"], None)
    assert third.breaks == []
    assert third.change.value == -70.0


def test_a_part_of_the_method_that_only_one_tells_is_a_break():
    assert breaks({"version": "1"}, {}) == ["version"]


def test_a_series_that_moves_raises_an_alarm_and_an_unchanged_one_does_not():
    still = [50.0, 51.0, 49.0, 50.5, 49.5, 50.0, 51.0, 49.0]

    quiet = points([measured(score) for score in still])
    moved = points([measured(score) for score in [*still, 70.0, 71.0, 70.0]])

    assert not any(one.alarm for one in quiet)
    assert any(one.alarm for one in moved[len(still) :])


def test_the_watch_begins_anew_with_a_new_method_and_passes_over_what_has_no_score():
    still = [measured(score) for score in (50.0, 51.0, 49.0, 50.5, 49.5, 50.0)]
    new = [measured(score, method={**METHOD, "version": "2"}) for score in (90.0, 91.0)]

    assert not any(one.alarm for one in points([*still, measured(None), *new]))


def test_a_series_of_nothing_has_no_points():
    assert points([]) == []
