"""What a scorer is computed with: the engine's own parameters, the scorer's, and what may change them."""

import pytest

from helpers.engine import spec
from kithline_core.engine import keys
from kithline_core.errors import Invalid


def test_nobody_is_named_and_the_floor_holds_where_nothing_is_said():
    assert keys.parameters(spec(), {}) == {**spec().parameters, "persons": False, "floor": 5, "no_floor": False}


def test_the_floor_is_raised_and_never_lowered():
    assert keys.parameters(spec(), {"floor": 6})["floor"] == 6
    assert keys.parameters(spec(), {"floor": 5})["floor"] == 5
    with pytest.raises(Invalid, match="never lowered"):
        keys.parameters(spec(), {"floor": 4})


@pytest.mark.parametrize("wrong", [{"floor": 5.5}, {"floor": True}, {"persons": "maybe"}, {"nothing": 1}])
def test_what_it_does_not_have_or_of_another_type_is_refused(wrong):
    with pytest.raises(Invalid):
        keys.parameters(spec(), wrong)
