"""Withdrawals, restorations and undone imports over REST: each with a reason, each in the history."""

import pytest

pytestmark = pytest.mark.anyio
AT = "2026-03-01T12:00:00Z"


def event(name, **more):
    return {"id": name, "source": "s", "occurred_at": AT, "actor": "ada", "verb": "posted", **more}


@pytest.fixture
async def grounded(world):
    assert (await world.tenant.post("/v1/grounds", json={"template": "synthetic", "signed_by": "t"})).status_code == 201
    return world.tenant


async def listed(caller, path):
    return (await caller.get(path)).json()["data"]


async def test_withdrawn_events_are_gone_from_the_list_and_stand_in_the_history(grounded):
    await grounded.post("/v1/events:bulk", json=[event("1"), event("2")])

    asked = {"source": "s", "ids": ["2", "3"], "reason": "sent twice", "by": "data steward"}
    made = await grounded.post("/v1/events:withdraw", json=asked)

    assert made.status_code == 201
    told = made.json()
    assert told["counts"] == {"events": 1, "not_found": 1}
    assert told["made_by"].startswith("data steward (")
    assert [one["id"] for one in await listed(grounded, "/v1/events")] == ["1"]
    assert (await listed(grounded, "/v1/corrections"))[0] == told
    assert (await grounded.get(f"/v1/corrections/{told['id']}")).json() == told


async def test_a_withdrawal_is_restored_by_another_correction_and_only_once(grounded):
    await grounded.post("/v1/populations:bulk", json=[{"group": "employee", "count": 9}])
    withdrawn = await grounded.post(
        "/v1/populations:withdraw", json={"reason": "wrong", "rows": [{"group": "employee"}]}
    )
    gone = await listed(grounded, "/v1/populations")
    address = f"/v1/corrections/{withdrawn.json()['id']}/undo"

    restored = await grounded.post(address, json={"reason": "it was right"})
    again = await grounded.post(address, json={"reason": "it was right"})

    assert (gone, [one["count"] for one in await listed(grounded, "/v1/populations")]) == ([], [9])
    assert restored.json()["undoes_id"] == withdrawn.json()["id"]
    assert (await grounded.get(address.removesuffix("/undo"))).json()["undone_id"] == restored.json()["id"]
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


async def test_a_row_named_by_what_does_not_identify_it_is_refused_with_its_place(grounded):
    asked = {"reason": "wrong", "rows": [{"group": "employee"}, {"group": "employee", "count": 9}]}

    refused = await grounded.post("/v1/populations:withdraw", json=asked)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/rows/1")


async def test_an_import_is_rehearsed_undone_and_sent_again(grounded):
    await grounded.post("/v1/populations:bulk", json=[{"group": "employee", "count": 9}])
    await grounded.post("/v1/populations:bulk?batch=monday", json=[{"group": "employee", "count": 90}])
    await grounded.post("/v1/events:bulk?batch=monday", json=[event("m-1")])
    before = (await grounded.get("/v1/batches/monday")).json()

    rehearsed = await grounded.post("/v1/batches/monday/undo?dry_run=true", json={"reason": "wrong file"})
    still = (await grounded.get("/v1/batches/monday")).json()
    undone = await grounded.post("/v1/batches/monday/undo", json={"reason": "wrong file"})
    after = (await grounded.get("/v1/batches/monday")).json()
    sent = await grounded.post("/v1/events:bulk?batch=monday", json=[event("m-1")])

    assert (before["events"], before["rows"], before["undone_at"]) == (1, 1, None)
    assert rehearsed.json() == undone.json()
    assert still == before
    assert (undone.json()["events"], undone.json()["restored"], undone.json()["done"]) == (1, 1, True)
    assert [one["count"] for one in await listed(grounded, "/v1/populations")] == [9]
    assert after["undone_at"] is not None
    assert sent.json()["accepted"] == 1
    assert [one["batch"] for one in await listed(grounded, "/v1/batches")] == ["monday"]
    assert (await listed(grounded, "/v1/corrections"))[0]["kind"] == "undone"


async def test_undoing_names_what_it_never_touches_where_there_is_such(grounded):
    address, why = "/v1/batches/whole/undo", {"reason": "wrong folder"}
    asked = {"questionnaire": "q", "version": "1", "items": [{"item": "1", "text": {"en": "Do you?"}}]}
    await grounded.post("/v1/populations:bulk?batch=whole", json=[{"group": "employee", "count": 9}])
    nothing = (await grounded.post(f"{address}?dry_run=true", json=why)).json()["stays"]
    await grounded.put("/v1/dataset", json={"nature": "synthetic", "title": "whole"})
    await grounded.put("/v1/value-model", json={"discount_rate": 0.05, "lines": []})
    await grounded.put("/v1/questionnaires/q/versions/1", json=asked)
    await grounded.put("/v1/verb-schemas/shop.sold", json={"title": "sold", "activity": "Offer"})
    await grounded.post("/v1/people:bulk?batch=whole", json=[{"person": "rival", "group": "competitor"}])

    tried = (await grounded.post(f"{address}?dry_run=true", json=why)).json()["stays"]
    undone = (await grounded.post(address, json=why)).json()["stays"]

    assert nothing == []
    assert [one["what"] for one in tried] == ["settings", "value_model", "questionnaires", "verbs", "competitors"]
    assert undone == tried
    assert (await grounded.get("/v1/dataset")).json()["title"] == "whole"


