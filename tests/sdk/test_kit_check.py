"""From a folder to a report: what a plugin does when it runs, what it costs, and how all of it is told."""

import json
import re
import sys
from itertools import count
from pathlib import Path

import msgspec
import pytest

from helpers.repacked import built
from helpers.sharing import Share, bench
from kithline_core.sandbox.far import late
from kithline_sdk.kit import checking, child, costs, golden, loading, processes, rules, showing, watching
from kithline_sdk.kit.creating import create
from kithline_sdk.kit.main import FAILED, OK, USAGE, main
from kithline_sdk.kit.outcomes import Report, Skipped
from kithline_sdk.kit.processes import Facts, Reply, Request, Weighed, ask, request_for
from kithline_sdk.kit.subject import opened

NUMBERS = count(1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    create("toy-share", "toy.share", tmp_path / "toy")
    return tmp_path / "toy"


def scorer(project: Path, old: str, new: str) -> None:
    (path,) = project.glob("src/*/scorer.py")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def outcomes(report: Report) -> dict[str, str]:
    return {one.check: one.status for one in report.checks}


def test_what_the_template_gives_passes_every_check_but_golden_and_mypy_as_a_folder(project, tmp_path, capsys):
    code = main(["check", str(project), "--skip", "mypy", "--html", str(tmp_path / "check.html"), "--json"])
    report = msgspec.json.decode(capsys.readouterr().out, type=Report)

    assert code == OK, [one for one in report.checks if one.status == "failed"]
    assert list(outcomes(report)) == list(rules.NAMES)
    assert {name for name, status in outcomes(report).items() if status != "passed"} == {"golden", "mypy"}
    assert (report.plugin, report.version, report.scorers, report.schema) == ("toy-share", "1.0.0", ["toy.share"], 1)
    (timed,) = [one for one in report.checks if one.check == "time"]
    assert set(timed.figures) >= {"rows_large", "seconds_small", "memory_mb_medium", "growth"}
    html = (tmp_path / "check.html").read_text()
    assert "It holds: 21 passed, 0 failed, 2 skipped." in html
    assert not re.search(r"<script|src=|https?://|@import", html)


def test_a_wheel_is_checked_alike(project, tmp_path):
    report = checking.check(built(project, tmp_path), checking.Wanted(skip=["mypy"], scorers=["toy.share"]))

    assert report.passed
    assert report.target == "toy_share-1.0.0-py3-none-any.whl"
    assert {name for name, status in outcomes(report).items() if status != "passed"} == {"golden", "mypy"}


def test_a_plugin_that_cannot_be_imported_is_told_and_the_rest_is_skipped(project, capsys):
    scorer(project, "from typing import ClassVar", "from typing import NoSuchThing")

    assert main(["check", str(project), "--skip", "mypy"]) == FAILED
    told = capsys.readouterr().out
    assert "its import fails: ImportError: cannot import name 'NoSuchThing'" in told
    assert "do:   import large packages" in told
    assert "it cannot be imported" in told
    assert told.rstrip().endswith("It does not hold: 4 passed, 1 failed, 18 skipped.")


def test_a_manifest_that_cannot_be_read_is_told_and_the_rest_is_skipped(project):
    (path,) = project.glob("src/*/kithline.json")
    path.write_text("{")
    report = checking.check(project, checking.Wanted(skip=["mypy"]))

    assert (report.plugin, report.version, report.scorers) == ("toy", "", [])
    assert outcomes(report)["manifest"] == "failed"
    assert {one.reason for one in report.checks if one.check in {"page", "memory"}} == {"the manifest cannot be read"}


def test_a_plugin_without_scorers_is_read_and_imported(project):
    (path,) = project.glob("src/*/kithline.json")
    path.write_text(json.dumps({"plugin": "toy-share", "version": "1.0.0", "api_version": "1"}))
    report = checking.check(project, checking.Wanted(skip=["mypy"]))

    assert report.passed
    assert {one.reason for one in report.checks if one.check == "finding"} == {"it has no scorers"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scorer", "toy.other"], "toy-share has no scorer 'toy.other'; it has toy.share"),
        (["--skip", "whales"], "no check is called 'whales'; there are manifest, "),
    ],
)
def test_what_is_not_there_cannot_be_asked_for(project, capsys, words, message):
    assert main(["check", str(project), *words]) == USAGE
    assert message in capsys.readouterr().err


