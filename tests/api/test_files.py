"""Every file of the dataset folder: sent in bulk, verdict per line, read back in pages and as lines."""

import asyncio
import json
import time

import pytest

from kithline_core.model.rows import FILES

pytestmark = pytest.mark.anyio
AT = "2026-01-05T09:00:00Z"

ROWS = {
    "organisations": {"organisation": "auren", "name": "Auren", "role": "focal", "valid_from": AT},
    "people": {"person": "p", "group": "employee", "department": "d", "leader": True},
    "populations": {"group": "employee", "count": 5},
    "identities": {"kind": "organisation", "id": "auren gmbh", "same_as": "auren"},
    "communities": {"community": "c", "purpose": "Cut scrap", "sensitive": False},
    "interfaces": {"side_a": "a", "side_b": "b", "weight": 0.5},
    "ties": {"actor": "p", "target": "q", "count": 2, "first_at": AT},
    "organisation_ties": {"organisation_a": "a", "organisation_b": "b", "weight": 1.5, "period": "2026-Q1"},
    "answers": {"questionnaire": "q", "assessment": "s", "item": "i", "value": 3.0, "role": "assessor"},
    "ratings": {"object": "o", "rater": "r", "item": "i", "value": 2.0},
    "survivals": {"unit": "u", "duration": 3.5, "ended": False},
    "incidents": {"incident": "x", "occurred_at": AT, "public": True, "evidence": "a page"},
    "ideas": {"idea": "x", "submitted_at": AT, "group": "supplier", "status": "open"},
    "decisions": {"decision": "x", "decided_at": AT, "department": "d", "cites": "i-1;i-2"},
    "outcomes": {"outcome": "x", "dated": AT, "kind": "process", "ours": True, "theirs": False},
    "roadmap": {"purpose": "x", "order": 1, "value": "high", "decides": "technology;policy"},
    "barriers": {"barrier": "x", "code": "property", "strength": "high", "open": True},
    "interventions": {"intervention": "x", "started_at": AT, "aim": "silos.internal"},
    "group_ties": {"period": "2026-Q1", "level": "group", "a": "employee", "b": "supplier", "people_a": 7, "ties": 4.5},
    "group_activity": {"period": "2026-01", "group": "employee", "contributors": 9, "contributions": 40, "events": 51},
    "waits": {"period": "2026", "people": 8, "openings": 11, "median_hours": 3.5},
    "contributions": {"period": "2026-01-01/2026-04-01", "least": 4, "most": 7, "contributors": 6, "contributions": 30},
    "events": {"id": "e", "source": "f", "occurred_at": AT, "actor": "p", "verb": "replied", "target": "q", "count": 2},
}


@pytest.fixture(autouse=True)
async def ground(world, anyio_backend):
    """A ground, so that people data are taken."""
    if not (await world.tenant.get("/v1/grounds")).json()["data"]:
        await world.tenant.post("/v1/grounds", json={"template": "synthetic"})


def test_every_file_has_a_row_here():
    assert set(ROWS) == set(FILES)


@pytest.mark.parametrize("name", sorted(FILES))
async def test_a_row_goes_in_once_and_comes_back_as_it_was_sent(tenant, name):
    path = f"/v1/{name.replace('_', '-')}"

    first = (await tenant.post(f"{path}:bulk", json=[ROWS[name]])).json()
    again = (await tenant.post(f"{path}:bulk", json=[ROWS[name]])).json()

    assert (first["accepted"], again["accepted"], again["duplicates"]) == (1, 0, 1)
    assert ROWS[name] in (await tenant.get(path)).json()["data"]


@pytest.mark.parametrize("name", sorted(FILES))
async def test_everything_comes_as_lines(tenant, name):
    answer = await tenant.get(f"/v1/{name.replace('_', '-')}", headers={"accept": "application/x-ndjson"})

    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert ROWS[name] in [json.loads(line) for line in answer.text.splitlines()]


async def test_nothing_is_an_empty_stream(world, other):
    answer = await other.get("/v1/ratings", headers={"accept": "application/x-ndjson; q=1"})

    assert (answer.status_code, answer.content) == (200, b"")


async def test_a_stream_reaches_past_its_first_part(tenant):
    rows = [{"unit": f"many-{n:04}", "duration": 1.0, "ended": True} for n in range(2_500)]
    await tenant.post("/v1/survivals:bulk", json=rows)

    answer = await tenant.get("/v1/survivals", headers={"accept": "application/x-ndjson"})

    assert sum(b"many-" in line for line in answer.content.splitlines()) == 2_500


async def test_pages_cover_every_row_once(tenant):
    rows = [{"object": f"page-{n}", "rater": "r", "item": "i", "value": 1} for n in range(7)]
    await tenant.post("/v1/ratings:bulk", json=rows)

    seen, address = [], "/v1/ratings?limit=3"
    while address:
        answer = await tenant.get(address)
        seen += [row["object"] for row in answer.json()["data"]]
        link = answer.headers.get("link", "")
        assert bool(link) == answer.json()["has_more"]
        address = link[1 : link.index(">")] if link else ""

    assert len(seen) == len(set(seen))
    assert {f"page-{n}" for n in range(7)} <= set(seen)


