"""The text format, and what the installation's figures become in it."""

from helpers import work
from kithline_core.metrics import standing
from kithline_core.metrics.text import Family, Sample, histogram, text
from kithline_core.plugins import Installed
from kithline_core.plugins.found import Quarantined


def test_a_family_is_written_with_its_help_type_and_labels():
    told = text([Family("runs", "gauge", "Runs.", [Sample(3, {"state": "queued"}), Sample(0.5)])])

    assert told.splitlines() == [
        "# HELP kithline_runs Runs.", "# TYPE kithline_runs gauge", 'kithline_runs{state="queued"} 3', "kithline_runs 0.5",
    ]  # fmt: skip
    assert told.endswith("\n")


def test_what_has_no_sample_is_not_there():
    assert text([Family("runs", "gauge", "Runs.", [])]) == ""


def test_a_label_cannot_begin_a_line_of_its_own():
    told = text([Family("plugin", "gauge", "P.", [Sample(1, {"plugin": 'a"} 1\nkithline_fake 2\\'})])])

    assert told.splitlines()[2] == r'kithline_plugin{plugin="a\"} 1\nkithline_fake 2\\"} 1'


def test_a_histogram_counts_up_to_each_bound():
    made = histogram((0.1, 1.0), {0: 2, 2: 3}, 40.5, {"a": "b"})

    assert [(one.suffix, dict(one.labels).get("le"), one.value) for one in made] == [
        ("_bucket", "0.1", 2), ("_bucket", "1", 2), ("_bucket", "+Inf", 5), ("_sum", None, 40.5), ("_count", None, 5),
    ]  # fmt: skip


def test_plugins_are_told_with_their_status():
    left_out = Quarantined("acme_echo", "not on the list", "allow it", "2.0.0")
    family = standing.installed(Installed([work.hostile()], [left_out]))

    assert [tuple(one.labels.values()) for one in family.samples] == [
        ("kithline-hostile", "1.0.0", "beside", "active"), ("acme_echo", "2.0.0", "quarantined", ""),
    ]  # fmt: skip
