"""Imports: parts in order, each taken in whole with its place; cut anywhere, a file gives the same rows and counts."""

import asyncio
import csv
import gzip
import io
import json
import random

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kithline_api import parts
from kithline_core.dataset.cut import LINE_BYTES
from kithline_core.db import imports as stored_imports

pytestmark = pytest.mark.anyio
AT = "2026-01-05T09:00:00Z"
BYTES = {"content-type": "application/octet-stream"}
COUNTS = ("accepted", "updated", "duplicates", "conflicts", "rejected")


@pytest.fixture(autouse=True)
async def ground(world, anyio_backend):
    """A ground, so that people data are taken."""
    if not (await world.tenant.get("/v1/grounds")).json()["data"]:
        await world.tenant.post("/v1/grounds", json={"template": "synthetic"})


async def opened(tenant, body, file="ratings", form="ndjson", **more):
    asked = {"file": file, "format": form, "bytes": len(body), **more}
    answer = await tenant.post("/v1/imports", json=asked)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == answer.json()["links"]["self"]
    return answer.json()["links"]["self"]


async def put(tenant, path, offset, part, **headers):
    return await tenant.send("PATCH", path, content=part, headers={**BYTES, "upload-offset": str(offset), **headers})


async def sent(tenant, path, body, size=1_000_000):
    """Send a file in parts of a size, growing where a part holds no whole line."""
    at, more = 0, size
    while at < len(body):
        answer = await put(tenant, path, at, body[at : at + more])
        assert answer.status_code == 200, answer.text
        reached = int(answer.headers["upload-offset"])
        more = size if reached > at else more + size
        at = reached
    return (await tenant.get(path)).json()


async def rejects(tenant, path):
    answer = await tenant.get(f"{path}/rejects", headers={"accept": "application/x-ndjson"})
    return [json.loads(line) for line in answer.text.splitlines()]


def ratings(name, count):
    return "".join(
        json.dumps({"object": f"{name}-{n}", "rater": "r", "item": "i", "value": n}) + "\n" for n in range(count)
    ).encode()


async def test_a_file_comes_in_parts(tenant):
    body = ratings("parts", 100)
    path = await opened(tenant, body, batch="ratings of today", sha256="a" * 64)

    done = await sent(tenant, path, body, size=1_000)

    assert (done["state"], done["position"], done["lines"], done["accepted"]) == ("completed", len(body), 100, 100)
    assert (done["batch"], done["rejected"], done["finished_at"] is None) == ("ratings of today", 0, False)
    assert done["lines_per_second"] > 0


async def test_csv_comes_in_parts_under_one_header(tenant):
    rows = "".join(f'csv-{n},r,"i\n{n}",{n}\r\n' for n in range(50))
    body = f"\ufeffobject,rater,item,value\r\n{rows}".encode()
    path = await opened(tenant, body, form="csv")

    done = await sent(tenant, path, body, size=37)

    assert (done["state"], done["accepted"], done["lines"]) == ("completed", 50, 101)
    assert done["batch"] == done["id"]


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
async def test_a_part_may_be_compressed_and_its_offset_is_of_the_file_as_it_is(tenant, coding, pack):
    body = ratings(coding, 20)
    path = await opened(tenant, body)

    answer = await put(tenant, path, 0, pack(body[:500]), **{"content-encoding": coding})
    reached = int(answer.headers["upload-offset"])
    await put(tenant, path, reached, pack(body[reached:]), **{"content-encoding": coding})

    assert body[reached - 1 : reached] == b"\n"
    assert (await tenant.get(path)).json()["accepted"] == 20


async def test_a_part_at_another_place_is_409_with_the_right_one(tenant):
    body = ratings("place", 10)
    path = await opened(tenant, body)
    reached = int((await put(tenant, path, 0, body[:200])).headers["upload-offset"])

    for wrong in (0, reached + 1):
        answer = await put(tenant, path, wrong, body[wrong : wrong + 200])
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_offset")
        assert answer.headers["upload-offset"] == str(reached)

    assert (await tenant.get(path)).json()["accepted"] == body[:200].count(b"\n")


