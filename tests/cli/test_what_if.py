"""What a result would be, and the way to the next level, on the command line."""

import json
from datetime import UTC, datetime

import pytest

from helpers.supposing import shipped
from kithline_cli import answered, latest, path, what_if
from kithline_cli.client import Client
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.errors import Invalid, NotFound, Unavailable
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import AnswerRow


@pytest.fixture(scope="module")
def asked(installation, tmp_path_factory):
    """A tenant that answered every question of depth with three, and those about the workforce with one."""
    tenant, folder = installation.tenant("what-if"), tmp_path_factory.mktemp("assessed") / "data"
    answers = [
        AnswerRow(
            questionnaire="depth", version="1", assessment="autumn", item=one.item, role="assessor", evidence="minutes",
            value=1.0 if one.ceiling == "workforce" else 3.0, dated=datetime(2025, 11, 17, 9, tzinfo=UTC),
        )
        for one in shipped()["depth"].items
    ]  # fmt: skip
    data = Dataset(settings=Settings(title="Assessed", nature="synthetic"))
    data.rows["answers"] = answers
    write.write(folder, data)
    installation.run("import", folder, **tenant)
    installation.run("run", "--to", "2026-01-01", "--scorer", "maturity.depth", **tenant)
    return tenant


@pytest.fixture
def asking(kithline, asked, monkeypatch):
    for name, value in asked.items():
        monkeypatch.setenv(name, value)
    return kithline


def test_workforce_is_what_holds_back_and_the_path_is_about_nothing_else(asking):
    done = asking("results", "path", "maturity.depth")
    told = asking("results", "path", "maturity.depth", "--json")

    assert done.exit_code == 0, done.output
    assert "from level 2 to level 3 (transparent): first the ceiling, which binds" in done.stdout
    assert "no cheaper set of steps meets the gates" in done.stdout
    found = json.loads(told.stdout)
    assert {step["item"][:2] for one in found["sets"] for step in one["steps"]} == {"WF"}
    assert all(one["level"] == 3 for one in found["sets"])


def test_what_the_path_says_is_what_a_what_if_shows(asking):
    found = json.loads(asking("results", "path", "maturity.depth", "--json").stdout)
    one = found["sets"][0]
    steps = [part for step in one["steps"] for part in ("--answer", f"{step['item']}={step['answer']},evidence")]

    done = asking("what-if", found["result"], *steps, "--json")

    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["hypothetical"], told["after"]["level"]) == (True, 3)
    assert told["difference"]["score"] == one["gain"]


def test_a_what_if_is_told_beside_what_is(asking, tmp_path):
    overlay = tmp_path / "overlay.json"
    overlay.write_text(json.dumps({"ceilings": {"leadership": 1}}))

    done = asking("what-if", "maturity.depth", "--overlay", overlay, "--ceiling", "workforce=4")

    assert done.exit_code == 0, done.output
    assert "supposed and not stored" in done.stdout
    assert "ceiling of leadership" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("change   -")


def test_what_is_refused_says_why(asking, tmp_path):
    few = asking("what-if", "maturity.depth", "--pairs", "department:purchasing=1", "--json")
    broken = tmp_path / "overlay.json"
    broken.write_text("[")

    assert few.exit_code == 3
    assert "/overlay/talks/0: the scorer of this result reads no tie_day" in json.loads(few.stdout)["error"]["detail"]
    assert asking("what-if", "maturity.depth", "--overlay", broken).exit_code == 3


@pytest.mark.parametrize("said", ["WF.2", "WF.2=x", "=3", "WF.2=3,proof"])
def test_an_answer_that_is_none_is_wrong(said):
    with pytest.raises(Invalid):
        what_if.answer(said)


@pytest.mark.parametrize("said", ["circle=3", "circle:a=x", "a:b~c:d~e:f=5", "department:=5"])
def test_pairs_that_are_none_are_wrong(said):
    with pytest.raises(Invalid):
        what_if.talk(said)


