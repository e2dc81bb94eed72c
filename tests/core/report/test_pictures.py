import xml.etree.ElementTree as ET
from itertools import combinations

import pytest
from msgspec.structs import replace

from kithline_core.report.drivers import MOST, drivers
from kithline_core.report.gauge import gauge
from kithline_core.report.heat import heat
from kithline_core.report.ladder import LONG, ladder
from kithline_core.report.names import split, words
from kithline_core.report.suppliers import NAMED, on_ring, ring, suppliers
from kithline_core.report.svg import short

HOSTILE = '<script>alert("1")</script>&\'x'


def parsed(picture):
    """Return a picture as a tree; what is not well-formed raises."""
    return ET.fromstring(picture.__html__())


def texts(picture):
    return [one.text for one in parsed(picture).iter("text")]


def of_kind(picture, name, kind):
    return [one for one in parsed(picture).iter(name) if kind in one.get("class", "").split()]


@pytest.fixture
def depth(made):
    met = {f"attainment.{k}": share for k, share in enumerate((0.95, 0.9, 0.6, 0.2), 1)}
    caps = {"cap.business_model": 4, "cap.workforce": 2, "cap.leadership": 3}
    return made.document(level=2, measures={**met, **caps, "ceiling": 2, "binding": "workforce"})


def without(document, *names):
    return replace(document, measures={k: v for k, v in document.measures.items() if k not in names})


def test_the_ladder_shows_how_far_each_level_is_met_and_the_ceiling_above(depth):
    picture = ladder(depth)

    assert picture.title == "Ladder: level 2 of 4"
    assert {"95%", "90%", "60%", "20%", "ceiling: workforce"} <= set(texts(picture))
    assert [float(one.get("width")) for one in of_kind(picture, "rect", "fill")] == [
        pytest.approx(LONG * share, abs=0.1) for share in (0.95, 0.9)
    ]
    (line,) = of_kind(picture, "line", "ceiling")
    (post,) = of_kind(picture, "rect", "low")
    assert line.get("y1") == post.get("y")


def test_a_level_that_is_unknown_is_drawn_as_unknown_and_never_as_zero(depth):
    picture = ladder(without(depth, "attainment.3"))

    assert "unknown" in texts(picture)
    assert "0%" not in texts(picture)
    assert len(of_kind(picture, "rect", "track")) == 3


def test_a_ceiling_that_is_unknown_is_an_empty_post(depth):
    picture = ladder(without(depth, "cap.leadership", "ceiling"))

    assert [one.find("title").text for one in of_kind(picture, "rect", "unknown")] == ["leadership: unknown"]
    assert of_kind(picture, "line", "ceiling") == []


def test_a_ceiling_that_nothing_names_is_called_a_ceiling(depth):
    assert "ceiling" in texts(ladder(without(depth, "binding")))


def test_a_ceiling_at_the_top_binds_nobody(depth, made):
    open_above = {**depth.measures, "ceiling": 4, "cap.workforce": 4}

    assert of_kind(ladder(made.document(measures=open_above)), "line", "ceiling") == []
    assert ladder(made.document(measures=open_above)).title == "Ladder: the level is unknown"


def test_without_anything_known_there_is_no_picture(made):
    nothing = made.document()

    assert [draw(nothing) for draw in (ladder, drivers, heat, gauge)] == [None] * 4
    assert suppliers(nothing, ring([nothing])) is None


def test_drivers_stand_by_weight_with_what_each_could_add(made):
    found = made.document(
        drivers=[made.driver("small", 1.0, 0.0), made.driver("ceiling.business_model", 5.0, 20.0), made.driver("idle")]
    )

    assert texts(drivers(found)) == ["ceiling: business model", "+5.0, could add 20.0", "small", "+1.0"]


def test_of_many_drivers_the_rest_is_counted(made):
    picture = drivers(made.document(drivers=[made.driver(f"d{i}", float(i)) for i in range(MOST + 3)]))

    assert texts(picture)[-1] == "and 3 more with less weight"
    assert texts(picture)[0] == f"d{MOST + 2}"


def test_drivers_that_carry_nothing_yet_draw_no_bar(made):
    picture = drivers(made.document(drivers=[made.driver("level.1", 0.0, 0.0)]))

    assert texts(picture) == ["level: 1", "0"]
    assert [one.get("width") for one in of_kind(picture, "rect", "fill")] == ["0.0"]


def test_drivers_of_a_product_are_shown_as_factors(made):
    picture = drivers(made.document(drivers=[made.driver("needed", -0.6931471805599453)]), geometric=True)

    assert texts(picture) == ["needed", "× 0.50"]  # noqa: RUF001 - the sign that is printed


def test_the_gauge_shows_the_interval_where_there_is_one(made):
    sure = gauge(made.document(score=50.0, interval=(40.0, 60.0)))
    unsure = gauge(made.document(score=50.0, interval="unquantified: one answer"))

    assert [one.get("width") for one in of_kind(sure, "rect", "band")] == ["40.0"]
    assert of_kind(unsure, "rect", "band") == []