async def test_two_senders_of_one_part_store_it_once(tenant):
    body = ratings("twins", 200)
    path = await opened(tenant, body)

    answers = await asyncio.gather(*(put(tenant, path, 0, body) for _ in range(4)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    done = (await tenant.get(path)).json()
    assert (done["lines"], done["accepted"], done["duplicates"]) == (200, 200, 0)


async def test_a_part_that_fails_leaves_the_import_where_it_was(tenant, other):
    body = b'{"person":"p","group":"employee"}\n'
    path = await opened(other, body, file="people")

    answer = await put(other, path, 0, body)

    assert (answer.status_code, answer.json()["code"]) == (409, "no_ground")
    assert (await other.get(path)).json()["position"] == 0


@pytest.mark.parametrize("size", [45, 1_000])
async def test_wherever_it_is_cut_who_has_no_ground_is_a_reject_of_a_file_of_which_some_is_in(world, size):
    await world.partner.put(f"/v1/partners/me/tenants/cut-{size}", json={"title": "one"})
    made = await world.partner.post(f"/v1/partners/me/tenants/cut-{size}/keys", json={"title": "all"})
    caller = type(world.tenant)(world.client, made.json()["key"])
    await caller.post("/v1/grounds", json={"template": "suppliers", "signed_by": "the board"})
    groups = ("supplier", "employee", "employee", "supplier")
    body = b"".join(b'{"person":"p%d","group":"%s"}\n' % (n, group.encode()) for n, group in enumerate(groups))

    path = await opened(caller, body, file="people")
    done = await sent(caller, path, body, size)

    assert [done[name] for name in COUNTS] == [2, 0, 0, 0, 2]
    told = await rejects(caller, path)
    assert [(one["line"], one["pointer"], one["code"]) for one in told] == [
        (2, "/group", "no_ground"), (3, "/group", "no_ground"),
    ]  # fmt: skip
    assert "put one on record" in told[0]["message"]


async def test_lines_that_are_not_taken_are_listed_without_what_they_say(tenant):
    await tenant.post("/v1/events:bulk", json=[{"id": "x", "occurred_at": AT, "actor": "p", "verb": "posted"}])
    body = b"\n".join(
        [
            b'{"id":"x","occurred_at":"2026-01-05T09:00:00Z","actor":"whisper","verb":"posted"}',
            b'{"id":"y","occurred_at":"2026-01-05T09:00:00Z","actor":"whisper","verb":"whisper"}',
            b'{"id":"z","occurred_at":"2026-01-05T09:00:00Z","actor":"p","verb":"custom:whis.per"}',
            b'{"whisper":1,"id":"w","occurred_at":"2026-01-05T09:00:00Z","actor":"p","verb":"posted"}',
            b'{"id":"whisper"',
            b'{"id":"v","occurred_at":"2026-01-05T09:00:00Z","actor":"p","verb":"viewed"}',
        ]
    )
    path = await opened(tenant, body, file="events")

    done = await sent(tenant, path, body, size=100)

    listed = await rejects(tenant, path)
    assert [done[name] for name in COUNTS] == [1, 0, 0, 1, 4]
    assert [(one["line"], one["pointer"], one["code"]) for one in listed] == [
        (1, "/actor", "conflict"),
        (2, "/verb", "invalid_value"),
        (3, "/verb", "unknown_verb"),
        (4, "", "unknown_field"),
        (5, "", "malformed"),
    ]
    assert "whisper" not in json.dumps(listed)
    assert all(one["message"] for one in listed)


async def test_rejects_come_as_pages_lines_and_a_table(tenant):
    body = b"5\n" * 7
    path = await opened(tenant, body)
    await sent(tenant, path, body)

    first = (await tenant.get(f"{path}/rejects?limit=4")).json()
    second = (await tenant.get(f"{path}/rejects?limit=4&cursor={first['next_cursor']}")).json()
    table = await tenant.get(f"{path}/rejects", headers={"accept": "text/csv"})

    lines = [one["line"] for one in first["data"] + second["data"]]
    assert lines == list(range(1, 8))
    assert (first["has_more"], second["has_more"]) == (True, False)
    assert table.headers["content-type"].startswith("text/csv")
    assert [row["line"] for row in csv.DictReader(io.StringIO(table.text))] == [str(line) for line in lines]


async def test_no_more_rejects_are_kept_than_anybody_reads(tenant, monkeypatch):
    monkeypatch.setattr(stored_imports, "MOST_REJECTS", 3)
    body = b"5\n" * 8
    path = await opened(tenant, body)

    await put(tenant, path, 0, body[:4])
    done = await sent_from(tenant, path, body, 4)

    assert (done["rejected"], done["listed"]) == (8, 3)
    assert len(await rejects(tenant, path)) == 3


async def sent_from(tenant, path, body, at):
    await put(tenant, path, at, body[at:])
    return (await tenant.get(path)).json()


async def test_a_paused_import_takes_nothing_until_it_goes_on(tenant):
    body = ratings("pause", 4)
    path = await opened(tenant, body)

    paused = await tenant.post(f"{path}/pause")
    refused = await put(tenant, path, 0, body)
    assert (paused.json()["state"], refused.status_code, refused.json()["code"]) == ("paused", 409, "conflict")

    assert (await tenant.post(f"{path}/resume")).json()["state"] == "open"
    assert (await put(tenant, path, 0, body)).json()["state"] == "completed"


async def test_a_cancelled_import_keeps_its_rows_and_takes_no_more(tenant):
    body = ratings("cancel", 4)
    path = await opened(tenant, body)
    reached = int((await put(tenant, path, 0, body[:-5])).headers["upload-offset"])

    for _ in range(2):
        done = (await tenant.post(f"{path}/cancel")).json()
        assert (done["state"], done["accepted"], done["finished_at"] is None) == ("cancelled", 3, False)

    assert (await put(tenant, path, reached, body[reached:])).status_code == 409
    for verb in ("resume", "pause", "complete"):
        assert (await tenant.post(f"{path}/{verb}")).status_code == 409


async def test_an_import_is_complete_when_all_of_it_is_in(tenant):
    body = ratings("complete", 2)
    path = await opened(tenant, body)

    early = await tenant.post(f"{path}/complete")
    await sent(tenant, path, body)

    assert (early.status_code, early.json()["code"]) == (409, "conflict")
    assert (await tenant.post(f"{path}/complete")).json()["state"] == "completed"
    assert (await tenant.post(f"{path}/cancel")).status_code == 409


async def test_an_import_is_found_by_its_content_and_state(tenant):
    path = await opened(tenant, b"xx", sha256="b" * 64)
    await tenant.post(f"{path}/pause")

    found = (await tenant.get(f"/v1/imports?sha256={'b' * 64}&state=paused")).json()["data"]

    assert [one["links"]["self"] for one in found] == [path]
    assert (await tenant.get(f"/v1/imports?sha256={'b' * 64}&state=open")).json()["data"] == []


async def test_another_tenants_import_is_not_there(tenant, other):
    body = ratings("mine", 2)
    path = await opened(tenant, body)

    assert (await other.get(path)).status_code == 404
    assert (await other.get(f"{path}/rejects")).status_code == 404
    assert (await put(other, path, 0, body)).status_code == 404
    for verb in ("pause", "resume", "cancel", "complete"):
        assert (await other.post(f"{path}/{verb}")).status_code == 404
    seen = [one["links"]["self"] for one in (await other.get("/v1/imports")).json()["data"]]
    assert path not in seen


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"file": "secrets"}, "/file"),
        ({"format": "xml"}, "/format"),
        ({"bytes": 0}, "/bytes"),
        ({"sha256": "x"}, "/sha256"),
    ],
)
async def test_a_file_that_cannot_be_is_refused(tenant, more, pointer):
    answer = await tenant.post("/v1/imports", json={"file": "ratings", "format": "csv", "bytes": 9, **more})

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_a_key_needs_the_scope_of_the_rows_too(world, tenant):
    made = await tenant.post("/v1/api-keys", json={"title": "i", "scopes": ["imports:write", "answers:write"]})
    key = type(tenant)(world.client, made.json()["key"])
    body = b'{"person":"p"}\n'
    theirs = await opened(tenant, body, file="people")

    assert (await key.post("/v1/imports", json={"file": "people", "format": "csv", "bytes": 9})).status_code == 403
    assert (await put(key, theirs, 0, body)).status_code == 403
    assert (await key.post("/v1/imports", json={"file": "ratings", "format": "csv", "bytes": 9})).status_code == 201