async def test_imports_are_listed_page_by_page(grounded):
    for name in ("one", "two", "three"):
        await grounded.post(f"/v1/populations:bulk?batch={name}", json=[{"group": "employee", "count": 9}])

    first = (await grounded.get("/v1/batches?limit=2")).json()
    second = (await grounded.get(f"/v1/batches?limit=2&cursor={first['next_cursor']}")).json()

    assert [one["batch"] for one in first["data"]] == ["three", "two"]
    assert [one["batch"] for one in second["data"]][:1] == ["one"]


async def with_scopes(caller, *scopes):
    made = await caller.post("/v1/api-keys", json={"title": "importer", "scopes": list(scopes)})
    return type(caller)(caller.client, made.json()["key"])


async def test_an_import_is_undone_only_by_who_might_write_every_file_it_changed(grounded):
    await grounded.post("/v1/people:bulk?batch=both", json=[{"person": "ada", "group": "other"}])
    await grounded.post("/v1/events:bulk?batch=both", json=[event("both-1")])
    address, why = "/v1/batches/both/undo", {"reason": "r"}
    importer = await with_scopes(grounded, "imports:write")
    half = await with_scopes(grounded, "imports:write", "events:write")
    whole = await with_scopes(grounded, "imports:write", "events:write", "people:write")

    tried = await importer.post(f"{address}?dry_run=true", json=why)
    refused = [(await caller.post(address, json=why)).json() for caller in (importer, half)]
    kept = (await grounded.get("/v1/batches/both")).json()
    undone = await whole.post(address, json=why)

    assert (tried.status_code, tried.json()["events"], tried.json()["removed"]) == (200, 1, 1)
    assert [one["code"] for one in refused] == ["forbidden", "forbidden"]
    assert "lacks events:write, people:write:" in refused[0]["detail"]
    assert "lacks people:write:" in refused[1]["detail"]
    assert (kept["events"], kept["rows"], kept["undone_at"]) == (1, 1, None)
    assert (undone.status_code, undone.json()["events"], undone.json()["removed"]) == (200, 1, 1)


async def test_an_event_that_an_import_only_sent_again_needs_the_scope_of_events(grounded):
    await grounded.post("/v1/events:bulk?batch=first", json=[event("again-1")])
    await grounded.post("/v1/events:bulk?batch=second", json=[event("again-1")])
    importer = await with_scopes(grounded, "imports:write")

    refused = await importer.post("/v1/batches/second/undo", json={"reason": "r"})

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_a_withdrawal_is_restored_only_by_who_might_write_the_file(grounded):
    await grounded.post("/v1/people:bulk", json=[{"person": "bea", "group": "other"}])
    taken = {"reason": "wrong", "rows": [{"person": "bea", "group": "other"}]}
    withdrawn = await grounded.post("/v1/people:withdraw", json=taken)
    address, why = f"/v1/corrections/{withdrawn.json()['id']}/undo", {"reason": "r"}
    importer = await with_scopes(grounded, "imports:write", "events:write")
    keeper = await with_scopes(grounded, "imports:write", "people:write")

    refused = await importer.post(address, json=why)
    gone = "bea" not in {one["person"] for one in await listed(grounded, "/v1/people")}
    restored = await keeper.post(address, json=why)

    assert (refused.status_code, refused.json()["code"], gone) == (403, "forbidden", True)
    assert "lacks people:write:" in refused.json()["detail"]
    assert (restored.status_code, restored.json()["counts"]) == (201, {"rows": 1})


async def test_rows_that_were_left_are_named_to_whoever_may_read_them(grounded):
    await grounded.post("/v1/populations:bulk?batch=left", json=[{"group": "other", "count": 9}])
    await grounded.post("/v1/populations:bulk", json=[{"group": "other", "count": 12}])
    blind = await with_scopes(grounded, "imports:write")
    address = "/v1/batches/left/undo?dry_run=true"

    seen = (await grounded.post(address, json={"reason": "r"})).json()
    unseen = (await blind.post(address, json={"reason": "r"})).json()

    assert (seen["left_alone"], seen["left"]) == (1, [{"file": "populations", "row": {"group": "other"}}])
    assert (unseen["left_alone"], unseen["left"]) == (1, [])


async def test_communities_that_look_sensitive_are_asked_about_until_somebody_answers(grounded):
    sent = {"community": "c1", "name": "Betriebsrat Nord"}
    await grounded.post("/v1/communities:bulk", json=[sent, {"community": "c2", "name": "Quality"}])

    asked = await listed(grounded, "/v1/communities:questions")
    await grounded.post("/v1/communities:bulk", json=[{**sent, "sensitive": True}])

    assert asked == [{"community": "c1", "name": "Betriebsrat Nord", "topic": "works council", "words": "betriebsrat"}]
    assert await listed(grounded, "/v1/communities:questions") == []