async def test_events_page_by_source_and_id(tenant):
    rows = [{"id": f"x{n}", "occurred_at": AT, "actor": "p", "verb": "posted"} for n in range(3)]
    await tenant.post("/v1/events:bulk", json=rows)

    first = (await tenant.get("/v1/events?limit=2")).json()
    second = (await tenant.get(f"/v1/events?limit=2&cursor={first['next_cursor']}")).json()

    assert {row["id"] for row in first["data"] + second["data"]} >= {"x0", "x1", "x2"}


async def test_every_line_has_its_own_verdict(tenant, lines):
    good = {"id": "v1", "occurred_at": AT, "actor": "p", "verb": "posted"}
    body = (
        lines([good])["content"]
        + b"\n{broken\n"
        + lines([{**good, "verb": "danced"}, {**good, "actor": "z"}])["content"]
    )

    answer = await tenant.post("/v1/events:bulk", content=body, headers={"content-type": "application/x-ndjson"})

    told = answer.json()
    assert answer.status_code == 200
    assert [told[name] for name in ("accepted", "duplicates", "conflicts", "rejected")] == [1, 0, 1, 2]
    assert [(one["line"], one["code"]) for one in told["errors"]] == [
        (3, "malformed"), (4, "invalid_value"), (5, "conflict"),
    ]  # fmt: skip


GOOD = b'{"object":"%s","rater":"r","item":"i","value":1}'
BAD = [
    (b'{"object":"o","object":"p","rater":"r","item":"i","value":1}', "an object of the body names a member twice"),
    (b'{"object":"\\ud800","rater":"r","item":"i","value":1}', "JSON is malformed: unexpected end of escaped utf-16"),
    (b'{"object":"\xff","rater":"r","item":"i","value":1}', "the body is not UTF-8"),
    (b'{"object":"a\tb","rater":"r","item":"i","value":1}', "JSON is malformed: invalid character (byte 12)"),
    (b'{"object":"o","rater":"r","item":"i","value":NaN}', "JSON is malformed: invalid character"),
    (b'{"object":"o","rater":"r","item":"i","value":1,"extra":"' + b"x" * 1_100_000 + b'"}', "the line has 1100058 bytes"),
    (b'{"object":"' + b"[" * 60 + b'","rater":"r","item":"i","value":1e999}', "Number out of range"),
]  # fmt: skip


@pytest.mark.parametrize("media", ["application/json", "application/x-ndjson"])
async def test_a_line_that_cannot_be_read_costs_itself_alone(tenant, media):
    head, between, tail = (b" [\n", b" ,\n", b"\r\n] ") if media.endswith("/json") else (b"", b"\n", b"\n")
    body = head + between.join([GOOD % b"first", *(bad for bad, _ in BAD), GOOD % media.encode()]) + tail

    answer = await tenant.post("/v1/ratings:bulk?dry_run=true", content=body, headers={"content-type": media})

    told = answer.json()
    assert (answer.status_code, told["accepted"], told["rejected"]) == (200, 2, len(BAD)), told
    for number, ((_, words), error) in enumerate(zip(BAD, told["errors"], strict=True), 2):
        assert (error["line"], error["pointer"], error["code"]) == (number, "", "malformed")
        assert error["message"].startswith(words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[{} {}]", "Expecting ',' or ']' at character 4"),
        (b"[{},]", "Expecting value at character 4"),
        (b"[{a:1}]", "Expecting property name enclosed in double quotes at character 2"),
        (b"[{}", "Expecting ',' or ']' at character 3"),
        (b"[", "Expecting value at character 1"),
        (b"[{}] x", "Extra data at character 4"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"\xef\xbb\xbf[]", "JSON is malformed: invalid character (byte 0)"),
    ],
)
async def test_an_array_that_cannot_be_cut_is_400(tenant, body, words):
    answer = await tenant.post("/v1/ratings:bulk", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["code"], answer.json()["detail"]) == (400, "malformed", words)


async def test_an_array_of_nothing_may_have_room_in_it(tenant):
    answer = await tenant.post("/v1/ratings:bulk", content=b" [ \n] ", headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["accepted"]) == (200, 0)


async def longest_pause(work):
    """Return the answer and how long, in seconds, nobody else got a turn."""
    worst, done = 0.0, asyncio.create_task(work)
    while not done.done():
        began = time.monotonic()
        await asyncio.sleep(0.01)
        worst = max(worst, time.monotonic() - began)
    return await done, worst


HUGE = {
    "elements": (b"[" + b"0," * 4_900_000 + b"0]", "application/json", 413),
    "one row": (b'[{"object":[0' + b",0" * 4_900_000 + b"]}]", "application/json", 422),
    "one line": (b'{"object":[0' + b",0" * 4_900_000 + b"]}", "application/x-ndjson", 422),
    "blank lines": (b"\n" * 9_800_000, "application/x-ndjson", 200),
    "bad lines": (b'{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1}\n' * 10_000, "application/x-ndjson", 422),
}


