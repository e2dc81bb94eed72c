import importlib
import inspect
import pkgutil

import msgspec
import pytest

import kithline_core.engine
import kithline_sdk.stats

# More fields than one keeps in mind are named where they are given.
NAMED_FROM = 8


def _structs():
    for package in (kithline_core.engine, kithline_sdk.stats):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for thing in vars(importlib.import_module(found.name)).values():
                if inspect.isclass(thing) and issubclass(thing, msgspec.Struct) and thing.__module__ == found.name:
                    yield thing


@pytest.mark.parametrize("struct", list(_structs()), ids=lambda one: f"{one.__module__}.{one.__qualname__}")
def test_what_the_engine_hands_on_cannot_be_changed_and_has_its_many_fields_named(struct):
    given = inspect.signature(struct).parameters.values()

    assert struct.__struct_config__.frozen
    if len(struct.__struct_fields__) >= NAMED_FROM:
        assert all(one.kind is inspect.Parameter.KEYWORD_ONLY for one in given)
