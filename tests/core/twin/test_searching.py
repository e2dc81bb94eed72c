"""What stands beside a twin: k, and parameters in which only the manifest's own words are told."""

import msgspec
import pytest

from helpers.bugs import world
from kithline_core import twin
from kithline_core.plugins import installed
from kithline_core.twin import searching
from kithline_core.twin.searching import Rule
from kithline_sdk.snapshot import Snapshot

PLUGIN, SPEC = installed().find("silos.internal")


def rule(**usual: object) -> Rule:
    return Rule(PLUGIN, msgspec.structs.replace(SPEC, parameters=usual))


def told(parameters: dict[str, object], **usual: object) -> tuple[dict[str, object], Snapshot]:
    snapshot = world.ordinary()
    shape = twin.shape(snapshot, 5, texts=list(searching.strings(parameters)))
    drawn = twin.drawn(shape, 3)
    return searching.replaced(parameters, rule(**usual), drawn), drawn.snapshot


def test_numbers_and_switches_stay_as_they_are():
    assert told({"floor": 7, "persons": False, "share": 0.25, "none": None})[0] == {
        "floor": 7, "persons": False, "share": 0.25, "none": None,
    }  # fmt: skip


def test_a_text_stays_where_the_manifest_says_it_and_is_drawn_elsewhere():
    found, _ = told({"mode": "strict", "title": "strictly ours"}, mode="strict", title="a title")

    assert found["mode"] == "strict"
    assert "strictly" not in found["title"]


def test_a_parameter_that_names_a_department_names_the_same_one_in_the_twin():
    found, drawn = told({"only": "sales", "lists": ["sales", "works"], "sizes": {"finance": 3}})

    here = set(drawn["memberships"].labels("department"))
    assert found["only"] in here
    assert found["lists"][0] == found["only"] != found["lists"][1]
    assert set(found["lists"]) | set(found["sizes"]) <= here
    assert not here & set(world.DEPARTMENTS)


@pytest.mark.parametrize(
    ("table", "floor", "k"),
    [("ties", 5, 5), ("ties", 12, 12), ("answers", 5, 10), ("memberships", 5, 10), ("answers", 12, 12)],
)
def test_what_is_said_in_answers_or_of_leaders_takes_ten(table, floor, k):
    snapshot = world.ordinary()

    assert searching.floor_of(Snapshot(snapshot.window, [snapshot[table]]), floor) == k
