"""A plugin that declares to infer feelings from what people do is left out; asking people is something else."""

from importlib.metadata import EntryPoint

import msgspec
import pytest

from helpers.engine import spec
from kithline_core import plugins
from kithline_core.plugins import Input, Manifest, MeasureSpec, Quarantined, beside
from kithline_sdk import inference

TIES = Input(table="tie_day", columns=["actor", "target"])
ANSWERS = Input(table="answers", columns=["item", "value"])
CELLS = Input(table="group_ties", columns=["group_a"])


def refused(**changes):
    return plugins.refused(Manifest(plugin="p", version="1.0.0", api_version="1", scorers=[spec(**changes)]))


@pytest.mark.parametrize(
    "declared",
    [
        {"key": "team.sentiment"},
        {"measures": {"mood": MeasureSpec(label={"en": "M"})}},
        {"measures": {"m": MeasureSpec(label={"en": "M", "de": "Stimmung der Abteilung"})}},
        {"title": {"en": "Emotion radar"}},
        {"question": {"de": "Welche Gefühle haben die Teams?"}},
        {"word_lists": ["data/sentiment.en.json"]},
        {"parameters": {"stress_weight": 1.0}},
        {"inputs": [Input(table="tie_day", columns=["actor", "mood"])]},
        {"infers": ["burnout"]},
    ],
)
def test_a_scorer_of_behaviour_that_names_a_feeling_is_refused(declared):
    reason = refused(**{"inputs": [TIES], **declared})

    assert reason is not None
    assert "infer feelings" in reason


def test_what_groups_do_is_behaviour_too():
    assert refused(inputs=[CELLS], key="group.mood")


def test_people_may_be_asked_how_they_feel_and_nobody_may_infer_it():
    assert refused(inputs=[ANSWERS], key="pulse.mood") is None
    assert refused(inputs=[ANSWERS], infers=["emotion"])
    assert refused(inputs=[ANSWERS, TIES], key="pulse.mood")


@pytest.mark.parametrize(
    "word", ["moodle", "emotionless", "affected", "stressed-skin", "a distress call", "Verstimmungen"]
)
def test_a_word_that_only_looks_like_a_feeling_is_none(word):
    assert inference.feeling([word]) is None


def test_what_is_inferred_otherwise_is_no_feeling():
    assert refused(inputs=[TIES], infers=["attrition"]) is None


def test_such_a_plugin_is_quarantined_with_the_reason(tmp_path, monkeypatch):
    manifest = Manifest(plugin="p", version="1.0.0", api_version="1", scorers=[spec(key="team.sentiment")])
    (tmp_path / "feeling_plugin").mkdir()
    (tmp_path / "feeling_plugin" / "__init__.py").write_text("raise SystemExit('imported')\n")
    (tmp_path / "feeling_plugin" / "kithline.json").write_bytes(msgspec.json.encode(manifest))
    monkeypatch.syspath_prepend(str(tmp_path))
    point = EntryPoint("feeling", "feeling_plugin", plugins.GROUP)
    monkeypatch.setattr("kithline_core.plugins.beside.entry_points", lambda **_: [point])

    (found,) = beside.found()

    assert isinstance(found, Quarantined)
    assert "team.sentiment declares to infer feelings" in found.reason


def test_no_table_of_behaviour_holds_a_text():
    free = {"text", "body", "subject", "message", "content"}

    assert inference.BEHAVIOUR
    assert not [name for name in inference.BEHAVIOUR if free.intersection(inference.CATALOGUE.get(name, {}))]