@pytest.fixture
def silos(made):
    lifts = {"lift.a.b": 2.0, "lift.a.c%2Ed": 0.1, "lift.odd": 3.0, "lift.b.c%2Ed": "withheld"}
    due = [{"a": "a", "b": "c.d"}]
    return made.document("silos.internal", measures=lifts, tables={"interfaces_without_two_way_tie": due})


def test_the_heat_map_shows_pairs_against_chance_and_frames_those_that_must_talk(silos):
    picture = heat(silos)

    assert [one.find("title").text for one in of_kind(picture, "rect", "more") if len(one)] == [
        "a and b: 2.00 times chance (unquantified: as counted)",
        "b and a: 2.00 times chance (unquantified: as counted)",
    ]
    assert len([one for one in of_kind(picture, "rect", "due") if len(one)]) == 2
    assert "must talk, no two-way contact" in texts(picture)
    assert "c.d" in texts(picture)


def test_a_pair_that_is_not_shown_stays_empty(silos):
    assert [one.find("title").text for one in of_kind(heat(silos), "rect", "unknown")] == [
        "b and c.d: not shown",
        "c.d and b: not shown",
    ]


def test_a_heat_map_without_silent_interfaces_has_no_frame(made):
    picture = heat(made.document(measures={"lift.a.b": 1.0}))

    assert of_kind(picture, "rect", "due") == []


def test_of_many_departments_the_largest_are_drawn(made):
    names = [f"d{i:02}" for i in range(50)]
    lifts = {f"lift.{a}.{b}": 1.0 for a, b in combinations(names, 2)}
    sizes = [{"department": name, "people": 10 + place} for place, name in enumerate(names)]

    shown = texts(heat(made.document(measures=lifts, tables={"departments": sizes})))

    assert "d49" in shown
    assert "d09" not in shown


def test_suppliers_stand_around_the_hub_and_ties_among_them_are_counted(made):
    found = made.network([("a", "b", True), ("a", "hub", False), ("b", "hub", None), ("a", "dealer", True)])

    picture = suppliers(found, ring([found]))

    assert picture.title == "3 suppliers, 1 ties among them"
    assert len(of_kind(picture, "path", "tie")) == 1
    assert [one.get("class") for one in of_kind(picture, "line", "spoke")] == ["spoke one-way", "spoke"]
    assert [one.find("title").text for one in of_kind(picture, "circle", "apart")] == ["c"]


def test_before_and_after_put_each_supplier_in_the_same_place(made):
    before, after = made.network(suppliers=("a", "c")), made.network(suppliers=("a", "b", "c"))
    stand = ring([before, after])

    places = [
        {
            one.find("title").text: (one.get("cx"), one.get("cy"))
            for one in parsed(suppliers(found, stand)).iter("circle")
        }
        for found in (before, after)
    ]

    assert places[0].items() <= places[1].items()
    assert "b" not in places[0]


def test_suppliers_of_one_circle_stand_together_under_its_name(made):
    found = made.network(circles={"a": "body", "b": "chassis;body", "c": "body"})

    assert ring([found]).suppliers == ("a", "c", "b")
    assert set(texts(suppliers(found, ring([found])))) == {"body", "chassis"}


def test_of_very_many_circles_no_name_is_written(made):
    ids = [f"s{i}" for i in range(NAMED + 1)]
    found = made.network(suppliers=ids, circles={one: f"circle of {one}" for one in ids})

    assert texts(suppliers(found, ring([found]))) == []


def test_a_network_without_a_hub_is_still_a_network(made):
    found = made.network([("a", "b", True)], focal=())

    assert of_kind(suppliers(found, ring([found])), "circle", "hub") == []


def test_the_ring_begins_at_the_top_and_turns_clockwise():
    x, y = on_ring(1, 4, 10)

    assert (x, y) == (pytest.approx(on_ring(0, 4, 0)[0] + 10), pytest.approx(on_ring(0, 4, 0)[1]))


def test_hostile_ids_are_text_in_every_picture(made):
    name = HOSTILE.replace(".", "%2E")
    department = made.document(measures={f"lift.{name}.b": 1.0}, drivers=[made.driver(f"department.{name}", 1.0)])
    supply = made.network([(HOSTILE, "b", True)], suppliers=(HOSTILE, "b"), circles={HOSTILE: HOSTILE})

    for picture in (heat(department), drivers(department), suppliers(supply, ring([supply]))):
        assert not list(parsed(picture).iter("script"))
        assert "<script" not in picture.__html__()


def test_names_give_back_the_senders_ids():
    assert split("lift.a%2Eb.c%2541") == ["lift", "a.b", "c%41"]
    assert words("department.line_3") == "department: line_3"
    assert words("ceiling.business_model") == "ceiling: business model"


def test_long_names_are_cut_with_an_ellipsis():
    assert short("electronics", 11) == "electronics"
    assert short("electronics", 6) == "elect…"
