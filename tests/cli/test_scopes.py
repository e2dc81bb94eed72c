"""Scopes from the command line: set with an owner and a reason, shown, and previewed behind the same guard as over REST."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from kithline_cli import scopes
from kithline_core.dataset import write
from kithline_core.dataset.folder import Dataset
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import CommunityRow, EventRow

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
OWNED = ("--owner", "head of purchasing", "--reason", "pilot")
WINDOW = ("--from", "2026-01-01", "--to", "2026-02-01")


def answer(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_scope_is_set_listed_and_shown_and_its_next_version_keeps_the_owner(kithline):
    assert kithline("scopes", "list").stdout == "there are no scopes: everything counts\n"
    first = kithline(
        "scopes", "set", "pilot", "--community", "battery", "--channel", "forum", "--title", "The pilot", *OWNED
    )
    second = answer(kithline("scopes", "set", "pilot", "--community", "battery", "--reason", "no forum", "--json"))
    everything = answer(kithline("scopes", "set", "every", *OWNED, "--json"))

    line = "pilot version 1 The pilot  owned by head of purchasing  pilot\n"
    assert first.stdout == line + "  communities: battery\n  channels: forum\n"
    assert (second["version"], second["owner"], second["channels"]) == (2, "head of purchasing", None)
    assert everything["communities"] is None
    listed = kithline("scopes", "list").stdout.splitlines()
    assert [one.split("  ")[0] for one in listed] == ["every version 1", "pilot version 2"]
    assert len(answer(kithline("scopes", "list", "--versions", "--json"))) == 3
    assert kithline("scopes", "show", "pilot", "--version", "1").stdout == first.stdout
    assert "  channels: all\n" in kithline("scopes", "show", "pilot").stdout
    assert answer(kithline("scopes", "show", "pilot", "--json")) == second


def test_a_file_says_what_options_do_not(kithline, tmp_path):
    file = tmp_path / "scope.json"
    file.write_text(
        json.dumps({"scope": "pilot", "communities": ["a", "b"], "owner": "the works council", "reason": "agreed"})
    )

    made = answer(kithline("scopes", "set", "pilot", "--file", file, "--reason", "agreed again", "--json"))
    other = kithline("scopes", "set", "another", "--file", file)

    assert (made["communities"], made["owner"], made["reason"]) == (["a", "b"], "the works council", "agreed again")
    assert other.exit_code == 3
    assert "is about the scope 'pilot', not about 'another'" in other.stderr


def test_without_a_reason_or_a_first_owner_nothing_is_written(kithline):
    no_reason, no_owner = (
        kithline("scopes", "set", "x", "--owner", "me"),
        kithline("scopes", "set", "x", "--reason", "r"),
    )

    assert (no_reason.exit_code, no_owner.exit_code) == (2, 2)
    assert "say why" in no_reason.output
    assert "nobody owns this scope yet" in no_owner.output
    assert answer(kithline("scopes", "list", "--json")) == []


@pytest.mark.parametrize("text", ["no json", "[]"])
def test_a_file_that_is_no_scope_is_invalid_input(offline, tmp_path, text):
    (tmp_path / "scope.json").write_text(text)

    done = offline("scopes", "set", "x", "--file", tmp_path / "scope.json", "--reason", "r")

    assert done.exit_code == 3
    assert "holds no scope" in done.stderr


def test_a_scope_that_is_not_there_is_named(kithline):
    kithline("scopes", "set", "x", *OWNED)

    assert "there is no scope 'y'" in kithline("scopes", "show", "y").stderr
    refused = kithline("scopes", "preview", "x", "--version", "2")
    assert refused.exit_code == 1
    assert "there is no version 2 of a scope 'x'" in refused.stderr


@pytest.fixture
def talking(kithline, tmp_path):
    """The command of a tenant where ten people talk in one community, and one of them in another with an eleventh."""
    dataset = Dataset(settings=Settings(nature="synthetic"))
    dataset.rows["communities"] = [CommunityRow(community=one) for one in ("all", "two")]
    pairs = [(f"p{n}", f"p{(n + 1) % 10}", "all") for n in range(10)] + [("p1", "stranger", "two")]
    dataset.rows["events"] = [
        EventRow(id=f"{actor}-{target}-{day}", occurred_at=NOON + timedelta(days=day), actor=actor, target=target,
                 verb="replied", community=community)
        for actor, target, community in pairs for day in range(3)
    ]  # fmt: skip
    write.write(tmp_path / "talk", dataset)
    assert kithline("import", tmp_path / "talk").exit_code == 0
    return kithline


def test_a_preview_is_rounded_and_withheld_by_the_guard_that_rest_has(talking):
    talking("scopes", "set", "pilot", "--community", "all", "--community", "gone", *OWNED)
    shown = talking("scopes", "preview", "pilot", *WINDOW)
    talking("scopes", "set", "pilot", "--community", "all", "--community", "two", "--reason", "and two more")
    told = answer(talking("scopes", "preview", "pilot", *WINDOW, "--json"))
    withheld = talking("scopes", "preview", "pilot", *WINDOW)

    assert shown.stdout == (
        "pilot from 2026-01-01 to 2026-02-01:\n  version 1: about 30 events of 10 people\n  not counted: gone (unknown)\n"
    )
    assert (told["counted"]["events"], told["counted"]["withheld"]) == (None, "differencing")
    assert "  version 2: withheld, it would tell of too few people" in withheld.stdout
    assert "  version 1: about 30 events of 10 people\n" in withheld.stdout
    assert withheld.exit_code == 0


def test_every_reason_to_withhold_has_words():
    lines = [scopes._counted({"version": 1, "withheld": why}) for why in (*scopes.WITHHELD, "another")]

    assert "too many different previews" in lines[1]
    assert lines[2] == "  version 1: withheld, another"


def test_a_window_that_ends_before_it_begins_is_wrong_usage(offline):
    assert offline("scopes", "preview", "x", "--from", "2026-02-01", "--to", "2026-01-01").exit_code == 2
