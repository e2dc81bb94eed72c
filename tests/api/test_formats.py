"""Every format of a bulk body: CSV, CloudEvents, compressed; whole or not at all; with every line's verdict."""

import gzip
import itertools
import json
import tracemalloc
import zlib
from datetime import UTC, datetime, timedelta

import pytest
import zstandard

from kithline_api import packing
from kithline_core.dataset.cut import LINE_BYTES

pytestmark = pytest.mark.anyio
AT = "2026-01-05T09:00:00Z"
CSV = {"content-type": "text/csv"}
ONE = {"content-type": "application/cloudevents+json"}
MANY = {"content-type": "application/cloudevents-batch+json; charset=utf-8"}
PACK = {"gzip": gzip.compress, "zstd": zstandard.ZstdCompressor().compress}


@pytest.fixture(autouse=True)
async def ground(world, anyio_backend):
    """A ground, so that people data are taken."""
    if not (await world.tenant.get("/v1/grounds")).json()["data"]:
        await world.tenant.post("/v1/grounds", json={"template": "synthetic"})


def rating(number, **more):
    return {"object": f"o{number}", "rater": "r", "item": "i", "value": 1, **more}


def event(name, **more):
    return {"id": name, "occurred_at": AT, "actor": "p", "verb": "posted", **more}


def cloud(name, data=None, **more):
    return {
        "specversion": "1.0", "id": name, "source": "cloud", "type": "posted", "time": AT,
        "data": {"actor": "p", **(data or {})}, **more,
    }  # fmt: skip


async def bulk(tenant, path, content, headers, query=""):
    body = content if isinstance(content, bytes) else content.encode()
    return await tenant.post(f"/v1/{path}:bulk{query}", content=body, headers=headers)


# CSV


async def test_csv_is_read_as_in_a_dataset_folder(tenant):
    body = '\ufefforganisation,tier,valid_from,name\r\nacme,2,2026-01-05,\r\n\r\n"be,ta",,,"two\nlines"\r\n'

    told = (await bulk(tenant, "organisations", body, CSV)).json()

    rows = {row["organisation"]: row for row in (await tenant.get("/v1/organisations")).json()["data"]}
    assert (told["accepted"], told["rejected"]) == (2, 0)
    assert rows["acme"] == {"organisation": "acme", "tier": 2, "valid_from": "2026-01-05T00:00:00Z"}
    assert rows["be,ta"]["name"] == "two\nlines"


async def test_a_bad_line_of_csv_costs_itself_alone(tenant):
    body = b'object,rater,item,value\na,r,i,1\nb,r,i\n"c"x,r,i,1\nd,r,i,many\n\xff,r,i,1\n,r,i,1\ne\0,r,i,1\nf,r,i,1'

    told = (await bulk(tenant, "ratings", body, CSV)).json()

    assert (told["accepted"], told["rejected"]) == (2, 6)
    assert [(one["line"], one["pointer"], one["code"]) for one in told["errors"]] == [
        (3, "", "malformed"),
        (4, "", "malformed"),
        (5, "/value", "wrong_type"),
        (6, "", "malformed"),
        (7, "/object", "missing"),
        (8, "/object", "invalid_value"),
    ]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\n", "there is none"),
        (b"object,rater,item\n", "the column 'value' is required"),
        (b"object,rater,item,value,secret\n", "unknown column 'secret'"),
        (b"object,rater,item,value,value\n", "the column 'value' stands twice"),
        (b'object,"rater\n', "not CSV"),
        (b"\xff\n", "not UTF-8"),
        (b"x" * (LINE_BYTES + 5) + b"\n", "more than the 1048576 bytes"),
    ],
)
async def test_a_header_that_is_none_refuses_the_whole(tenant, body, words):
    answer = await bulk(tenant, "ratings", body, CSV)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    (first, *_) = answer.json()["errors"]
    assert (first["code"], first["line"]) == ("invalid_header", 1)
    assert any(words in one["message"] for one in answer.json()["errors"])