@pytest.mark.parametrize("name", HUGE)
async def test_no_body_keeps_others_waiting(tenant, name):
    body, media, status = HUGE[name]
    answer, pause = await longest_pause(tenant.post("/v1/ratings:bulk", content=body, headers={"content-type": media}))

    assert answer.status_code == status
    assert pause < 1.0


async def test_an_array_and_lines_are_the_same(tenant, lines):
    rows = [{"object": "same", "rater": "r", "item": "i", "value": 1}]

    assert (await tenant.post("/v1/ratings:bulk", json=rows)).json()["accepted"] == 1
    assert (await tenant.post("/v1/ratings:bulk", **lines(rows))).json()["duplicates"] == 1


async def test_a_changed_row_is_an_update(tenant):
    row = {"object": "changes", "rater": "r", "item": "i", "value": 1}
    await tenant.post("/v1/ratings:bulk", json=[row])

    told = (await tenant.post("/v1/ratings:bulk", json=[{**row, "value": 2}])).json()

    assert (told["accepted"], told["updated"]) == (1, 1)


async def test_a_batch_of_nothing_but_faults_is_422(tenant):
    answer = await tenant.post("/v1/ratings:bulk", json=[{"object": 1}, 5])

    assert (answer.status_code, answer.json()["code"]) == (422, "all_rejected")
    assert {one["line"] for one in answer.json()["errors"]} == {1, 2}


async def test_an_empty_batch_changes_nothing(tenant):
    assert (await tenant.post("/v1/ratings:bulk", json=[])).json()["accepted"] == 0


async def test_an_object_is_no_batch(tenant):
    assert (await tenant.post("/v1/ratings:bulk", json={})).status_code == 422
    headers = {"content-type": "application/json"}
    assert (await tenant.post("/v1/ratings:bulk", content=b"[{}", headers=headers)).status_code == 400


async def test_a_dry_run_says_everything_and_keeps_nothing(tenant):
    row = {"object": "rehearsed", "rater": "r", "item": "i", "value": 1}

    told = (await tenant.post("/v1/ratings:bulk?dry_run=true", json=[row])).json()

    assert (told["accepted"], told["dry_run"]) == (1, True)
    assert (await tenant.post("/v1/ratings:bulk", json=[row])).json()["accepted"] == 1


async def test_too_many_lines_are_413(tenant):
    body = b"{}\n" * 10_001

    answer = await tenant.post("/v1/ratings:bulk", content=body, headers={"content-type": "application/x-ndjson"})

    assert answer.status_code == 413


async def test_other_requests_get_their_turn_during_a_long_batch(tenant, lines):
    rows = [{"object": f"turn-{n}", "rater": "r", "item": "i", "value": 1} for n in range(1_200)]

    assert (await tenant.post("/v1/ratings:bulk", **lines(rows))).json()["accepted"] == 1_200


async def test_people_without_a_ground_are_refused(world, other):
    for name in ("people", "events"):
        answer = await other.post(f"/v1/{name}:bulk", json=[ROWS[name]])
        assert (answer.status_code, answer.json()["code"]) == (409, "no_ground"), name

    assert (await other.post("/v1/communities:bulk", json=[ROWS["communities"]])).status_code == 200


async def test_one_employee_without_a_ground_costs_one_line(world):
    await world.partner.put("/v1/partners/me/tenants/one-line", json={"title": "one"})
    key = (await world.partner.post("/v1/partners/me/tenants/one-line/keys", json={"title": "all"})).json()["key"]
    caller = type(world.tenant)(world.client, key)
    await caller.post("/v1/grounds", json={"template": "suppliers", "signed_by": "the board"})
    rows = [{"person": "s", "group": "supplier"}, {"person": "e", "group": "employee", "organisation": "auren"}]

    whole = await caller.post("/v1/people:bulk?atomic=true", json=rows)
    told = (await caller.post("/v1/people:bulk", json=rows)).json()

    assert (whole.status_code, whole.json()["code"]) == (422, "not_all_taken")
    assert (told["accepted"], told["rejected"]) == (1, 1)
    (fault,) = told["errors"]
    assert (fault["line"], fault["code"], fault["pointer"]) == (2, "no_ground", "/group")
    assert "covers employee at auren; put one on record first from the template employees" in fault["message"]
    assert [row["person"] for row in (await caller.get("/v1/people")).json()["data"]] == ["s"]


async def test_direct_messages_of_employees_are_refused(tenant):
    await tenant.post("/v1/people:bulk", json=[{"person": "emp", "group": "employee"}])
    event = {"id": "dm", "occurred_at": AT, "actor": "emp", "verb": "posted", "visibility": "direct"}

    answer = await tenant.post("/v1/events:bulk", json=[event])

    assert answer.json()["errors"][0]["code"] == "direct_refused"
