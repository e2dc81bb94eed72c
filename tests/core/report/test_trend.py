"""The picture of a series."""

from kithline_core.engine.series import Point
from kithline_core.report.trend import trend


def point(score, **more):
    interval = None if score is None else (score - 5, score + 5)
    plain = {"window": ("2026-01-01", "2026-02-01"), "status": "ok", "level": None, "held": None, "change": None}
    return Point(**{**plain, "score": score, "interval": interval, "breaks": [], "alarm": False, **more})


def drawn(*points):
    return str(trend(points).__html__())


def test_points_are_joined_and_carry_their_intervals():
    picture = drawn(point(50.0), point(60.0), point(70.0))

    assert picture.count('class="tie"') == 2
    assert picture.count('class="band"') == picture.count("<circle") == 3


def test_nothing_joins_points_of_different_methods():
    picture = drawn(point(50.0), point(60.0, breaks=["version"]))

    assert 'class="tie"' not in picture
    assert picture.count('class="mark"') == 1


def test_what_is_unknown_leaves_a_gap():
    picture = drawn(point(50.0), point(None, interval=None), point(60.0, interval=None))

    assert 'class="tie"' not in picture
    assert picture.count("<circle") == 2
    assert picture.count('class="band"') == 1


def test_one_point_is_a_series_too():
    assert drawn(point(50.0)).count("<circle") == 1


def test_a_series_without_a_score_is_not_drawn():
    assert trend([point(None)]) is None
