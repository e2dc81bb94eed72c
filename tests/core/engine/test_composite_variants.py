"""What a tenant may define: each index once, equal weights or those of five people who wrote them down."""

import msgspec
import pytest

from helpers.indices import MAP, unit, variant
from kithline_core.engine.composite import value, variants
from kithline_core.errors import Invalid
from kithline_core.model.indices import Budget, NewIndexVariant

ALL = {"depth": 0.7, "purpose": 0.5, "network": 0.4, "supply": 0.6, "readiness": 0.3}


def of(*units, **more):
    return value.of(MAP, variant(**more), units)


def test_weights_are_the_mean_of_what_five_people_gave():
    points = [{"depth": 50.0, "supply": 50.0}] * 4 + [{"depth": 0.0, "supply": 100.0}]
    found = of(unit(**ALL), indices=["depth", "supply"], budget=Budget(document="minutes", allocations=points))

    assert found.weights == {"depth": 0.4, "supply": 0.6}
    assert found.weighting == "budget of 5 people: minutes"
    assert found.score == pytest.approx(100 * 0.7**0.4 * 0.6**0.6, abs=0.05)


@pytest.mark.parametrize(
    ("points", "pointer"),
    [
        ({"depth": 50.0, "supply": 49.0}, "/budget/allocations/0"),
        ({"depth": 50.0, "supply": 50.05}, "/budget/allocations/0"),
        ({"depth": 100.0}, "/budget/allocations/0"),
        ({"depth": 100.0, "supply": 0.0}, "/indices"),
    ],
)
def test_points_add_up_to_a_hundred_over_every_index(points, pointer):
    asked = NewIndexVariant(
        reason="r", indices=["depth", "supply"], budget=Budget(document="d", allocations=[points] * 5)
    )

    with pytest.raises(Invalid) as refused:
        variants.weights(asked)

    assert refused.value.pointer == pointer


def test_thirds_add_up_to_a_hundred_as_far_as_numbers_can():
    points = {"depth": 100 / 3, "purpose": 100 / 3, "supply": 33.3333333}
    asked = NewIndexVariant(reason="r", indices=list(points), budget=Budget(document="d", allocations=[points] * 5))

    assert sum(variants.weights(asked).values()) == pytest.approx(1, abs=1e-9)


def test_an_index_counts_once():
    with pytest.raises(Invalid, match="named twice"):
        variants.weights(NewIndexVariant(reason="r", indices=["depth", "depth"]))


@pytest.mark.parametrize("people", [0, 4])
def test_fewer_than_five_people_decide_no_weights(people):
    told = {"reason": "r", "budget": {"document": "d", "allocations": [{"depth": 60.0, "supply": 40.0}] * people}}

    with pytest.raises(msgspec.ValidationError, match=r"length >= 5"):
        msgspec.convert(told, NewIndexVariant)


def test_an_imputed_share_of_a_tenth_is_shown_and_leaves_the_status():
    given = [{"depth": 90.0, "supply": 10.0}] * 5
    units = [unit("a", depth=0.5, supply=0.4), unit("b", depth=0.5, supply=None)]

    found = of(
        *units, indices=["depth", "supply"], imputation="group_mean", budget=Budget(document="d", allocations=given)
    )

    assert (found.status, found.imputed_share, found.reasons) == ("ok", 0.1, ["imputed", "no_supply"])