def test_nothing_to_check_is_wrong_usage(tmp_path, capsys):
    assert main(["check", str(tmp_path / "no.whl")]) == USAGE
    assert "is neither a wheel nor a folder" in capsys.readouterr().err
    with pytest.raises(SystemExit) as caught:
        main(["frobnicate"])
    assert caught.value.code == USAGE


def asked(project: Path, task: str, **more) -> Reply:
    """The answer of a child, given in this process."""
    with opened(project) as subject:
        return child.answer(request_for(subject, task, **more))


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plugin with a name of its own, that can be imported here."""
    create(f"toy-{next(NUMBERS)}", "toy.share", tmp_path / "toy")
    monkeypatch.syspath_prepend(str(tmp_path / "toy" / "src"))
    return tmp_path / "toy"


def test_a_child_says_what_it_saw(plugin, tmp_path):
    reply = asked(plugin, "laws", golden=str(tmp_path / "golden"), update=True)

    assert reply.keys == ["toy.share"]
    assert {one.status for one in reply.outcomes} == {"passed"}
    assert reply.outcomes[0].check == "reach"
    assert len(list((tmp_path / "golden" / "toy.share").iterdir())) == 4


def test_a_child_tells_facts_and_costs(plugin):
    facts, size = asked(plugin, "facts"), asked(plugin, "size", people=12)

    assert facts.facts is not None
    assert set(facts.facts.digests) == {"toy.share 9", "toy.share 24", "toy.share 60"}
    assert facts.facts.import_seconds < rules.IMPORT_SECONDS
    assert size.weighed is not None
    assert size.weighed.rows > 100
    assert size.weighed.memory_mb > 10


def test_a_scorer_that_raises_is_told_by_the_laws_and_weighed_by_nobody(plugin):
    scorer(plugin, "        staff, done =", "        raise KeyError(snapshot.window.end)\n        staff, done =")
    reply = asked(plugin, "laws")

    assert {one.check: one.status for one in reply.outcomes}["finding"] == "failed"
    assert {one.check: one.status for one in reply.outcomes}["reach"] == "passed"
    digests = asked(plugin, "facts").facts
    assert digests is not None
    assert len(set(digests.digests.values())) == 1


def test_what_a_plugin_reaches_for_is_seen(plugin, tmp_path):
    scorer(plugin, "from typing import ClassVar", "import subprocess\nimport zipapp\nfrom typing import ClassVar")
    late_import = "        import wave\n        open('/dev/null').close()\n        staff, done ="
    scorer(plugin, "        staff, done =", late_import)
    sys.modules.pop("wave", None)
    (reach, *_) = asked(plugin, "laws").outcomes

    assert reach.status == "failed"
    assert "import of subprocess: a run may start no process and no thread" in reach.came
    assert "open '/dev/null': a run may open no file; use importlib.resources" in reach.came
    assert "late import of wave: name it in `preload`" in reach.came
    assert "zipapp" not in reach.came


def test_what_is_preloaded_is_not_late(plugin):
    (path,) = plugin.glob("src/*/kithline.json")
    path.write_text(path.read_text().replace('"api_version"', '"preload": ["wave"], "api_version"'))
    scorer(plugin, "        staff, done =", "        import wave\n        staff, done =")
    sys.modules.pop("wave", None)

    assert asked(plugin, "laws").outcomes[0].status == "passed"


def test_a_file_that_is_written_at_import_is_seen_and_one_that_is_read_is_not(tmp_path):
    package = tmp_path / "toy_writing"
    package.mkdir()
    (package / "__init__.py").write_text(
        f"open({str(package / 'a')!r}, 'w').close()\nopen({str(package / 'a')!r}).close()\n"
    )
    watch = watching.Watch(package)
    sys.path.insert(0, str(tmp_path))
    with watch.importing():
        loading.importlib.import_module("toy_writing")
    sys.path.remove(str(tmp_path))

    assert len(watch.seen) == 1


def test_an_import_that_fails_is_told(plugin):
    scorer(plugin, "from typing import ClassVar", "raise SystemExit('no')")

    assert asked(plugin, "facts").error == "its import fails: SystemExit: no"


def test_mypy_is_one_of_the_checks(project, monkeypatch):
    monkeypatch.setattr(checking.static, "mypy", lambda _: "mypy --strict finds nothing")
    monkeypatch.setattr(checking, "_running", lambda *_: iter(()))

    assert outcomes(checking.check(project, checking.Wanted()))["mypy"] == "passed"


def test_a_hook_that_does_not_exist_is_told(tmp_path, monkeypatch):
    (tmp_path / "toy_hooked.py").write_text(
        "from kithline_sdk import hookimpl\nclass A:\n    @hookimpl\n    def kithline_scores(self): return []\na = A()\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(ValueError, match="it implements a hook that does not exist"):
        loading.scorers({"a": "toy_hooked:a"})


def test_what_the_engine_imports_before_a_run_is_no_late_import():
    assert loading.LATE == late.LATE


def test_a_child_that_dies_or_lingers_is_told(project, monkeypatch):
    scorer(project, "from typing import ClassVar", "import os\nos._exit(3)\nfrom typing import ClassVar")
    with opened(project) as subject:
        assert ask(request_for(subject, "facts")).error == "its process ended with 3: no word"
        monkeypatch.setattr(processes, "SECONDS", 0.01)
        assert ask(request_for(subject, "facts")).error == "it was still busy after 0 seconds"


def facts(**digests: str) -> Reply:
    return Reply(facts=Facts(import_seconds=2.0, digests=digests))


def test_findings_that_differ_between_processes_are_told_with_what_made_the_difference():
    same, other = {"a.b 9": "1", "a.b 24": "2"}, {"a.b 9": "1", "a.b 24": "3"}

    assert checking._alike([facts(**same)] * 3) == "2 findings alike in 3 processes"
    with pytest.raises(AssertionError, match=r"a\.b gives other bytes under .*4242.*in a world of 24 people"):
        checking._alike([facts(**same), facts(**other), facts(**same)])
    with pytest.raises(AssertionError):
        checking._alike([facts(**same), facts(**same), Reply(error="died")])


def test_a_slow_import_and_a_scorer_that_is_not_offered_are_told():
    spec = bench().spec
    with pytest.raises(AssertionError, match=r"offers no 'toy\.share'; it offers \[\]"):
        checking._offered(facts(), [spec])
    with pytest.raises(AssertionError, match="2000 ms beyond the SDK"):
        checking._offered(msgspec.structs.replace(facts(), keys=["toy.share"]), [spec])


def test_a_process_that_dies_in_the_laws_fails_the_check_of_what_it_touches():
    (outcome,) = checking._laws(Reply(error="its process ended with -9: no word"))

    assert (outcome.check, outcome.status, outcome.came) == ("reach", "failed", "its process ended with -9: no word")


def weighed(**seconds: float) -> dict[str, Weighed]:
    rows = {"small": 100, "medium": 1000, "large": 10_000}
    return {size: Weighed(rows=rows[size], seconds=one, memory_mb=100.0) for size, one in seconds.items()}


def test_time_is_held_against_the_limit_and_its_growth():
    spec = bench(limits={"seconds": 5.0, "memory_mb": 50}).spec
    linear = weighed(small=0.01, medium=0.1, large=1.0)

    assert costs.in_time(linear, spec) == (
        "1.000 s for 10000 rows, growing with power 1.00; its limit would be met near 5e+04 rows"
    )
    with pytest.raises(AssertionError, match=r"6\.000 s for 10000 rows"):
        costs.in_time(weighed(small=0.1, medium=1.0, large=6.0), spec)
    with pytest.raises(AssertionError, match=r"growing with power 3\.00"):
        costs.in_time(weighed(small=0.001, medium=0.001, large=1.0), spec)
    with pytest.raises(AssertionError, match="100 MiB at most, 10000 rows"):
        costs.in_memory(linear, spec)


def test_what_is_over_at_once_does_not_grow():
    spec = bench().spec
    quick = weighed(small=0.0001, medium=0.0002, large=0.009)

    assert costs.in_time(quick, spec) == "0.009 s for 10000 rows, growing with power 0.00"
    assert costs.figures(quick)["growth"] == 0


def test_a_run_that_does_not_come_back_is_told(project, monkeypatch):
    monkeypatch.setattr(costs, "ask", lambda _: Reply(error="it was still busy"))
    with opened(project) as subject:
        timed, weight = checking._costs(subject, bench().spec)

    assert (timed.status, timed.came) == ("failed", "small (40 people): it was still busy")
    assert weight.reason == "there was no run to weigh"


def test_golden_findings_are_written_compared_and_told_apart(tmp_path):
    on = bench(golden=tmp_path)
    with pytest.raises(Skipped, match="there are none yet"):
        golden.golden(on)

    assert golden.golden(msgspec.structs.replace(on, update=True)) == "2 snapshots and findings were written"
    assert golden.golden(on) == "2 findings are what they were, byte for byte"

    other = type("Other", (Share,), {"version": "1.1.0"})()
    with pytest.raises(
        AssertionError, match=r"few@1\.1\.0\.finding is not there: version 1\.1\.0 has no golden finding"
    ):
        golden.golden(msgspec.structs.replace(on, scorer=other))
    golden.golden(msgspec.structs.replace(on, scorer=other, update=True))
    assert sorted(one.name for one in (tmp_path / "toy.share").glob("*.finding")) == [
        "few@1.1.0.finding",
        "some@1.1.0.finding",
    ]
    (tmp_path / "toy.share" / "few@1.1.0.finding").write_bytes(b"{}")
    with pytest.raises(AssertionError, match=r"the finding for few\.snapshot differs from few@1\.1\.0\.finding"):
        golden.golden(msgspec.structs.replace(on, scorer=other))


def test_a_failure_is_told_with_what_came_and_what_to_do():
    outcome = checking.judged(rules.TYPED, lambda: checking._died("a.py: <b> & c"), "a.b")
    report = Report(
        plugin="toy", version="1", target="toy", scorers=["a.b"], sdk="1", python="3", generator="seeded list",
        passed=False, counts={"passed": 0, "failed": 1, "skipped": 0}, checks=[outcome],
    )  # fmt: skip

    assert "a.b\n  FAIL  typed" in showing.text(report)
    assert "came: a.py: <b> & c\n        do:   add them" in showing.text(report)
    assert "a.py: &lt;b&gt; &amp; c Do: add them." in showing.page(report)


def test_a_request_says_all_a_child_needs(project):
    with opened(project) as subject:
        request = request_for(subject, "size", scorers=["a.b"], people=3)

    assert msgspec.json.decode(msgspec.json.encode(request), type=Request) == request


def test_the_child_reads_standard_input_and_writes_a_file(plugin, tmp_path, monkeypatch):
    class Input:
        buffer = None

    with opened(plugin) as subject:
        data = msgspec.json.encode(request_for(subject, "facts"))
    Input.buffer = type("Buffer", (), {"read": staticmethod(lambda: data)})
    monkeypatch.setattr(sys, "stdin", Input)
    monkeypatch.setattr(sys, "path", list(sys.path))
    child.main(str(tmp_path / "reply.json"))

    assert msgspec.json.decode((tmp_path / "reply.json").read_bytes(), type=Reply).keys == ["toy.share"]