async def test_what_is_no_part_is_refused(tenant):
    body = ratings("odd", 3)
    path = await opened(tenant, body)

    assert (await put(tenant, path, 0, body + b"x")).status_code == 422
    assert (await put(tenant, path, 0, b"")).status_code == 400
    assert (await put(tenant, path, -1, body)).status_code == 400
    assert (await put(tenant, path, 0, body, **{"content-type": "text/csv"})).status_code == 415
    assert (await put(tenant, path, 0, body, **{"content-encoding": "br"})).status_code == 415
    assert (await put(tenant, path, 0, body[:9], **{"content-encoding": "zstd"})).status_code == 400
    refused = await put(tenant, path, 0, body, **{"idempotency-key": "k"})
    assert refused.json()["code"] == "idempotency_key_unsupported"
    assert (await tenant.get(path)).json()["position"] == 0


async def test_a_part_that_is_too_large_as_it_came_or_unpacked_is_413(tenant):
    body = b"\n" * (parts.PART_BYTES + 1)
    path = await opened(tenant, body)

    assert (await put(tenant, path, 0, body)).status_code == 413
    assert (await put(tenant, path, 0, gzip.compress(body), **{"content-encoding": "gzip"})).status_code == 413
    assert (await sent(tenant, path, body, parts.PART_BYTES))["state"] == "completed"