@pytest.mark.parametrize("cells", [b",", b"a,", b"value,"])
async def test_a_million_columns_are_told_by_the_first(tenant, cells):
    answer = await bulk(tenant, "ratings", cells * (1_000_000 // len(cells)) + b"\n", CSV)

    assert answer.status_code == 422
    assert len(answer.content) < 20_000


async def test_a_record_that_never_ends_is_left_behind(tenant):
    body = b"object,rater,item,value\n" + b'"' + (b"x" * 999 + b"\n") * 1_100 + b"good,r,i,1\n"

    answer = await bulk(tenant, "ratings", body, CSV, "?dry_run=true")

    assert answer.json()["accepted"] == 1
    assert "more than the" in answer.json()["errors"][0]["message"]


# CloudEvents


async def test_a_cloud_event_becomes_an_event(tenant):
    data = {
        "target": "q", "channel": "ch", "thread": "t", "parent": "m0", "object": "o", "kind": "question",
        "visibility": "members", "count": 3,
    }  # fmt: skip
    sent = cloud("ce-1", data, subject="battery", sentat=AT, datacontenttype="application/json", dataschema="any:thing")

    assert (await bulk(tenant, "events", json.dumps(sent), ONE)).json()["accepted"] == 1
    assert (await bulk(tenant, "events", json.dumps([sent]), MANY)).json()["duplicates"] == 1

    rows = (await tenant.get("/v1/events?limit=200")).json()["data"]
    assert {
        "id": "ce-1", "source": "cloud", "occurred_at": AT, "actor": "p", "verb": "posted", "community": "battery",
        "sent_at": AT, **data,
    } in rows  # fmt: skip


@pytest.mark.parametrize(
    ("more", "pointer", "code"),
    [
        ({"specversion": "0.3"}, "/specversion", "not_one_of"),
        ({"type": "danced"}, "/type", "invalid_value"),
        ({"time": "2026-01-05"}, "/time", "invalid_value"),
        ({"traceparent": "00-1"}, "/traceparent", "unknown_field"),
        ({"data": {"actor": "p", "mood": "good"}}, "/data/mood", "unknown_field"),
        ({"data": {}}, "/data/actor", "missing"),
        ({"data": {"actor": "ä" * 150}}, "/data/actor", "invalid_value"),
        ({"subject": "ä" * 150}, "/subject", "invalid_value"),
        ({"data": {"actor": "p", "visibility": "members", "text": "hush"}}, "/data/text", "text_not_public"),
    ],
)
async def test_what_a_cloud_event_may_not_be_is_pointed_at(tenant, more, pointer, code):
    body = json.dumps([cloud("good"), {**cloud("bad"), **more}])

    told = (await bulk(tenant, "events", body, MANY)).json()

    assert [(one["line"], one["pointer"], one["code"]) for one in told["errors"]] == [(2, pointer, code)]


async def test_a_cloud_event_that_is_too_long_is_refused(tenant):
    sent = cloud("long", {"text": "x" * (LINE_BYTES + 1)})

    answer = await bulk(tenant, "events", json.dumps([sent, cloud("short")]), MANY)

    assert answer.json()["errors"][0]["code"] == "malformed"


async def test_cloud_events_are_events_and_nothing_else(tenant):
    answer = await bulk(tenant, "ratings", json.dumps(cloud("x")), ONE)

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


# Compressed


@pytest.mark.parametrize("coding", PACK)
async def test_a_compressed_body_is_the_same_body(tenant, coding):
    row = rating(coding)
    headers = {"content-type": "application/json", "content-encoding": coding.upper()}

    told = (await bulk(tenant, "ratings", PACK[coding](json.dumps([row]).encode()), headers)).json()

    assert told["accepted"] == 1
    assert (await tenant.post("/v1/ratings:bulk", json=[row])).json()["duplicates"] == 1


def bombs():
    zeros = b"0" * 100_000_000
    yield "gzip", gzip.compress(zeros)
    yield "zstd", zstandard.ZstdCompressor(level=19).compress(zeros)


@pytest.mark.parametrize(("coding", "body"), list(bombs()), ids=list(PACK))
async def test_a_bomb_ends_in_413(tenant, coding, body):
    answer = await bulk(tenant, "ratings", body, {"content-type": "application/x-ndjson", "content-encoding": coding})

    assert len(body) * 1_000 < 100_000_000
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def wide_frame():
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return stream.compress(b"[]") + stream.flush()


def broken():
    for coding, pack in PACK.items():
        whole = pack(json.dumps([rating("x")] * 100).encode())
        yield coding, whole[: len(whole) // 2], "ends early"
        yield coding, whole[:-1], "ends early"
        yield coding, whole + b"\0", "follows the end"
        yield coding, whole + whole, "follows the end"
        yield coding, b"[]", "the body is not"
    yield "gzip", gzip.compress(b"[]")[:-8] + b"\1" * 8, "incorrect data check"
    yield "gzip", zlib.compress(b"[]"), "incorrect header check"
    yield "zstd", wide_frame(), "requires too much memory"


# Numbers for names: a packed body holds the time it was packed at.
@pytest.mark.parametrize(("coding", "body", "words"), list(broken()), ids=itertools.count())
async def test_a_body_that_cannot_be_unpacked_is_400(tenant, coding, body, words):
    headers = {"content-type": "application/json", "content-encoding": coding}
    answer = await bulk(tenant, "ratings", body, headers)

    if words == "ends early" and coding == "zstd" and answer.status_code == 200:
        pytest.fail("a frame that was cut was taken")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("coding", ["br", "gzip, gzip", "deflate"])
async def test_other_codings_are_415(tenant, coding):
    answer = await bulk(tenant, "ratings", b"[]", {"content-type": "application/json", "content-encoding": coding})

    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


async def test_operations_without_lines_take_no_coding(tenant):
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    answer = await tenant.post("/v1/scopes", content=gzip.compress(b'{"scope":"x"}'), headers=headers)

    assert answer.status_code == 415


# Whole or not at all


@pytest.mark.parametrize("bad", [{"object": 5}, {**rating(1), "value": "x"}])
async def test_atomic_takes_no_line_when_one_cannot_be_taken(tenant, bad):
    good = rating("atomic")

    answer = await tenant.post("/v1/ratings:bulk?atomic=true", json=[good, bad])

    assert (answer.status_code, answer.json()["code"]) == (422, "not_all_taken")
    assert {one["line"] for one in answer.json()["errors"]} == {2}
    assert "line 2" in answer.json()["detail"]
    assert (await tenant.post("/v1/ratings:bulk?dry_run=true", json=[good])).json()["accepted"] == 1


async def test_atomic_takes_no_line_when_one_is_a_conflict(tenant):
    await tenant.post("/v1/events:bulk", json=[event("clash")])

    answer = await tenant.post("/v1/events:bulk?atomic=true", json=[event("fresh"), event("clash", actor="z")])

    assert [(one["line"], one["code"]) for one in answer.json()["errors"]] == [(2, "conflict")]
    assert (await tenant.post("/v1/events:bulk?dry_run=true", json=[event("fresh")])).json()["accepted"] == 1


async def test_atomic_takes_every_line_of_a_good_batch_and_duplicates_do_not_stop_it(tenant):
    rows = [rating("all-1"), rating("all-2")]

    first = (await tenant.post("/v1/ratings:bulk?atomic=true", json=rows)).json()
    again = (await tenant.post("/v1/ratings:bulk?atomic=true", json=rows)).json()

    assert (first["accepted"], again["duplicates"]) == (2, 2)


async def test_an_atomic_trial_says_the_same_and_keeps_nothing(tenant):
    answer = await tenant.post("/v1/ratings:bulk?atomic=true&dry_run=true", json=[rating("trial"), 5])

    assert answer.json()["code"] == "not_all_taken"


# Verdicts


async def test_every_line_is_named_when_that_is_asked_for(tenant):
    await tenant.post("/v1/events:bulk", json=[event("v-old"), event("v-clash", target="q")])
    rows = [event("v-new"), event("v-old"), event("v-clash", target="z", count=2), 5, event("v-bad", verb="danced")]

    told = (await tenant.post("/v1/events:bulk?verdicts=all", json=rows)).json()

    assert [(one["line"], one["status"], one.get("code")) for one in told["verdicts"]] == [
        (1, "accepted", None),
        (2, "duplicate", None),
        (3, "conflict", "conflict"),
        (4, "rejected", "wrong_type"),
        (5, "rejected", "invalid_value"),
    ]
    assert told["verdicts"][2]["diff"] == [
        {"pointer": "/target", "here": "q"},
        {"pointer": "/count", "here": None},
    ]
    assert "verdicts" not in (await tenant.post("/v1/events:bulk", json=rows)).json()


async def test_every_bad_line_has_its_reason_however_many_there_are(tenant):
    rows = [rating(0), *({"object": 1} for _ in range(1_500))]

    told = (await tenant.post("/v1/ratings:bulk?verdicts=all&dry_run=true", json=rows)).json()

    assert len(told["errors"]) == 1_000
    assert len(told["verdicts"]) == 1_501
    assert {one["code"] for one in told["verdicts"][1:]} == {"wrong_type"}


async def test_a_changed_text_is_a_difference_without_the_text(tenant):
    await tenant.post("/v1/events:bulk", json=[event("said", visibility="public", text="before")])

    told = (await tenant.post("/v1/events:bulk", json=[event("said", visibility="public", text="after")])).json()

    assert told["errors"][0]["diff"] == [{"pointer": "/text"}]


async def test_a_key_that_may_not_read_sees_where_and_not_what(world, tenant):
    made = await tenant.post("/v1/api-keys", json={"title": "w", "scopes": ["events:write"]})
    writer = type(tenant)(world.client, made.json()["key"])
    await writer.post("/v1/events:bulk", json=[event("secret", target="q")])

    told = (await writer.post("/v1/events:bulk", json=[event("secret", target="z")])).json()

    assert told["errors"][0]["diff"] == [{"pointer": "/target"}]


async def test_of_somebody_who_is_not_to_be_shown_nothing_is(tenant):
    await tenant.post("/v1/events:bulk", json=[event("quiet", actor="shy")])
    asked = await tenant.post("/v1/privacy/restrict", json={"person": "shy", "reason": "asked for it"})

    told = (await tenant.post("/v1/events:bulk", json=[event("quiet", actor="z")])).json()

    assert asked.status_code == 202, asked.text
    assert told["errors"][0]["diff"] == [{"pointer": "/actor"}]


async def test_a_conflict_within_one_batch_has_its_difference_too(tenant):
    told = (await tenant.post("/v1/events:bulk?dry_run=true", json=[event("twice"), event("twice", actor="z")])).json()

    assert told["errors"][0]["diff"] == [{"pointer": "/actor", "here": "p"}]


# Clocks


def ahead(**by):
    return (datetime.now(UTC) + timedelta(**by)).isoformat()


async def stored(tenant, name):
    rows = (await tenant.get("/v1/events", headers={"accept": "application/x-ndjson"})).text.splitlines()
    (found,) = [row for row in map(json.loads, rows) if row["id"] == name]
    return datetime.fromisoformat(found["occurred_at"]), datetime.fromisoformat(found["sent_at"])


async def test_a_clock_that_is_ahead_is_set_back_and_sent_again_is_a_duplicate(tenant):
    clock = datetime.now(UTC) + timedelta(hours=1)
    happened = clock - timedelta(minutes=5)
    sent = event("skewed", source="fast", occurred_at=happened.isoformat(), sent_at=clock.isoformat())

    told = (await tenant.post("/v1/events:bulk", json=[sent])).json()

    occurred, passed_on = await stored(tenant, "skewed")
    assert told["clocks"]["fast"] == pytest.approx(3_600, abs=30)
    assert passed_on - occurred == timedelta(minutes=5)
    assert abs(datetime.now(UTC) - passed_on) < timedelta(seconds=60)
    assert (await tenant.post("/v1/events:bulk", json=[sent])).json()["duplicates"] == 1
    back = {**sent, "occurred_at": occurred.isoformat(), "sent_at": passed_on.isoformat()}
    assert (await tenant.post("/v1/events:bulk", json=[back])).json()["duplicates"] == 1


async def test_another_time_is_another_event(tenant):
    await tenant.post("/v1/events:bulk", json=[event("timed", sent_at=AT), event("bare")])
    later, much = "2026-01-05T10:00:00Z", "2026-01-09T09:00:00Z"

    rows = [
        event("timed", occurred_at=later, sent_at=AT),
        event("timed", occurred_at=much, sent_at=much),
        event("timed", occurred_at=later),
        event("bare", occurred_at=later, sent_at=later),
    ]
    told = (await tenant.post("/v1/events:bulk", json=rows)).json()

    assert told["conflicts"] == 4
    assert [[one["pointer"] for one in line["diff"]] for line in told["errors"]] == [
        ["/occurred_at"], *[["/occurred_at", "/sent_at"]] * 3,
    ]  # fmt: skip


async def test_times_that_no_clock_explains_are_refused(tenant):
    rows = [
        event("far", sent_at=ahead(hours=25)),
        event("soon", occurred_at=ahead(minutes=10)),
        event("right", occurred_at=ahead(minutes=4)),
    ]

    told = (await tenant.post("/v1/events:bulk?verdicts=all", json=rows)).json()

    assert [one.get("code") for one in told["verdicts"]] == ["clock_skew", "in_the_future", None]


async def test_an_import_keeps_the_times_of_its_rows(tenant):
    at = ahead(hours=30)

    told = (await tenant.post("/v1/events:bulk?batch=old", json=[event("kept", occurred_at=at, sent_at=at)])).json()

    assert (told["accepted"], told.get("clocks")) == (1, None)
    assert await stored(tenant, "kept") == (datetime.fromisoformat(at), datetime.fromisoformat(at))


# Verbs


async def test_the_closed_list_of_verbs_has_its_activity_types(tenant):
    verbs = {one["verb"]: one for one in (await tenant.get("/v1/verbs")).json()}

    assert len([name for name in verbs if not name.startswith("custom:")]) == 14
    assert verbs["shared"]["activity"] == "Announce"
    assert {name for name, one in verbs.items() if one["contribution"] and ":" not in name} == {
        "posted", "replied", "shared", "mentioned", "answered",
    }  # fmt: skip


async def test_a_verb_of_ones_own_needs_its_schema(tenant, other):
    sent = event("call-1", verb="custom:crm.called")
    schema = {"title": "Called by phone", "activity": "Offer", "required": ["target"]}

    refused = (await tenant.post("/v1/events:bulk?verdicts=all", json=[event("beside"), sent])).json()
    first = await tenant.put("/v1/verb-schemas/crm.called", json=schema)
    again = await tenant.put("/v1/verb-schemas/crm.called", json=schema)
    lacking = (await tenant.post("/v1/events:bulk", json=[sent])).json()
    taken = (await tenant.post("/v1/events:bulk", json=[{**sent, "target": "q"}])).json()

    assert [one.get("code") for one in refused["verdicts"]] == [None, "unknown_verb"]
    assert (first.status_code, again.status_code) == (201, 200)
    assert [(one["pointer"], one["code"]) for one in lacking["errors"]] == [("/target", "missing")]
    assert taken["accepted"] == 1
    assert (await tenant.get("/v1/verb-schemas/crm.called")).json()["verb"] == "custom:crm.called"
    assert "custom:crm.called" in [one["verb"] for one in (await tenant.get("/v1/verbs")).json()]
    assert (await other.get("/v1/verb-schemas/crm.called")).status_code == 404
    assert len((await other.get("/v1/verbs")).json()) == 14


async def test_a_schema_may_change(tenant):
    await tenant.put("/v1/verb-schemas/crm.met", json={"title": "Met", "activity": "Arrive"})

    changed = await tenant.put("/v1/verb-schemas/crm.met", json={"title": "Met in person", "activity": "Arrive"})

    assert (changed.status_code, changed.json()["title"]) == (200, "Met in person")


@pytest.mark.parametrize(("coding", "body"), list(bombs()), ids=list(PACK))
def test_a_bomb_takes_no_more_memory_than_the_cap_and_a_slice(coding, body):
    tracemalloc.start()
    with pytest.raises(packing.TooLarge):
        getattr(packing, {"gzip": "gunzip", "zstd": "unzstd"}[coding])(body, 1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 24_000_000


async def test_a_member_of_a_cloud_event_named_twice_is_refused(tenant):
    text = json.dumps(cloud("doubled"))[:-1] + ', "type": "posted"}'

    answer = await bulk(tenant, "events", text, ONE)

    assert (answer.status_code, answer.json()["code"]) == (422, "all_rejected")


@pytest.mark.parametrize("kind", ["application/json", "text/csv"])
async def test_a_verb_that_does_not_exist_is_told_with_those_that_do(tenant, kind):
    body = {
        "application/json": '[{"id":"v","occurred_at":"2026-01-05T09:00:00Z","actor":"a","verb":"shouted"}]',
        "text/csv": "id,occurred_at,actor,verb\nv,2026-01-05T09:00:00Z,a,shouted\n",
    }[kind]

    answer = await tenant.post("/v1/events:bulk", content=body, headers={"content-type": kind})

    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["code"]) == ("/verb", "invalid_value")
    assert fault["message"].startswith("Expected a verb: posted, replied, ")
    assert fault["message"].endswith("such as `custom:crm.called`")
