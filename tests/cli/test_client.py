import httpx2
import msgspec
import pytest

from kithline_cli.client import Client, fault
from kithline_core.errors import Forbidden, Invalid, NoGround, Unauthenticated, Unavailable
from kithline_core.stack.credentials import Credentials


@pytest.fixture
def stack(offline, tmp_path):
    """Credentials as a stack of this machine leaves them; nothing listens there."""
    (tmp_path / "no home").mkdir()
    kept = Credentials(url="http://127.0.0.1:9", tenant_key="the stack's key")
    (tmp_path / "no home" / "credentials.json").write_bytes(msgspec.json.encode(kept))


def key_of(client):
    return client._http.headers["authorization"]


def test_paging_keeps_the_filters_of_a_list():
    asked = []

    def answer(request):
        asked.append(dict(request.url.params))
        more = len(asked) < 2
        page = {"data": [len(asked)], "has_more": more, "next_cursor": "next one" if more else None}
        return httpx2.Response(200, content=msgspec.json.encode(page))

    client = Client("http://server", "key")
    client._http = httpx2.Client(base_url="http://server", transport=httpx2.MockTransport(answer))

    assert list(client.pages("/v1/results", run="run_1")) == [1, 2]

    assert asked == [{"run": "run_1", "limit": "200"}, {"run": "run_1", "limit": "200", "cursor": "next one"}]


@pytest.mark.usefixtures("offline")
def test_without_a_server_the_next_step_is_to_start_one():
    with pytest.raises(Unavailable, match="kithline up"):
        Client.of(None, None)


@pytest.mark.usefixtures("stack")
def test_the_stack_of_this_machine_is_the_default():
    assert key_of(Client.of(None, None)) == "Bearer the stack's key"
    assert key_of(Client.of("http://127.0.0.1:9", None)) == "Bearer the stack's key"
    assert key_of(Client.of(None, "mine")) == "Bearer mine"


@pytest.mark.usefixtures("stack")
def test_the_stacks_key_is_never_sent_to_another_address():
    with pytest.raises(Unauthenticated, match="--key"):
        Client.of("https://elsewhere.example", None)


@pytest.mark.parametrize(("url", "key"), [("http://a:b", "k"), ("http://a", "schlüssel")])
def test_an_address_or_key_that_cannot_be_is_invalid(url, key):
    with pytest.raises(Invalid, match="http://host:8787"):
        Client(url, key)


@pytest.mark.parametrize("url", ["nowhere", "http://127.0.0.1:9"])
def test_a_server_that_does_not_answer_is_named(url):
    client = Client(url, "key")

    with pytest.raises(Unavailable, match="kithline status"):
        client.ask("GET", "/v1/whoami")
    with pytest.raises(Unavailable, match=url):
        list(client.lines("/v1/events"))


def test_an_answer_of_some_other_server_is_told_from_ours(answering):
    client = Client(answering(200, b"<html>"), "key")

    with pytest.raises(Unavailable, match="is the address right"):
        client.ask("GET", "/v1/whoami")


def test_an_empty_answer_is_nothing(answering):
    assert Client(answering(204), "key").ask("PUT", "/v1/dataset", {}) is None


def problem(**said):
    return msgspec.json.encode({"title": "No", **said})


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, problem(detail="bad key"), Unauthenticated, "bad key"),
        (403, problem(detail="no scope"), Forbidden, "no scope"),
        (409, problem(detail="no ground", code="no_ground"), NoGround, "no ground"),
        (422, problem(errors=[{"pointer": "/a", "message": "wrong", "line": 3}]), Invalid, "No; line 3 /a: wrong"),
        (503, b"", Unavailable, "the server answered 503"),
    ],
)
def test_a_refusal_comes_in_the_servers_words(answering, status, body, kind, said):
    client = Client(answering(status, body), "key")

    with pytest.raises(kind, match=said):
        client.ask("GET", "/v1/whoami")
    with pytest.raises(kind, match=said):
        list(client.lines("/v1/events"))


def test_a_fault_is_told_with_what_is_known_of_it():
    assert fault({"message": "wrong"}) == "wrong"
    assert fault({"line": 2, "message": "wrong"}) == "line 2 : wrong"