async def test_a_header_that_is_none_leaves_the_import_at_its_start(tenant):
    body = b"object,secret\n" + b"a,b\n" * 9
    path = await opened(tenant, body, form="csv")

    assert int((await put(tenant, path, 0, body[:5])).headers["upload-offset"]) == 0
    answer = await put(tenant, path, 0, body)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "invalid_header")


async def test_no_part_takes_more_lines_than_a_batch(tenant):
    body = b"5\n" * 10_500
    path = await opened(tenant, body)

    answer = await put(tenant, path, 0, body)

    assert (answer.json()["lines"], answer.json()["state"]) == (10_000, "open")
    assert (await sent_from(tenant, path, body, int(answer.headers["upload-offset"])))["state"] == "completed"


ROW = {
    "ndjson": b'{"object":"%d","rater":"long","item":"i","value":1}\n',
    "csv": b"%d,long,i,1\n",
}


@pytest.mark.parametrize("form", ROW)
@pytest.mark.parametrize("size", [300_000, 5_000_000])
async def test_a_line_that_is_too_long_is_passed_over_whatever_the_parts(tenant, form, size):
    head = b"object,rater,item,value\r\n" if form == "csv" else b""
    body = head + ROW[form] % 1 + b"x" * (2 * LINE_BYTES) + b"\r\n" + ROW[form] % 2
    path = await opened(tenant, body, form=form)

    done = await sent(tenant, path, body, size=size)

    assert [done[name] for name in ("lines", "rejected")] == [3 + bool(head), 1]
    assert done["accepted"] + done["duplicates"] == 2
    (listed,) = await rejects(tenant, path)
    assert (listed["line"], listed["code"]) == (2 + bool(head), "malformed")


# Whatever a file holds and wherever it is cut: the same as in one request.

