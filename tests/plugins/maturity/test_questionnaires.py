"""The questionnaires as data: enough questions, both languages, one text for one question."""

import importlib.resources
import json
from collections import Counter

import pytest

GROUPS = {"customer", "employee", "partner", "shareholder", "supplier"}
FIELDS = {
    "item", "text", "level", "ceiling", "dimension", "group", "step", "weight", "mandatory", "effort", "minimum",
    "maximum", "reverse", "evidence", "improvement",
}  # fmt: skip


def load(name):
    folder = importlib.resources.files("kithline_maturity") / "questionnaires"
    return json.loads(folder.joinpath(f"{name}@1.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module", params=["depth", "depth.quick"])
def whole(request):
    return load(request.param)


def test_every_question_has_its_fields_in_english_and_german(whole):
    for one in whole["items"]:
        assert set(one) == FIELDS
        assert set(one["text"]) == set(one["improvement"]) == {"en", "de"}
        assert all([*one["text"].values(), *one["improvement"].values()])
        assert one["text"]["en"] != one["text"]["de"]


def test_every_question_belongs_to_one_level_or_one_ceiling(whole):
    assert all((one["level"] is None) != (one["ceiling"] is None) for one in whole["items"])
    assert len({one["item"] for one in whole["items"]}) == len(whole["items"])


def test_the_full_questionnaire_has_five_questions_a_part_and_every_group_on_every_level():
    items = load("depth")["items"]
    parts = Counter(one["level"] or one["ceiling"] for one in items)

    assert set(parts) == {1, 2, 3, 4, "business_model", "leadership", "workforce"}
    assert min(parts.values()) >= 5
    for level in (1, 2, 3, 4):
        assert {one["group"] for one in items if one["level"] == level} - {None} == GROUPS
        assert any(one["mandatory"] for one in items if one["level"] == level)


def test_level_four_asks_for_a_word_from_outside():
    asked = [one for one in load("depth")["items"] if one["level"] == 4 and (one["group"] or one["mandatory"])]

    assert all("confirm" in one["text"]["en"] or "outsid" in one["text"]["en"] for one in asked)


def test_the_quick_scan_is_sixteen_of_the_questions_and_asks_for_no_upload():
    full = {one["item"]: one for one in load("depth")["items"]}
    quick = load("depth.quick")["items"]

    assert len(quick) == 16
    for one in quick:
        assert not one["evidence"]
        same = {key: value for key, value in full[one["item"]].items() if key not in {"text", "evidence"}}
        assert same.items() <= one.items()
        assert full[one["item"]]["text"]["en"].startswith(one["text"]["en"])
