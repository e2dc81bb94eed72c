"""Scoring a folder: windows, orders and parameters."""

from datetime import UTC, datetime

import pytest

from helpers.engine import Answering
from kithline_core import offline, plugins
from kithline_core.dataset import example
from kithline_core.dataset.folder import Dataset
from kithline_core.engine.tables import micros
from kithline_core.errors import Invalid, UnknownScorer
from kithline_core.model.chosen import Choices
from kithline_core.model.datasets import Dataset as Settings
from kithline_core.model.rows import AnswerRow, EventRow, OrganisationTieRow, TieRow
from kithline_core.sandbox.outcomes import Failed

SILOS = plugins.installed().find("silos.internal")[1]
DAY = 86_400_000_000


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def dataset(settings=None, **rows):
    made = Dataset(settings=settings or Settings())
    made.rows.update(rows)
    return made


def window(made, **request):
    return offline.chosen_window(SILOS, made, offline.Request(**request))


def event(moment):
    return EventRow(id=moment, occurred_at=at(moment), actor="a", verb="posted")


def test_a_window_ends_at_the_first_midnight_after_the_newest_row():
    made = dataset(
        events=[event("2025-03-01T12:00:00")],
        answers=[AnswerRow(questionnaire="q", assessment="a", item="i", value=1, dated=at("2025-03-04T00:00:00"))],
        ties=[TieRow(actor="a", target="b", last_at=at("2025-02-01")), TieRow(actor="a", target="c")],
    )

    found = window(made)

    assert found.end == micros(at("2025-03-05"))
    assert found.days == 90


@pytest.mark.parametrize(
    ("period", "end"),
    [
        ("2016", "2017-01-01"),
        ("2016-Q4", "2017-01-01"),
        ("2016-Q1", "2016-04-01"),
        ("2016-12", "2017-01-01"),
        ("2016-02", "2016-03-01"),
    ],
)
def test_a_period_dates_its_ties(period, end):
    made = dataset(organisation_ties=[OrganisationTieRow(organisation_a="a", organisation_b="b", period=period)])

    assert window(made).end == micros(at(end))


@pytest.mark.parametrize("period", ["0000", "9999", "9999-Q4", "9999-12", "\u0662\u0660\u0661\u0666", "2016-13"])
def test_any_other_name_of_a_period_dates_nothing(period):
    assert offline.period_end(period) is None


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["persons", "no_floor"])
async def test_single_people_of_private_data_stay_hidden_however_they_are_asked_for(name):
    request = offline.Request(parameters=offline.parameters({}, [("silos.internal", name, True)]))

    with pytest.raises(Invalid, match="private"):
        _ = [one async for one in offline.score(dataset(), request, Answering(Failed("", "")))]


def test_undated_data_end_today():
    made = dataset(organisation_ties=[OrganisationTieRow(organisation_a="a", organisation_b="b", period="before")])

    assert window(made).end % DAY == 0
    assert abs(window(made).end - micros(datetime.now(UTC))) <= DAY


def test_an_explicit_window_wins_over_the_folders_and_that_over_the_scorers():
    both = dataset(Settings(start=at("2025-01-01"), end=at("2025-02-01")), events=[event("2025-03-01")])

    assert window(both).days == 31
    assert window(both, start=at("2024-01-01"), end=at("2024-01-03")).days == 2
    assert window(dataset(Settings(end=at("2025-02-01")), events=[event("2025-03-01")])).end == micros(at("2025-02-01"))


def test_everything_runs_from_the_first_event_to_the_last():
    made = dataset(events=[event("2025-03-01T06:00:00"), event("2025-01-01T05:00:00")])

    found = window(made, everything=True)

    assert (found.start, found.end) == (micros(at("2025-01-01T05:00:00")), micros(at("2025-03-01T06:00:00")) + 1)
    dated = dataset(ties=[TieRow(actor="a", target="b", last_at=at("2025-02-01")), TieRow(actor="a", target="c")])
    assert window(dated, everything=True).end == micros(at("2025-02-01")) + 1
    assert window(dataset(), everything=True).days == 90


@pytest.mark.anyio
async def test_scorers_answer_in_the_order_of_dependence():
    sandbox = Answering(Failed("crash", "on purpose"))

    found = [judged.scorer async for judged in offline.score(example.dataset(), offline.Request(), sandbox)]

    assert set(found[-2:]) == {"kithline.verdict", "saydo.gap"}
    assert sorted(found) == sorted(spec.key for spec in plugins.installed().scorers())


@pytest.mark.anyio
async def test_an_unknown_scorer_is_refused_by_name():
    with pytest.raises(UnknownScorer, match=r"no\.such"):
        _ = [
            one
            async for one in offline.score(
                example.dataset(), offline.Request(scorers=["no.such"]), Answering(Failed("", ""))
            )
        ]


def test_parameters_of_all_and_of_one():
    found = offline.parameters({"floor": 7}, [("silos.internal", "min_events", 3)])

    assert found["silos.internal"] == {"floor": 7, "min_events": 3}
    assert found["kithline.verdict"] == {"floor": 7}
    with pytest.raises(UnknownScorer):
        offline.parameters({}, [("no.such", "x", 1)])


async def keyed(choices, settings=None, **request):
    """The key of silos over a folder with these choices."""
    made = dataset(settings, ties=[TieRow(actor="a", target="b")])
    made.choices = choices
    asked = offline.Request(scorers=["silos.internal"], end=at("2026-01-01"), **request)
    return [one.key async for one in offline.score(made, asked, Answering(Failed("crash", "no")))]


@pytest.mark.anyio
async def test_own_parameters_of_the_folder_hold_unless_the_request_names_them():
    own = Choices(parameters={"silos.internal": {"min_events": 3}})
    named = {"parameters": {"silos.internal": {"min_events": 3}}}

    plain, kept, said, both = (
        await keyed(Choices()), await keyed(own), await keyed(Choices(), **named),
        await keyed(own, parameters={"silos.internal": {"min_events": 2}}),
    )  # fmt: skip

    assert (kept, both) == (said, plain)
    assert kept != plain


@pytest.mark.anyio
async def test_a_pinned_version_is_taken_or_missed():
    plugin = plugins.installed().find("silos.internal")[0]
    here = await keyed(Choices(pinned={plugin.name: plugin.manifest.version}))

    assert here == await keyed(Choices())
    with pytest.raises(UnknownScorer, match=r"not installed from version 0\.1"):
        await keyed(Choices(pinned={plugin.name: "0.1"}))


@pytest.mark.anyio
async def test_choices_show_nobody_of_private_data():
    with pytest.raises(Invalid, match="this folder is private"):
        await keyed(Choices(parameters={"silos.internal": {"no_floor": True}}))