def test_options_become_an_overlay():
    assert what_if.answer("WF.2=3.5,outside") == {"item": "WF.2", "value": 3.5, "evidence": False, "confirmed": True}
    assert what_if.ceiling("workforce=4") == ("workforce", 4)
    assert what_if.talk("circle:casting=iron=10") == {
        "between": {"kind": "circle", "name": "casting=iron"},
        "pairs": 10,
    }
    assert what_if.talk("department:a~role:supplier=5")["and"] == {"kind": "role", "name": "supplier"}


class Server:
    """Answers what a test wants, one answer after the other."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def ask(self, method, path, **more):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def send(self, method, path, raw=None):
        return self

    status_code, headers = 202, {"location": "/v1/errands/errand_x"}


def test_an_answer_that_takes_longer_is_waited_for(monkeypatch):
    monkeypatch.setattr(answered, "PAUSE_SECONDS", 0)
    server = Server({"state": "working"}, {"state": "answered", "answer": {"said": 1}})

    assert answered.answered(server, "GET", "/") == {"said": 1}
    with pytest.raises(Unavailable):
        answered.answered(Server({"state": "working"}), "GET", "/", patience=0.01)


def test_a_scorer_without_results_is_named():
    with pytest.raises(NotFound, match=r"a\.scorer"):
        latest.named(Server({"data": []}), "a.scorer")
    assert latest.named(Server({}), "result_x") == "result_x"


GATE = {"what": "attainment of level 3", "have": 0.5, "need": 0.7}
STEP = {"what": "Do it.", "step": "improve.L3.1", "effort": 2.0}


def test_no_path_says_why_and_what_is_unmet():
    found = {
        "scorer": "s", "reachable": False, "why": "nobody knows it", "unmet": [{**GATE, "have": None}], "unknown": [STEP],
    }  # fmt: skip

    assert path.lines(found) == [
        "s: no path: nobody knows it",
        "unmet: attainment of level 3: not known, needs 0.7",
        "left out, for nobody declared its effort: Do it. (improve.L3.1)",
    ]


def test_a_path_without_names_or_gains_is_told_all_the_same():
    found = {
        "scorer": "s", "reachable": True, "level": None, "next_level": 1, "next_name": None, "kind": "level", "unmet": [GATE],
        "then": [], "unknown": [], "effort": 2.0, "more": True, "proof": {"statement": "so it is"},
        "sets": [{"gain": None, "interval": "unquantified: because", "steps": [STEP]},
                 {"gain": 3.0, "interval": "unquantified: so", "steps": [STEP]}],
    }  # fmt: skip

    told = path.lines(found)

    assert "way 1 of more than 2, effort 2, gain unquantified: because" in told
    assert "way 2 of more than 2, effort 2, gain 3 points (unquantified: so)" in told
    assert told[-1] == "so it is"


def test_a_what_if_without_a_score_says_why():
    nothing = {"score": None, "status": "insufficient"}
    found = {
        "scorer": "s", "added": [{"what": "10 pairs", "possible": 60, "set_aside": 0}], "before": nothing,
        "after": {"score": 1.0, "level": None, "interval": "unquantified: x", "status": "ok"},
        "difference": {"score": None, "interval": "unquantified: one of the two has no score"},
    }  # fmt: skip

    assert what_if.lines(found) == [
        "s, supposed and not stored:",
        "  10 pairs, of about 60 that never did",
        "before   insufficient",
        "after    1, unquantified: x, ok",
        "change   unquantified: one of the two has no score",
    ]
    found["difference"] = {"score": 2.0, "interval": "unquantified: no ends"}
    assert what_if.lines(found)[-1] == "change   +2 points (unquantified: no ends)"


def test_a_client_answers_at_once_where_the_worker_was_quick(answering):
    with Client(answering(200, b'{"said":1}'), "key") as client:
        assert answered.answered(client, "GET", "/v1/x") == {"said": 1}
