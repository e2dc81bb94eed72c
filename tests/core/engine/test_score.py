"""One scorer, from tables to a judged document, with whatever its process answers."""

import pytest

from helpers.engine import Answering, spec
from kithline_core.engine import findings
from kithline_core.engine.assemble import assemble
from kithline_core.engine.document import decode
from kithline_core.engine.questionnaires import shipped
from kithline_core.engine.score import refused, score_one
from kithline_core.errors import Invalid
from kithline_core.model.questionnaires import Item, Questionnaire
from kithline_core.plugins import Input
from kithline_core.sandbox.outcomes import Failed
from kithline_sdk.snapshot import DAY, Window

WINDOW = Window(0, 90 * DAY)
TIES = {"tie_day": {"day": [1], "actor": ["a"], "target": ["b"], "verb": ["posted"], "count": [1]}}
GOOD = {"score": 0.5, "interval": (0.4, 0.6), "measures": {"ties": 2}}

pytestmark = pytest.mark.anyio


async def test_a_finding_is_judged_and_carries_its_key(plugin, answering):
    sandbox = answering(**GOOD)

    judged = await score_one(plugin, spec(), assemble(TIES, []), WINDOW, {}, sandbox)

    assert (judged.status, judged.scorer) == ("ok", "test.scorer")
    assert decode(judged.document).key == judged.key
    ((key, _, params, seed),) = sandbox.asked
    assert (key, params["floor"]) == ("test.scorer", 5)
    assert seed == int(judged.key[7:23], 16)


async def test_without_data_no_process_is_asked(plugin, answering):
    sandbox = answering(**GOOD)

    judged = await score_one(plugin, spec(), assemble({}, []), WINDOW, {}, sandbox)

    assert judged.status == "insufficient"
    assert sandbox.asked == []


async def test_a_scorer_runs_as_soon_as_any_of_its_tables_has_rows(plugin, answering):
    both = spec(
        inputs=[
            *spec().inputs,
            Input(table="memberships", columns=["person"]),
            Input(table="focal", columns=["organisation"]),
        ]
    )
    data = {"memberships": {"person": ["a"]}, "focal": {"organisation": ["o"]}}

    judged = await score_one(plugin, both, assemble(data, []), WINDOW, {}, answering(measures={"ties": 0}))
    alone = await score_one(
        plugin, both, assemble({"focal": data["focal"]}, []), WINDOW, {}, sandbox := answering(**GOOD)
    )

    assert decode(judged.document).measures == {"ties": 0}
    assert (alone.status, sandbox.asked) == ("insufficient", [])


async def test_a_failed_process_is_an_error_of_this_result(plugin):
    judged = await score_one(plugin, spec(), assemble(TIES, []), WINDOW, {}, Answering(Failed("timeout", "too slow")))

    found = decode(judged.document)
    assert (found.status, found.reasons, found.missing[0].what) == ("error", ["timeout"], "too slow")


async def test_a_parameter_it_does_not_have_is_refused(plugin, answering):
    with pytest.raises(Invalid):
        await score_one(plugin, spec(), assemble(TIES, []), WINDOW, {"volume": 11}, answering(**GOOD))


async def test_what_may_read_of_nobody_says_so_and_has_a_key_of_its_own(plugin, answering):
    why = ("no_permission", "Nobody may be read.")

    told = await refused(plugin, spec(), assemble({}, []), WINDOW, {}, why)
    empty = await score_one(plugin, spec(), assemble({}, []), WINDOW, {}, answering(**GOOD))

    found = decode(told.document)
    assert (found.status, found.reasons) == ("not_permitted", ["no_permission"])
    assert (found.key, told.key != empty.key) == (told.key, True)
    assert await refused(plugin, spec(), assemble(TIES, []), WINDOW, {}, why) is None


async def test_a_later_scorer_reads_what_earlier_ones_found(plugin, answering):
    first = await score_one(plugin, spec(), assemble(TIES, []), WINDOW, {}, answering(**GOOD, level=1))
    reading = spec(
        key="reader", inputs=[Input(table="findings", columns=["scorer", "field", "number", "text"], required=True)]
    )
    sandbox = answering(**GOOD)

    alone = await score_one(plugin, reading, assemble({}, []), WINDOW, {}, sandbox)
    after = await score_one(plugin, reading, assemble({}, []), WINDOW, {}, sandbox, [first.document])

    assert (alone.status, after.status) == ("insufficient", "ok")
    table = findings.table([first.document])
    fields = dict(zip(table.texts("field"), table.floats("number").tolist(), strict=True))
    assert (fields["score"], fields["level"], fields["interval_low"], fields["measure.ties"]) == (50.0, 1.0, 40.0, 2.0)
    assert table.texts("text")[table.texts("field").index("status")] == "ok"


def test_answers_without_a_version_answer_the_newest_one():
    own = [Questionnaire(questionnaire="q", version=v, items=[Item(item=f"i{v}", text={"en": v})]) for v in ("9", "10")]
    data = {"answers": {"questionnaire": ["q", "q"], "version": [None, "9"], "item": ["i10", "i9"]}}

    both = assemble(data, own)
    unanswered = assemble({}, own)

    assert both["answers"].texts("version") == ["10", "9"]
    mine = [item for item in both["items"].texts("item") if item in {"i9", "i10"}]
    assert sorted(mine) == ["i10", "i9"]
    assert "i9" not in unanswered["items"].texts("item")
    assert "i10" in unanswered["items"].texts("item")


def test_a_tenants_version_replaces_the_shipped_one_of_the_same_name():
    one = shipped()[0]
    mine = Questionnaire(
        questionnaire=one.questionnaire, version=one.version, items=[Item(item="mine", text={"en": "x"})]
    )

    found = assemble({}, [mine])["items"]

    pairs = zip(found.texts("questionnaire"), found.texts("item"), strict=True)
    assert [item for questionnaire, item in pairs if questionnaire == one.questionnaire] == ["mine"]
