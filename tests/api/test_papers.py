"""Papers over the API: drafts in two languages, and what an issued one is worth after a change."""

import pytest

from kithline_core.model.papers import KINDS

pytestmark = pytest.mark.anyio
GROUND = {"template": "suppliers", "signed_by": "the board"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["en", "de"])
async def test_every_paper_is_a_draft_with_its_facts(tenant, kind, language):
    told = (await tenant.get(f"/v1/papers/{kind}", params={"lang": language})).json()

    assert (told["kind"], told["language"], told["draft"], told["outdated"]) == (kind, language, True, False)
    assert told["sha256"] in told["text"]
    assert {"en": "Draft", "de": "Entwurf"}[language] in told["text"]
    assert told["facts"]["controller"] in told["text"]


async def test_the_text_alone_is_markdown(tenant):
    answer = await tenant.get("/v1/papers/notice", headers={"accept": "text/markdown"})

    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text == (await tenant.get("/v1/papers/notice")).json()["text"]


async def test_a_paper_or_a_language_that_does_not_exist_is_named(tenant):
    assert "works-agreement" in (await tenant.get("/v1/papers/wishes")).json()["detail"]
    assert (await tenant.post("/v1/papers/wishes/issue")).status_code == 404
    assert (await tenant.get("/v1/papers/notice", params={"lang": "fr"})).status_code == 400


async def test_a_ground_that_comes_or_goes_makes_an_issued_paper_untrue(tenant):
    issued = (await tenant.post("/v1/papers/notice/issue", params={"lang": "de"})).json()
    assert (await tenant.get("/v1/papers/notice", params={"lang": "de"})).json()["issued"] == issued

    ground = (await tenant.post("/v1/grounds", json=GROUND)).json()
    told = (await tenant.get("/v1/papers/notice", params={"lang": "de"})).json()

    assert (told["outdated"], told["issued"]["id"]) == (True, issued["id"])
    assert told["issued"]["outdated_at"] is not None
    assert {"pointer": f"/grounds/{ground['title']}", "was": None}.items() <= told["changed"][0].items()
    assert told["sha256"] != issued["sha256"]

    await tenant.post(f"/v1/grounds/{ground['id']}/end")

    back = (await tenant.get("/v1/papers/notice", params={"lang": "de"})).json()
    assert (back["outdated"], back["sha256"]) == (False, issued["sha256"])


async def test_a_dataset_that_says_something_else_of_itself_makes_it_untrue(other):
    await other.post("/v1/papers/dpia/issue")

    await other.put("/v1/dataset", json={"nature": "public"})

    told = (await other.get("/v1/papers/dpia")).json()
    assert {"/nature", "/retention/events"} <= {one["pointer"] for one in told["changed"]}
    assert told["issued"]["outdated_at"] is not None