CELLS = st.sampled_from(["a", "b", "", "1", "2", '"q"', '"l\nm"', '"l\r\nm"', '"', 'x"y', '"x"y', "ä", " ", "\0", "\r"])
CSV_LINES = st.lists(st.lists(CELLS, min_size=1, max_size=5).map(",".join), max_size=12)
JSON_LINES = st.lists(
    st.one_of(
        st.sampled_from(["", " ", "{", "5", "\r", "[]", "ä", '{"object":"s","object":"t"}', "\t {}"]),
        st.builds(
            lambda n, value: json.dumps({"object": f"s{n}", "rater": "r", "item": "i", "value": value}),
            st.integers(0, 4),
            st.sampled_from([1, 2, "x", None]),
        ),
    ),
    max_size=12,
)
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def files(draw):
    form, end = draw(st.sampled_from(["csv", "ndjson"])), draw(ENDS)
    lines = ["object,rater,item,value", *draw(CSV_LINES)] if form == "csv" else draw(JSON_LINES)
    body = end.join(lines) + draw(st.sampled_from(["", end, end * 3]))
    sizes = draw(st.lists(st.integers(1, 40), min_size=1, max_size=6))
    return form, body.encode(), sizes


async def in_one(caller, form, body):
    kind = {"csv": "text/csv", "ndjson": "application/x-ndjson"}[form]
    answer = await caller.post("/v1/ratings:bulk", content=body, headers={"content-type": kind})
    told = answer.json()
    if told.get("code") == "all_rejected":
        return {"errors": told["errors"]}
    return told


async def in_parts(caller, form, body, sizes):
    path = await opened(caller, body, form=form)
    at, more, turn = 0, 0, 0
    while at < len(body):
        more += sizes[turn % len(sizes)]
        turn += 1
        answer = await put(caller, path, at, body[at : at + more])
        assert answer.status_code == 200, answer.text
        reached = int(answer.headers["upload-offset"])
        more = 0 if reached > at else more
        at = reached
    return (await caller.get(path)).json(), await rejects(caller, path)


async def fresh(world, name):
    """A tenant that has nothing yet."""
    await world.partner.put(f"/v1/partners/me/tenants/{name}", json={"title": name})
    key = await world.partner.post(f"/v1/partners/me/tenants/{name}/keys", json={"title": "all"})
    caller = type(world.tenant)(world.client, key.json()["key"])
    await caller.post("/v1/grounds", json={"template": "synthetic"})
    return caller


async def rows_of(caller):
    text = (await caller.get("/v1/ratings", headers={"accept": "application/x-ndjson"})).text
    return sorted(text.splitlines())


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=files())
async def test_any_split_of_a_file_gives_what_one_request_gives(world, made):
    form, body, sizes = made
    if not body:
        return
    number = f"split-{random.getrandbits(64):x}"
    one, split = await fresh(world, f"{number}-a"), await fresh(world, f"{number}-b")

    told = await in_one(one, form, body)
    done, listed = await in_parts(split, form, body, sizes)

    assert await rows_of(one) == await rows_of(split)
    assert [(row["line"], row["pointer"], row["code"]) for row in listed] == [
        (row["line"], row["pointer"], row["code"]) for row in told["errors"]
    ]
    if "accepted" in told:
        # A row that a part changes again is an update there; in one request the later line replaces the earlier.
        assert sum(done[name] for name in COUNTS if name != "updated") == sum(
            told[name] for name in COUNTS if name != "updated"
        )
        assert done["rejected"] == told["rejected"]


async def test_cut_at_random_bytes_a_connection_loses_nothing_and_doubles_nothing(tenant):
    chance = random.Random(20260105)
    lines = [
        json.dumps({"id": f"cut-{n}", "source": "cut", "occurred_at": AT, "actor": f"p{n % 7}", "verb": "posted"})
        for n in range(3_000)
    ]
    body = "\n".join(lines).encode()
    path = await opened(tenant, body, file="events")

    at = 0
    while at < len(body):
        part = body[at : at + chance.randint(1, 60_000)]
        wanted = put(tenant, path, at, part)
        if chance.random() < 0.4:
            # The answer gets lost: the client goes away at some moment, and asks how far it got.
            task = asyncio.create_task(wanted)
            await asyncio.sleep(chance.random() * 0.02)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            at = (await tenant.get(path)).json()["position"]
        else:
            answer = await wanted
            at = int(answer.headers["upload-offset"])
        assert at == 0 or at == len(body) or body[at - 1 : at] == b"\n"

    done = (await tenant.get(path)).json()
    assert (done["state"], done["lines"], done["accepted"], done["duplicates"]) == ("completed", 3_000, 3_000, 0)
