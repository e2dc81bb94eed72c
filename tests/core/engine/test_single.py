"""No figure of a single person is published, whatever a scorer returns."""

import numpy as np
import pytest

from helpers.engine import spec
from kithline_core.engine import judge
from kithline_core.plugins import MeasureSpec
from kithline_sdk.contract import Finding
from kithline_sdk.snapshot import Column, Snapshot, Table, Window

LABEL = MeasureSpec(label={"en": "A measure"})
DECLARED = spec(
    inputs=[],
    minimum=[],
    measures={"ties": LABEL, "lift.<a>.<b>": LABEL, "constraint.<person>": LABEL, "sent.<actor>": LABEL},
)
NOTHING = Snapshot(Window(0, 1), [])
ASKED = Snapshot(
    Window(0, 1), [Table("people", {"person": Column("person", np.zeros(0, np.int64), np.zeros(0, np.bool_))})]
)


def judged(snapshot=NOTHING, **parts):
    return judge.judge(DECLARED, Finding(score=0.5, interval=(0.4, 0.6), **parts), snapshot, "sha256:0")


@pytest.mark.parametrize(
    "parts",
    [
        {"measures": {"constraint.17": 0.9}},
        {"measures": {"ties": 3, "sent.17": 4}},
        {"measures": {"community:c1.constraint.17": 0.9}},
        {"measures": {"person17": 0.9}},
        {"tables": {"people": [{"person": 17, "sent": 4}]}},
        {"tables": {"respondent": [{"n": 17}]}},
    ],
)
def test_a_figure_of_a_single_person_makes_the_whole_finding_an_error(parts):
    found = judged(**parts)

    assert (found.status, found.reasons, found.measures, found.tables) == ("error", ["invalid_finding"], {}, {})
    assert "single" in found.missing[0].what


def test_a_measure_that_nobody_declared_is_not_published():
    assert judged(measures={"ties": 3, "something": 1}).status == "error"


@pytest.mark.parametrize("name", ["ties", "lift.d1.d2", "period:2026.ties", "community:c%2E1.lift.a.b"])
def test_a_declared_figure_of_groups_is_published(name):
    assert judged(measures={name: 3}).measures == {name: 3}


def test_where_persons_were_asked_for_their_figures_stand():
    found = judged(ASKED, measures={"constraint.17": 0.9}, tables={"people": [{"person": 17}]})

    assert (found.status, found.measures) == ("ok", {"constraint.17": 0.9})


def test_a_scorer_without_measures_may_publish_none():
    bare = spec(inputs=[], minimum=[], measures={})
    finding = Finding(score=0.5, interval=(0.4, 0.6))

    assert judge.judge(bare, finding, NOTHING, "sha256:0").status == "ok"
