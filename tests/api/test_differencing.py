"""Twenty games of "who does person X talk to" through the API and the database: the same guard is wired there."""

import random

import msgspec
import pytest

from kithline_core import ids, scoring
from kithline_core.demo import make
from kithline_core.sandbox.outcomes import Scored
from kithline_core.settings import Settings
from kithline_network import Silos
from kithline_sdk.snapshot import Snapshot

pytestmark = pytest.mark.anyio
GAMES = 20
WINDOW = {"from": "2025-12-08T00:00:00Z", "to": "2025-12-15T00:00:00Z"}
MADE = make.make()
STAFF = {row.person: row.department for row in MADE.rows["people"] if row.group == "employee"}
EVENTS = [
    row for row in MADE.rows["events"]
    if row.actor in STAFF and (row.target is None or row.target in STAFF) and 8 <= row.occurred_at.day < 15
    and (row.occurred_at.year, row.occurred_at.month) == (2025, 12)
]  # fmt: skip


class Here:
    """Runs the scorer in this process, as the kit does."""

    tier = "none"

    def refusal(self, plugin):
        return None

    async def score(self, plugin, spec, snapshot, params, seed):
        kept = {name: value for name, value in params.items() if name in Silos.Params.__struct_fields__}
        return Scored(Silos().score(Snapshot.decode(snapshot), Silos.Params(**kept), seed))


@pytest.fixture(scope="module")
async def own(world):
    """The demo organisation's employees with a week of events, and the figures that were published of it first."""
    tenant = world.other
    await tenant.post("/v1/grounds", json={"template": "synthetic"})
    for name, rows in (("people", [row for row in MADE.rows["people"] if row.person in STAFF]), ("events", EVENTS)):
        for at in range(0, len(rows), 2_000):
            sent = await tenant.post(
                f"/v1/{name}:bulk", content=msgspec.json.encode(rows[at : at + 2_000]), headers=JSON
            )
            assert sent.json()["rejected"] == 0, sent.text
    return tenant


JSON = {"content-type": "application/json"}


async def published(world, own):
    """Run the scorer and return status, exact figures and the envelope's."""
    asked = {"intended_use": "organisation_development", "scorers": ["silos.internal"], **WINDOW}
    headers = {"idempotency-key": str(random.random())}
    run = (await own.post("/v1/runs", json=asked, headers=headers)).json()

    tenant, task = ids.read("tenant", own.ids["tenant"]), ids.read("task", run["tasks"][0]["id"])
    await scoring.perform(world.app.state.db, Here(), Settings(), tenant, task)
    (result,) = (await own.get(f"/v1/results?run={run['id']}")).json()["data"]
    exact = (await own.get(f"/v1/results/{result['id']}/finding")).json()
    return result["status"], exact


def games():
    """Return (X, somebody X wrote to, somebody of the same department X did not) with the order of the two drawn."""
    met = {frozenset((row.actor, row.target)) for row in EVENTS if row.target}
    active = {row.actor for row in EVENTS}
    draw = random.Random(3)
    for number in range(GAMES):
        x, contact = draw.choice([(row.actor, row.target) for row in EVENTS if row.target])
        strangers = [
            one for one in sorted(active - {x, contact})
            if STAFF[one] == STAFF[contact] and frozenset((x, one)) not in met
        ]  # fmt: skip
        pair = (contact, draw.choice(strangers))
        yield number, x, contact, pair if number % 2 else pair[::-1]


async def late_event(world, own, number, x, first, base):
    """Tell of two messages late, look, and take them back."""
    rows = [
        {"id": f"late-{number}-{day}",
            "source": "late", "occurred_at": f"2025-12-{day}T10:00:00Z", "actor": x, "verb": "posted",
         "target": first, "channel": "chat"} for day in ("09", "10")
    ]  # fmt: skip
    assert (await own.post("/v1/events:bulk", json=rows)).json()["accepted"] == 2
    status, shown = await published(world, own)
    asked = {"source": "late", "ids": [row["id"] for row in rows], "reason": "a game", "by": "the adversary"}
    taken = await own.post("/v1/events:withdraw", json=asked)
    assert taken.status_code in {200, 201}, taken.text
    return status, shown["measures"].get("ties", base["ties"]) - base["ties"]


async def objection(world, own, number, x, first, base):
    """Let the candidate object, look, and take it back."""
    person = {"person": first, "reason": "a game"}
    assert (await own.post("/v1/privacy/object", json=person)).status_code == 202
    status, shown = await published(world, own)
    assert (await own.post("/v1/privacy/lift", json={**person, "right": "object"})).status_code == 202
    return status, base["ties"] - shown["measures"].get("ties", base["ties"])


async def test_twenty_games_over_the_api_are_won_no_more_often_than_by_guessing(world, own):
    status, first = await published(world, own)
    base, told = first["measures"], []
    assert base["ties"] > 100

    for number, x, contact, pair in games():
        act = late_event if number % 4 < 2 else objection
        seen = await act(world, own, number, x, pair[0], base)
        told.append(seen)
        # Nothing to go by: the first one.
        assert seen == ("withheld", 0), (act.__name__, x, contact, pair)
        again = await published(world, own)
        assert again == (status, first), "what was published may be published again"

    assert len(told) == GAMES


async def test_an_erasure_breaks_no_publication_and_moves_no_figure(world, own):
    status, first = await published(world, own)
    x = EVENTS[0].actor

    assert (await own.post("/v1/privacy/erase", json={"person": x, "reason": "a game"})).status_code == 202
    again, shown = await published(world, own)

    assert (again, shown["measures"]) == (status, first["measures"])


async def test_what_many_people_did_is_published_the_same_day(world, own):
    people = sorted(STAFF)[: 2 * 40]
    rows = [
        {"id": f"many-{number}", "occurred_at": f"2025-12-{day}T10:00:00Z", "actor": a, "verb": "posted", "target": b}
        for number, (a, b) in enumerate(zip(people[::2], people[1::2], strict=True)) for day in ("09",)
    ]  # fmt: skip
    await own.post("/v1/events:bulk", json=rows)

    status, _ = await published(world, own)

    assert status != "withheld"
