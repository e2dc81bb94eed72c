"""The page of indices says what the map says, and names what is published."""

from helpers import pages
from helpers.indices import MAP, unit, variant
from kithline_core.engine.composite import value

PAGE = pages.read("indices.md")
ALL = {"depth": 0.7, "purpose": 0.5, "network": 0.4, "supply": 0.6, "readiness": 0.3}


def test_the_map_on_the_page_is_the_one_in_force():
    rows = [[pages.codes(cell) for cell in row] for row in pages.rows(pages.section(PAGE, "Index map"))]

    assert rows == [
        [[one.index], [part.part for part in one.parts], [part.part for part in one.parts if part.necessary]]
        for one in MAP.indices
    ]
    assert f"Version {MAP.version}." in pages.section(PAGE, "Index map")


def test_every_measure_of_a_total_is_on_the_page():
    found = value.of(MAP, variant(), [unit(str(n), **ALL) for n in range(2)])
    told = {name.partition(".")[0] for row in pages.rows(PAGE) for name in pages.codes(row[0])}

    assert {name.partition(".")[0] for name in found.measures} <= told
    assert {choice for choice in ("parts", "weights", "aggregation", "inclusion") if f"`{choice}`" in PAGE} == {
        name.partition(".")[2] for name in found.measures if name.startswith("sobol_first")
    }
